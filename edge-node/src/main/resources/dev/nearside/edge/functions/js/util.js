// Node's util.
(function (exports, require, module, host, internals) {
    'use strict';

    const { typeError, nextTick, promisifyCustom } = internals;
    const { inspect, format } = require('inspect');
    const TypedArray = Object.getPrototypeOf(Uint8Array);

    function requireFunction(value, name) {
        if (typeof value !== 'function') {
            throw typeError('ERR_INVALID_ARG_TYPE', `The "${name}" argument must be of type function. `
                + `Received ${value === null ? 'null' : typeof value}`);
        }
    }

    function promisify(original) {
        requireFunction(original, 'original');
        if (typeof original[promisifyCustom] === 'function') {
            return original[promisifyCustom];
        }
        function promised(...args) {
            return new Promise((resolve, reject) => {
                Reflect.apply(original, this, [...args, (error, value) => {
                    if (error) {
                        reject(error);
                    } else {
                        resolve(value);
                    }
                }]);
            });
        }
        Object.setPrototypeOf(promised, Object.getPrototypeOf(original));
        return Object.defineProperties(promised, Object.getOwnPropertyDescriptors(original));
    }
    promisify.custom = promisifyCustom;

    function callbackify(original) {
        requireFunction(original, 'original');
        return function (...args) {
            const callback = args.pop();
            requireFunction(callback, 'last argument');
            Reflect.apply(original, this, args).then(
                (value) => nextTick(callback, null, value),
                (reason) => {
                    let error = reason;
                    if (!error) {
                        error = new Error('Promise was rejected with a falsy value');
                        error.code = 'ERR_FALSY_VALUE_REJECTION';
                        error.reason = reason;
                    }
                    nextTick(callback, error);
                });
        };
    }

    function inherits(constructor, parent) {
        requireFunction(constructor, 'ctor');
        requireFunction(parent, 'superCtor');
        Object.defineProperty(constructor, 'super_', { value: parent, writable: true, configurable: true });
        Object.setPrototypeOf(constructor.prototype, parent.prototype);
    }

    function deprecate(original, message) {
        let warned = false;
        return function (...args) {
            if (!warned) {
                warned = true;
                internals.process.emitWarning(`DeprecationWarning: ${message}`);
            }
            return new.target ? Reflect.construct(original, args, new.target) : Reflect.apply(original, this, args);
        };
    }

    // ---- Deep equality

    function isDeepStrictEqual(one, other) {
        return equal(one, other, []);
    }

    function equal(one, other, pairs) {
        if (Object.is(one, other)) {
            return true;
        }
        if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null
            || Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) {
            return false;
        }
        if (pairs.some(([a, b]) => a === one && b === other)) {
            return true;
        }
        const within = [...pairs, [one, other]];
        if (one instanceof Date || one instanceof Number || one instanceof String || one instanceof Boolean) {
            if (!Object.is(one.valueOf(), other.valueOf())) {
                return false;
            }
        } else if (one instanceof RegExp) {
            if (String(one) !== String(other) || one.lastIndex !== other.lastIndex) {
                return false;
            }
        } else if (one instanceof Error) {
            if (one.message !== other.message || one.name !== other.name) {
                return false;
            }
        } else if (one instanceof Set) {
            if (one.size !== other.size || ![...one].every((item) => hasEqual(other, item, within))) {
                return false;
            }
        } else if (one instanceof Map) {
            if (one.size !== other.size || ![...one].every(([key, item]) => mapHasEqual(other, key, item, within))) {
                return false;
            }
        }
        const keys = enumerableKeys(one);
        return (!Array.isArray(one) || one.length === other.length)
            && keys.length === enumerableKeys(other).length
            && keys.every((key) => Object.prototype.propertyIsEnumerable.call(other, key)
                && equal(one[key], other[key], within));
    }

    function hasEqual(set, item, pairs) {
        return set.has(item)
            || typeof item === 'object' && item !== null && [...set].some((candidate) => equal(item, candidate, pairs));
    }

    function mapHasEqual(map, key, item, pairs) {
        if (map.has(key)) {
            return equal(item, map.get(key), pairs);
        }
        return typeof key === 'object' && key !== null
            && [...map].some(([otherKey, otherItem]) => equal(key, otherKey, pairs) && equal(item, otherItem, pairs));
    }

    function enumerableKeys(object) {
        return [...Object.keys(object), ...Object.getOwnPropertySymbols(object)
            .filter((symbol) => Object.prototype.propertyIsEnumerable.call(object, symbol))];
    }

    // ---- Types

    function tag(value) {
        return Object.prototype.toString.call(value).slice(8, -1);
    }

    const types = {
        isPromise: (value) => value instanceof Promise,
        isRegExp: (value) => value instanceof RegExp,
        isDate: (value) => value instanceof Date,
        isMap: (value) => value instanceof Map,
        isSet: (value) => value instanceof Set,
        isWeakMap: (value) => value instanceof WeakMap,
        isWeakSet: (value) => value instanceof WeakSet,
        isNativeError: (value) => value instanceof Error,
        isTypedArray: (value) => value instanceof TypedArray,
        isUint8Array: (value) => value instanceof Uint8Array,
        isArrayBufferView: (value) => ArrayBuffer.isView(value),
        isDataView: (value) => value instanceof DataView,
        isArrayBuffer: (value) => value instanceof ArrayBuffer,
        isSharedArrayBuffer: (value) => value instanceof SharedArrayBuffer,
        isAnyArrayBuffer: (value) => value instanceof ArrayBuffer || value instanceof SharedArrayBuffer,
        isAsyncFunction: (value) => typeof value === 'function' && tag(value) === 'AsyncFunction',
        isGeneratorFunction: (value) => typeof value === 'function' && tag(value).endsWith('GeneratorFunction'),
        isGeneratorObject: (value) => tag(value) === 'Generator',
        isNumberObject: (value) => value instanceof Number,
        isStringObject: (value) => value instanceof String,
        isBooleanObject: (value) => value instanceof Boolean,
        isBoxedPrimitive: (value) => value instanceof Number || value instanceof String || value instanceof Boolean
            || value instanceof Symbol || value instanceof BigInt,
    };

    Object.assign(exports, {
        format,
        formatWithOptions: (options, ...args) => format(...args),
        inspect,
        promisify,
        callbackify,
        inherits,
        deprecate,
        isDeepStrictEqual,
        types,
        debuglog: () => Object.assign(() => {}, { enabled: false }),
        stripVTControlCharacters: (text) => String(text).replace(/\u001b\[[0-9;]*[A-Za-z]/g, ''),
        toUSVString: (text) => String(text).toWellFormed(),
        isArray: Array.isArray,
        isBoolean: (value) => typeof value === 'boolean',
        isNull: (value) => value === null,
        isNullOrUndefined: (value) => value === null || value === undefined,
        isNumber: (value) => typeof value === 'number',
        isString: (value) => typeof value === 'string',
        isSymbol: (value) => typeof value === 'symbol',
        isUndefined: (value) => value === undefined,
        isRegExp: types.isRegExp,
        isObject: (value) => value !== null && typeof value === 'object',
        isDate: types.isDate,
        isError: (value) => value instanceof Error,
        isFunction: (value) => typeof value === 'function',
        isPrimitive: (value) => value === null || typeof value !== 'object' && typeof value !== 'function',
        TextEncoder,
        TextDecoder,
    });
});
