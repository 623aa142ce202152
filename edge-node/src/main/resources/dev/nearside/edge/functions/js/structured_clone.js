// The structuredClone global: data with cycles and the built-in containers; no functions, no transfer.
(function (exports, require, module) {
    'use strict';

    const errors = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

    function refuse(value) {
        const error = new Error(`${typeof value === 'symbol' ? value.toString() : String(value)} could not be cloned.`);
        error.name = 'DataCloneError';
        error.code = 25;
        return error;
    }

    function clone(value, seen) {
        if (typeof value === 'function' || typeof value === 'symbol') {
            throw refuse(value);
        }
        if (value === null || typeof value !== 'object') {
            return value;
        }
        if (seen.has(value)) {
            return seen.get(value);
        }
        const keep = (copy) => {
            seen.set(value, copy);
            return copy;
        };
        if (value instanceof Date) {
            return keep(new Date(value.getTime()));
        }
        if (value instanceof RegExp) {
            return keep(new RegExp(value.source, value.flags));
        }
        if (value instanceof Boolean || value instanceof Number || value instanceof String) {
            return keep(Object(value.valueOf()));
        }
        if (value instanceof ArrayBuffer) {
            return keep(value.slice(0));
        }
        if (ArrayBuffer.isView(value)) {
            const buffer = clone(value.buffer, seen);
            const type = value instanceof DataView ? DataView : globalThis[Object.prototype.toString.call(value).slice(8, -1)];
            const length = value instanceof DataView ? value.byteLength : value.length;
            return keep(new type(buffer, value.byteOffset, length));
        }
        if (value instanceof Map) {
            const copy = keep(new Map());
            value.forEach((item, key) => copy.set(clone(key, seen), clone(item, seen)));
            return copy;
        }
        if (value instanceof Set) {
            const copy = keep(new Set());
            value.forEach((item) => copy.add(clone(item, seen)));
            return copy;
        }
        if (value instanceof Error) {
            const copy = keep(new (errors[value.name] || Error)(value.message));
            Object.defineProperty(copy, 'stack', { value: value.stack, writable: true, configurable: true });
            if (Object.hasOwn(value, 'cause')) {
                Object.defineProperty(copy, 'cause', { value: clone(value.cause, seen), writable: true, configurable: true });
            }
            return copy;
        }
        if (value instanceof Promise || value instanceof WeakMap || value instanceof WeakSet || value instanceof WeakRef) {
            throw refuse(`#<${value.constructor.name}>`);
        }
        const copy = keep(Array.isArray(value) ? new Array(value.length) : {});
        for (const key of Object.keys(value)) {
            copy[key] = clone(value[key], seen);
        }
        return copy;
    }

    module.exports = function structuredClone(value) {
        if (arguments.length === 0) {
            throw new TypeError('The "value" argument must be specified');
        }
        return clone(value, new Map());
    };
});
