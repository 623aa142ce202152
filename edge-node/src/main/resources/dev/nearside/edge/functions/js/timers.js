// Node's timers.
(function (exports, require, module, host, internals) {
    'use strict';

    const { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate } = internals;
    Object.assign(exports, { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate });
    Object.defineProperty(exports, 'promises', { enumerable: true, get: () => require('timers/promises') });
});
