// Node's events.
(function (exports, require, module, host, internals) {
    'use strict';

    const { define, typeError } = internals;

    function requireListener(listener) {
        if (typeof listener !== 'function') {
            throw typeError('ERR_INVALID_ARG_TYPE', 'The "listener" argument must be of type function. '
                + `Received ${listener === null ? 'null' : typeof listener}`);
        }
    }

    function EventEmitter() {
        prepare(this);
    }

    function prepare(emitter) {
        if (!Object.hasOwn(emitter, '_events')) {
            define(emitter, '_events', new Map());
        }
        return emitter._events;
    }

    function add(emitter, name, listener, first) {
        requireListener(listener);
        const events = prepare(emitter);
        if (events.has('newListener')) {
            emitter.emit('newListener', name, listener.listener || listener);
        }
        const before = events.get(name) || [];
        events.set(name, first ? [listener, ...before] : [...before, listener]);
        return emitter;
    }

    function once(emitter, name, listener) {
        requireListener(listener);
        const wrapper = function (...args) {
            emitter.removeListener(name, wrapper);
            return listener.apply(emitter, args);
        };
        wrapper.listener = listener;
        return wrapper;
    }

    const methods = {
        on(name, listener) {
            return add(this, name, listener, false);
        },
        prependListener(name, listener) {
            return add(this, name, listener, true);
        },
        once(name, listener) {
            return add(this, name, once(this, name, listener), false);
        },
        prependOnceListener(name, listener) {
            return add(this, name, once(this, name, listener), true);
        },
        removeListener(name, listener) {
            requireListener(listener);
            const events = prepare(this);
            const listeners = events.get(name) || [];
            const at = listeners.findLastIndex((each) => each === listener || each.listener === listener);
            if (at >= 0) {
                const left = listeners.toSpliced(at, 1);
                if (left.length === 0) {
                    events.delete(name);
                } else {
                    events.set(name, left);
                }
                if (events.has('removeListener')) {
                    this.emit('removeListener', name, listener);
                }
            }
            return this;
        },
        removeAllListeners(name) {
            if (name === undefined) {
                prepare(this).clear();
            } else {
                prepare(this).delete(name);
            }
            return this;
        },
        emit(name, ...args) {
            const listeners = prepare(this).get(name);
            if (listeners === undefined) {
                if (name !== 'error') {
                    return false;
                }
                if (args[0] instanceof Error) {
                    throw args[0];
                }
                const error = new Error(`Unhandled error. (${require('util').inspect(args[0])})`);
                error.code = 'ERR_UNHANDLED_ERROR';
                error.context = args[0];
                throw error;
            }
            for (const listener of listeners) {
                listener.apply(this, args);
            }
            return true;
        },
        listeners(name) {
            return (prepare(this).get(name) || []).map((each) => each.listener || each);
        },
        rawListeners(name) {
            return [...(prepare(this).get(name) || [])];
        },
        listenerCount(name) {
            return (prepare(this).get(name) || []).length;
        },
        eventNames() {
            return [...prepare(this).keys()];
        },
        setMaxListeners() {
            return this; // no warning is ever printed
        },
        getMaxListeners() {
            return EventEmitter.defaultMaxListeners;
        },
    };
    methods.addListener = methods.on;
    methods.off = methods.removeListener;
    for (const name of Object.keys(methods)) {
        define(EventEmitter.prototype, name, methods[name]);
    }

    EventEmitter.defaultMaxListeners = 10;
    EventEmitter.EventEmitter = EventEmitter;
    EventEmitter.once = (emitter, name) => new Promise((resolve, reject) => {
        const succeed = (...args) => {
            emitter.removeListener('error', fail);
            resolve(args);
        };
        const fail = (error) => {
            emitter.removeListener(name, succeed);
            reject(error);
        };
        emitter.once(name, succeed);
        if (name !== 'error') {
            emitter.once('error', fail);
        }
    });
    module.exports = EventEmitter;
});
