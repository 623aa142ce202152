// Node's timers/promises, without abort signals.
(function (exports, require, module, host, internals) {
    'use strict';

    const { setTimeout, setInterval, setImmediate, clearInterval } = internals;

    exports.setTimeout = (delay, value) => new Promise((resolve) => setTimeout(resolve, delay, value));
    exports.setImmediate = (value) => new Promise((resolve) => setImmediate(resolve, value));
    exports.setInterval = async function* (delay, value) {
        let due = 0;
        let wake = () => {};
        const timer = setInterval(() => {
            due++;
            wake();
        }, delay);
        try {
            for (;;) {
                if (due === 0) {
                    await new Promise((resolve) => {
                        wake = resolve;
                    });
                }
                for (; due > 0; due--) {
                    yield value;
                }
            }
        } finally {
            clearInterval(timer);
        }
    };
    exports.scheduler = { wait: exports.setTimeout, yield: () => exports.setImmediate() };
});
