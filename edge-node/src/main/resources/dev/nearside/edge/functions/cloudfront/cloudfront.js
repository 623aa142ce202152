// Builds the world in which runs of a CloudFront Function follow one another, and calls its handler. The host evaluates
// this literal in a fresh context, calls it, and keeps the doors that it returns. A run must leave nothing behind: what
// guest code can reach and change is listed by reachable(), and the host gives up a world where any of it has changed.
(function (host) {
    'use strict';

    const about = JSON.parse(host.about);
    const isNew = about.runtime === 'cloudfront-js-2.0';
    const parseJson = JSON.parse;
    const stringifyJson = JSON.stringify;
    const apply = Reflect.apply;
    const construct = Reflect.construct;
    const promiseThen = Promise.prototype.then;
    const hostLog = host.log;
    const hostAnswer = host.answer;
    const hostFail = host.fail;
    const hostLibrary = host.library;
    const hostItem = host.item;
    const hostEncode = host.encode;
    const hostDecode = host.decode;

    function define(target, name, value) {
        Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
    }

    function typeError(code, message) {
        const error = new TypeError(message);
        error.code = code;
        return error;
    }

    function messageOf(error) {
        if (error !== null && typeof error === 'object' && typeof error.message === 'string') {
            return `${error.name || 'Error'}: ${error.message}`;
        }
        return String(error);
    }

    // A hostile error (a throwing getter, a proxy) must not keep the failure from being reported.
    function fail(error) {
        let message;
        try {
            message = messageOf(error);
        } catch {
            message = 'Error: the thrown value cannot be described';
        }
        hostFail(message);
    }

    // ---- The clock stands still during a run

    const RealDate = Date;
    let now = 0;

    function FrozenDate(...args) {
        return new.target === undefined
            ? new RealDate(now).toString()
            : construct(RealDate, args.length === 0 ? [now] : args, new.target);
    }
    define(FrozenDate, 'name', 'Date');
    define(FrozenDate, 'now', () => now);
    define(FrozenDate, 'parse', RealDate.parse);
    define(FrozenDate, 'UTC', RealDate.UTC);
    FrozenDate.prototype = RealDate.prototype;
    define(RealDate.prototype, 'constructor', FrozenDate);
    define(globalThis, 'Date', FrozenDate);

    // ---- Modules

    const modules = Object.create(null);
    const internals = {
        define, typeError,
        nextTick: undefined,
        toBytes(hostBuffer) {
            return new Uint8Array(new Uint8Array(new ArrayBuffer(hostBuffer)));
        },
    };

    function library(name) {
        if (modules[name] === undefined) {
            const module = { exports: {} };
            modules[name] = module;
            apply(hostLibrary(name), module.exports, [module.exports, library, module, host, internals]);
        }
        return modules[name].exports;
    }

    const digests = ['md5', 'sha1', 'sha256'];
    const digestEncodings = ['hex', 'base64', 'base64url'];

    // Node's hash or HMAC with what CloudFront Functions offer of it: three algorithms, three encodings; without an
    // encoding a byte string in 1.0 and a buffer in 2.0.
    function narrowed(make, algorithm, args) {
        if (!digests.includes(algorithm)) {
            throw new TypeError(`not supported algorithm: "${algorithm}"`);
        }
        const whole = make(algorithm, ...args);
        return {
            update(data) {
                whole.update(data);
                return this;
            },
            digest(encoding) {
                if (encoding === undefined) {
                    return isNew ? whole.digest() : whole.digest('latin1');
                }
                if (!digestEncodings.includes(encoding)) {
                    throw new TypeError(`Unknown digest encoding: "${encoding}"`);
                }
                return whole.digest(encoding);
            },
        };
    }

    function makeCrypto() {
        const { createHash, createHmac } = library('crypto');
        return {
            createHash: (algorithm) => narrowed(createHash, algorithm, []),
            createHmac: (algorithm, key) => narrowed(createHmac, algorithm, [key]),
        };
    }

    const offered = {
        crypto: makeCrypto,
        querystring: () => {
            const { parse, stringify, escape, unescape, decode, encode } = library('querystring');
            return { parse, stringify, escape, unescape, decode, encode };
        },
    };
    if (isNew) {
        offered.cloudfront = makeCloudFront;
        offered.buffer = () => ({ Buffer: library('buffer').Buffer });
    }
    let required;

    function require(name) {
        if (!Object.hasOwn(offered, name)) {
            throw new Error(`Cannot find module "${name}": ${about.runtime} has ${Object.keys(offered).join(', ')}`);
        }
        if (required[name] === undefined) {
            required[name] = offered[name]();
        }
        return required[name];
    }

    // ---- cloudfront

    let mayChangeOrigin;
    let originChange;

    function makeCloudFront() {
        return {
            kvs: openStore, updateRequestOrigin, selectRequestOriginById, createRequestOriginGroup,
            edgeLocation: Object.freeze({ ...about.edgeLocation }),
        };
    }

    function openStore(id) {
        const store = about.store;
        if (store === null) {
            throw new Error('this function is associated with no key value store');
        }
        if (id !== undefined && id !== store.id) {
            throw new Error(`key value store "${id}" is not associated with this function, "${store.id}" is`);
        }
        return {
            async get(key, options) {
                const value = hostItem(String(key));
                if (value === null) {
                    throw new Error(`KeyNotFound: the key value store has no key "${key}"`);
                }
                return inFormat(value, options === undefined ? 'string' : options.format);
            },
            async exists(key) {
                return hostItem(String(key)) !== null;
            },
            async meta() {
                return { ...store.meta };
            },
        };
    }

    function inFormat(value, format) {
        switch (format) {
            case undefined:
            case 'string':
                return value;
            case 'json':
                return parseJson(value);
            case 'bytes':
                return library('buffer').Buffer.from(value);
            default:
                throw new TypeError(`format "${format}" is unknown, expected string, json or bytes`);
        }
    }

    function changeOrigin(how, parameters) {
        if (!mayChangeOrigin) {
            throw new Error(`${how} works in viewer-request events only`);
        }
        originChange = stringifyJson({ [how]: parameters });
    }

    function requireObject(how, parameters) {
        if (parameters === null || typeof parameters !== 'object') {
            throw new TypeError(`${how} takes an object`);
        }
    }

    function updateRequestOrigin(parameters) {
        requireObject('updateRequestOrigin', parameters);
        changeOrigin('updateRequestOrigin', parameters);
    }

    function selectRequestOriginById(originId, parameters) {
        if (typeof originId !== 'string') {
            throw new TypeError('selectRequestOriginById takes the id of an origin');
        }
        changeOrigin('selectRequestOriginById', { originId, ...parameters });
    }

    function createRequestOriginGroup(parameters) {
        requireObject('createRequestOriginGroup', parameters);
        changeOrigin('createRequestOriginGroup', parameters);
    }

    // ---- Globals

    function logged(value) {
        if (value !== null && typeof value === 'object') {
            const json = stringifyJson(value);
            return json === undefined ? String(value) : json;
        }
        return String(value);
    }

    // Names that a run gave to symbols end with it.
    const makeSymbol = Symbol;
    let symbolsByName = new Map();
    let namesBySymbol = new Map();

    define(Symbol, 'for', (name) => {
        const key = String(name);
        if (!symbolsByName.has(key)) {
            const symbol = makeSymbol(key);
            symbolsByName.set(key, symbol);
            namesBySymbol.set(symbol, key);
        }
        return symbolsByName.get(key);
    });
    define(Symbol, 'keyFor', (symbol) => {
        if (typeof symbol !== 'symbol') {
            throw new TypeError(`${String(symbol)} is not a symbol`);
        }
        return namesBySymbol.get(symbol);
    });

    // What they make would outlive a run, or lead to objects that no list below has; CloudFront has none of them.
    delete globalThis.WeakRef;
    delete globalThis.FinalizationRegistry;
    delete globalThis.Iterator;
    if (typeof Intl === 'object') {
        delete Intl.Segmenter;
    }

    define(globalThis, 'console', { log: (value) => void hostLog(logged(value)) });

    if (isNew) {
        const { Buffer, atob, btoa } = library('buffer');
        define(globalThis, 'Buffer', Buffer);
        define(globalThis, 'atob', atob);
        define(globalThis, 'btoa', btoa);
    } else {
        addByteStrings();
    }

    // Byte strings hold one byte in each character.
    function addByteStrings() {
        function bytesToText(buffer) {
            return hostDecode(buffer, 0, buffer.byteLength, 'latin1');
        }

        function textToBytes(text, encoding) {
            return internals.toBytes(hostEncode(text, encoding)).buffer;
        }

        function requireBytes(text) {
            for (let i = 0; i < text.length; i++) {
                if (text.charCodeAt(i) > 255) {
                    throw new TypeError('the string is not a byte string: it has a character above U+00FF');
                }
            }
            return text;
        }

        define(String, 'bytesFrom', (source, encoding) => {
            if (Array.isArray(source)) {
                return bytesToText(Uint8Array.from(source).buffer);
            }
            if (!['hex', 'base64', 'base64url'].includes(encoding)) {
                throw new TypeError(`Unknown encoding: "${encoding}"`);
            }
            return bytesToText(textToBytes(String(source), encoding));
        });
        define(String.prototype, 'fromBytes', function fromBytes(start, end) {
            return requireBytes(String(this)).slice(start, end);
        });
        define(String.prototype, 'fromUTF8', function fromUTF8(start, end) {
            const buffer = textToBytes(requireBytes(String(this)).slice(start, end), 'latin1');
            return hostDecode(buffer, 0, buffer.byteLength, 'utf8');
        });
        define(String.prototype, 'toBytes', function toBytes(start, end) {
            const text = String(this).slice(start, end);
            for (let i = 0; i < text.length; i++) {
                if (text.charCodeAt(i) > 255) {
                    return null;
                }
            }
            return text;
        });
        define(String.prototype, 'toUTF8', function toUTF8(start, end) {
            return bytesToText(textToBytes(String(this).slice(start, end), 'utf8'));
        });
    }

    // ---- The handler

    let handler;

    // Evaluates the function's code anew: its variables are those of this run.
    function load(factory) {
        let found;
        try {
            found = factory(require);
        } catch (error) {
            fail(error);
            return false;
        }
        if (typeof found !== 'function') {
            hostFail('ReferenceError: the code has no function named "handler"');
            return false;
        }
        handler = found;
        return true;
    }

    function answer(result) {
        let json;
        try {
            json = stringifyJson(result);
        } catch (error) {
            fail(error);
            return;
        }
        hostAnswer(json === undefined ? 'null' : json, originChange === undefined ? null : originChange);
    }

    function invoke(factory, eventText, millis, rawQuery) {
        now = millis;
        required = Object.create(null);
        originChange = undefined;
        symbolsByName = new Map();
        namesBySymbol = new Map();
        if (!load(factory)) {
            return;
        }
        try {
            const event = parseJson(eventText);
            mayChangeOrigin = isNew && event.context !== undefined && event.context.eventType === 'viewer-request';
            if (isNew && event.request !== undefined) {
                define(event.request, 'rawQueryString', () => rawQuery);
            }
            const result = handler(event);
            if (isNew && result !== null && typeof result === 'object' && typeof result.then === 'function') {
                if (result instanceof Promise) {
                    apply(promiseThen, result, [answer, fail]);
                } else {
                    result.then(answer, fail);
                }
            } else {
                answer(result);
            }
        } catch (error) {
            fail(error);
        }
    }

    // ---- What a run can reach

    // The prototypes of what only syntax makes.
    function madeBySyntax() {
        const generator = function* () {};
        const asyncGenerator = async function* () {};
        return [
            generator, asyncGenerator, async () => {}, generator(), asyncGenerator(),
            [][Symbol.iterator](), ''[Symbol.iterator](), new Map()[Symbol.iterator](), new Set()[Symbol.iterator](),
            /./[Symbol.matchAll](''), ...iteratorHelpers(),
        ].map(Object.getPrototypeOf);
    }

    function iteratorHelpers() {
        const values = [].values();
        return typeof values.map === 'function' ? [values.map((value) => value)] : [];
    }

    // All objects that lead from one to another by properties and prototypes; what a run makes for itself is not there.
    function reachable() {
        const found = new Set();
        const add = (value) => {
            if ((value !== null && typeof value === 'object') || typeof value === 'function') {
                found.add(value);
            }
        };
        [globalThis, require, ...madeBySyntax(), ...Object.values(offered).map((make) => make())].forEach(add);
        for (const object of found) {
            add(Object.getPrototypeOf(object));
            for (const key of Reflect.ownKeys(object)) {
                const { value, get, set } = Object.getOwnPropertyDescriptor(object, key);
                [value, get, set].forEach(add);
            }
        }
        return [...found];
    }

    return { invoke, reachable };
});
