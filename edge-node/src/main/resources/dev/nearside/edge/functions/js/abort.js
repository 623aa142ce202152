// EventTarget, AbortController and what goes with them, as far as requests are stopped with them.
(function (exports, require, module, host, internals) {
    'use strict';

    const { setTimeout } = internals;
    const legacyCodes = { SyntaxError: 12, InvalidStateError: 11, InvalidAccessError: 15, NotSupportedError: 9, NetworkError: 19,
        AbortError: 20, TimeoutError: 23, DataCloneError: 25 };

    class DOMException extends Error {
        #name;

        constructor(message = '', options = 'Error') {
            super(message);
            this.#name = typeof options === 'string' ? options : options.name || 'Error';
        }

        get name() {
            return this.#name;
        }

        get code() {
            return legacyCodes[this.#name] || 0;
        }
    }

    class Event {
        constructor(type, options = {}) {
            this.type = String(type);
            this.cancelable = Boolean(options.cancelable);
            this.defaultPrevented = false;
            this.target = null;
        }

        preventDefault() {
            this.defaultPrevented = this.cancelable;
        }
    }

    class EventTarget {
        #listeners = new Map();

        addEventListener(type, listener, options) {
            const known = this.#listeners.get(type) || [];
            if (listener && !known.some((entry) => entry.listener === listener)) {
                this.#listeners.set(type, [...known, { listener, once: Boolean(options && options.once) }]);
            }
        }

        removeEventListener(type, listener) {
            this.#listeners.set(type, (this.#listeners.get(type) || []).filter((entry) => entry.listener !== listener));
        }

        dispatchEvent(event) {
            event.target = this;
            const property = this[`on${event.type}`];
            if (typeof property === 'function') {
                property.call(this, event);
            }
            for (const { listener, once } of this.#listeners.get(event.type) || []) {
                if (once) {
                    this.removeEventListener(event.type, listener);
                }
                if (typeof listener === 'function') {
                    listener.call(this, event);
                } else {
                    listener.handleEvent(event);
                }
            }
            return !event.defaultPrevented;
        }
    }

    const makes = Symbol('makes');

    class AbortSignal extends EventTarget {
        #aborted = false;
        #reason = undefined;

        constructor(key) {
            if (key !== makes) {
                throw new TypeError('Illegal constructor');
            }
            super();
            this.onabort = null;
        }

        get aborted() {
            return this.#aborted;
        }

        get reason() {
            return this.#reason;
        }

        throwIfAborted() {
            if (this.#aborted) {
                throw this.#reason;
            }
        }

        static begin(signal, reason) {
            if (!signal.#aborted) {
                signal.#aborted = true;
                signal.#reason = reason === undefined ? new DOMException('This operation was aborted', 'AbortError') : reason;
                signal.dispatchEvent(new Event('abort'));
            }
        }

        static abort(reason) {
            const signal = new AbortSignal(makes);
            begin(signal, reason);
            return signal;
        }

        static timeout(delay) {
            const signal = new AbortSignal(makes);
            setTimeout(() => begin(signal,
                new DOMException('The operation was aborted due to timeout', 'TimeoutError')), delay).unref();
            return signal;
        }

        static any(signals) {
            const joined = new AbortSignal(makes);
            for (const signal of signals) {
                if (signal.aborted) {
                    begin(joined, signal.reason);
                } else {
                    signal.addEventListener('abort', () => begin(joined, signal.reason));
                }
            }
            return joined;
        }
    }

    const { begin } = AbortSignal;
    delete AbortSignal.begin;

    class AbortController {
        signal = new AbortSignal(makes);

        abort(reason) {
            begin(this.signal, reason);
        }
    }

    Object.assign(exports, { AbortController, AbortSignal, DOMException, Event, EventTarget });
});
