// Builds one environment's world: Node's globals, CommonJS, and the part of Lambda's runtime that calls the handler.
// The host evaluates this literal in a fresh context, calls it, and keeps the doors that it returns.
(function (host) {
    'use strict';

    const about = JSON.parse(host.about);
    const parseJson = JSON.parse;
    const stringifyJson = JSON.stringify;
    const PromisePrototypeThen = Promise.prototype.then;
    const resolvedPromise = Promise.resolve();
    const apply = Reflect.apply;
    const AsyncFunction = (async () => {}).constructor;
    const taskRoot = '/var/task';
    const promisifyCustom = Symbol.for('nodejs.util.promisify.custom');

    const hostLog = host.log;
    const hostRespond = host.respond;
    const hostFail = host.fail;
    const hostExit = host.exit;
    const hostStartTimer = host.startTimer;
    const hostStopTimer = host.stopTimer;
    const hostRemainingMillis = host.remainingMillis;
    const hostNanos = host.nanos;
    const hostResolve = host.resolve;
    const hostIsModule = host.isModule;
    const hostRead = host.read;
    const hostCompile = host.compile;
    const hostLibrary = host.library;
    const hostIsNodeOnly = host.isNodeOnly;
    const hostStartRequest = host.startRequest;
    const hostStopRequest = host.stopRequest;
    const maxRequests = host.maxRequests;

    function define(target, name, value) {
        Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
    }

    function defineLazily(target, name, make) {
        Object.defineProperty(target, name, {
            configurable: true,
            enumerable: false,
            get() {
                const value = make();
                define(target, name, value);
                return value;
            },
            set(value) {
                define(target, name, value);
            },
        });
    }

    function typeError(code, message) {
        const error = new TypeError(message);
        error.code = code;
        return error;
    }

    function requireFunction(callback, name) {
        if (typeof callback !== 'function') {
            throw typeError('ERR_INVALID_ARG_TYPE', `The "${name}" argument must be of type function.`);
        }
    }

    // ---- Errors, as Lambda's runtime prints and reports them

    function isError(value) {
        return value instanceof Error || (value !== null && typeof value === 'object'
            && typeof value.message === 'string' && typeof value.stack === 'string');
    }

    function errorTypeOf(error) {
        if (!isError(error)) {
            return typeof error;
        }
        return String(error.name || (error.constructor && error.constructor.name) || 'Error');
    }

    function errorMessageOf(error) {
        return isError(error) ? String(error.message) : String(error);
    }

    function loggable(key, value) {
        if (!isError(value)) {
            return value;
        }
        const members = { errorType: value.name, errorMessage: value.message, code: value.code };
        Object.assign(members, value);
        members.stack = String(value.stack).split('\n');
        return members;
    }

    function logError(title, error) {
        let details;
        try {
            details = stringifyJson(error, loggable);
        } catch {
            details = stringifyJson({ errorType: errorTypeOf(error), errorMessage: String(error.message) });
        }
        hostLog('ERROR', `${title} \t${details}`);
    }

    // A hostile error (a throwing getter, a proxy) must not keep the failure from being reported.
    function report(kind, title, error, type, message) {
        try {
            logError(title, error);
            hostFail(kind, type === undefined ? errorTypeOf(error) : type,
                message === undefined ? errorMessageOf(error) : message);
        } catch {
            hostFail(kind, 'Error', 'Error: the thrown value cannot be described');
        }
    }

    function uncaught(error) {
        report('fatal', 'Uncaught Exception', error);
    }

    if (typeof Graal !== 'undefined') {
        Graal.setUnhandledPromiseRejectionHandler((reason) => {
            const wrapper = new Error(String(reason));
            define(wrapper, 'name', 'Runtime.UnhandledPromiseRejection');
            wrapper.reason = reason;
            report('fatal', 'Unhandled Promise Rejection', wrapper, wrapper.name, wrapper.message);
        });
        delete globalThis.Graal;
    }

    // ---- Ticks: run after the current task and before promise jobs, or as a promise job when one is running

    let ticks = [];
    let inTask = false;
    let tickJobQueued = false;

    function drainTicks() {
        tickJobQueued = false;
        for (let i = 0; i < ticks.length; i++) {
            const { callback, args } = ticks[i];
            try {
                apply(callback, undefined, args);
            } catch (error) {
                uncaught(error);
            }
        }
        ticks = [];
    }

    function runTask(task) {
        inTask = true;
        try {
            task();
        } catch (error) {
            uncaught(error);
        }
        drainTicks();
        inTask = false;
    }

    function nextTick(callback, ...args) {
        requireFunction(callback, 'callback');
        ticks.push({ callback, args });
        if (!inTask && !tickJobQueued) {
            tickJobQueued = true;
            apply(PromisePrototypeThen, resolvedPromise, [drainTicks]);
        }
    }

    function queueMicrotask(callback) {
        requireFunction(callback, 'callback');
        apply(PromisePrototypeThen, resolvedPromise, [() => {
            try {
                callback();
            } catch (error) {
                uncaught(error);
            }
        }]);
    }

    // ---- Timers: the host counts the time, the guest keeps the callbacks

    const timers = new Map();
    let lastTimerId = 0;
    let referencedTimers = 0;
    const longestDelayMillis = 2 ** 31 - 1;

    class Timeout {
        constructor(callback, delay, args, repeats) {
            this._callback = callback;
            this._delay = delay;
            this._args = args;
            this._repeats = repeats;
            this._id = ++lastTimerId;
            this._referenced = true;
            arm(this);
        }

        ref() {
            if (!this._referenced && timers.has(this._id)) {
                referencedTimers++;
            }
            this._referenced = true;
            return this;
        }

        unref() {
            if (this._referenced && timers.has(this._id)) {
                referencedTimers--;
            }
            this._referenced = false;
            return this;
        }

        hasRef() {
            return this._referenced;
        }

        refresh() {
            if (disarm(this)) {
                arm(this);
            }
            return this;
        }

        close() {
            disarm(this);
            return this;
        }

        [Symbol.toPrimitive]() {
            return this._id;
        }
    }

    class Immediate extends Timeout {}

    function arm(timer) {
        if (!hostStartTimer(timer._id, timer._delay)) {
            throw new RangeError('too many timers are waiting in this execution environment');
        }
        timers.set(timer._id, timer);
        if (timer._referenced) {
            referencedTimers++;
        }
    }

    function disarm(timer) {
        if (!timers.delete(timer._id)) {
            return false;
        }
        hostStopTimer(timer._id);
        if (timer._referenced) {
            referencedTimers--;
        }
        return true;
    }

    function delayOf(value) {
        const delay = Math.trunc(Number(value));
        return delay >= 1 && delay <= longestDelayMillis ? delay : 1;
    }

    function setTimeout(callback, delay, ...args) {
        requireFunction(callback, 'callback');
        return new Timeout(callback, delayOf(delay), args, false);
    }

    function setInterval(callback, delay, ...args) {
        requireFunction(callback, 'callback');
        return new Timeout(callback, delayOf(delay), args, true);
    }

    function setImmediate(callback, ...args) {
        requireFunction(callback, 'callback');
        return new Immediate(callback, 0, args, false);
    }

    function clearTimer(timer) {
        const known = timer instanceof Timeout ? timer : timers.get(Number(timer));
        if (known !== undefined) {
            disarm(known);
            known._repeats = false;
        }
    }

    function clearTimeout(timer) {
        clearTimer(timer);
    }

    function clearInterval(timer) {
        clearTimer(timer);
    }

    function clearImmediate(timer) {
        clearTimer(timer);
    }

    define(setTimeout, promisifyCustom, (delay, value) => new Promise((resolve) => setTimeout(resolve, delay, value)));
    define(setImmediate, promisifyCustom, (value) => new Promise((resolve) => setImmediate(resolve, value)));

    function fire(id) {
        const timer = timers.get(id);
        if (timer === undefined) {
            return;
        }
        timers.delete(id);
        if (timer._referenced) {
            referencedTimers--;
        }
        runTask(() => {
            try {
                apply(timer._callback, timer, timer._args);
            } finally {
                if (timer._repeats && !timers.has(id)) {
                    arm(timer);
                }
            }
        });
    }

    // ---- Requests over the network: the host sends them, the guest keeps what waits for them

    const requests = new Map();
    const queuedRequests = [];
    let lastRequestId = 0;

    function requestError(code, message) {
        const error = new Error(message);
        error.code = code;
        return error;
    }

    // Calls back with an error or with what the host told and the body; gives what stops the request.
    function sendRequest(described, body, callback) {
        const id = ++lastRequestId;
        queuedRequests.push({ id, described, body, callback });
        startRequests();
        return () => {
            const at = queuedRequests.findIndex((each) => each.id === id);
            if (at >= 0) {
                queuedRequests.splice(at, 1);
            } else if (requests.delete(id)) {
                hostStopRequest(id);
                startRequests();
            }
        };
    }

    function startRequests() {
        while (queuedRequests.length > 0 && requests.size < maxRequests) {
            const { id, described, body, callback } = queuedRequests.shift();
            const refusal = hostStartRequest(id, stringifyJson(described), body.buffer, body.byteOffset, body.length);
            if (refusal === '') {
                requests.set(id, { callback, described });
            } else {
                const bar = refusal.indexOf('|');
                nextTick(callback, requestError(refusal.slice(0, bar), refusal.slice(bar + 1)));
            }
        }
    }

    function complete(id, told, body) {
        const request = requests.get(id);
        if (request === undefined) {
            return;
        }
        requests.delete(id);
        runTask(() => {
            startRequests();
            const outcome = parseJson(told);
            if (outcome.code === undefined) {
                request.callback(null, outcome, internals.toBytes(body));
                return;
            }
            const error = requestError(outcome.code, outcome.message);
            if (outcome.syscall !== '') {
                error.syscall = outcome.syscall;
            }
            if (outcome.syscall === 'getaddrinfo') {
                error.hostname = request.described.host;
            }
            request.callback(error);
        });
    }

    // ---- Modules

    const libraryCache = Object.create(null);
    const moduleCache = Object.create(null);
    const offered = new Set(about.modules);
    const internals = {
        about, define, typeError, process: undefined, setTimeout, setInterval, setImmediate, clearTimeout, clearInterval,
        clearImmediate, promisifyCustom, nextTick, sendRequest,
        toBytes(hostBuffer) {
            return new Uint8Array(new Uint8Array(new ArrayBuffer(hostBuffer)));
        },
    };

    function library(name) {
        const cached = libraryCache[name];
        if (cached !== undefined) {
            return cached.exports;
        }
        const factory = hostLibrary(name);
        if (factory === null) {
            return undefined;
        }
        const module = { exports: {} };
        libraryCache[name] = module;
        apply(factory, module.exports, [module.exports, library, module, host, internals]);
        return module.exports;
    }

    function coreModule(specifier) {
        const name = specifier.startsWith('node:') ? specifier.slice(5) : specifier;
        if (name === 'process') {
            return process;
        }
        return offered.has(name) ? library(name) : undefined;
    }

    class Module {
        constructor(filename, parent) {
            this.id = parent === null ? '.' : filename;
            this.path = folderOf(filename);
            this.exports = {};
            this.filename = filename;
            this.loaded = false;
            this.children = [];
            this.paths = [];
            define(this, 'parent', parent);
            this.require = makeRequire(this);
        }
    }

    let mainModule;

    function folderOf(path) {
        return path.slice(0, Math.max(0, path.lastIndexOf('/')));
    }

    function requireStack(module) {
        const stack = [];
        for (let at = module; at; at = at.parent) {
            stack.push(`- ${at.filename}`);
        }
        stack.push('- /var/runtime/index.mjs');
        return stack;
    }

    function nodeOnlyHint(name) {
        return hostIsNodeOnly(name)
            ? `\nThe in-process JavaScript engine does not have the module '${name}'; a Node.js process runtime does.`
            : '';
    }

    function moduleNotFound(specifier, parent) {
        const name = specifier.startsWith('node:') ? specifier.slice(5) : specifier;
        const error = new Error(
            `Cannot find module '${specifier}'${nodeOnlyHint(name)}\nRequire stack:\n${requireStack(parent).join('\n')}`);
        error.code = 'MODULE_NOT_FOUND';
        error.requireStack = requireStack(parent).map((line) => line.slice(2));
        return error;
    }

    function resolvePath(specifier, parent) {
        const path = hostResolve(specifier, parent === null ? taskRoot : parent.path);
        if (path === null) {
            throw moduleNotFound(specifier, parent);
        }
        return path;
    }

    function checkSpecifier(specifier) {
        if (typeof specifier !== 'string' || specifier === '') {
            throw typeError('ERR_INVALID_ARG_TYPE', 'The "id" argument must be a non-empty string.');
        }
    }

    function makeRequire(module) {
        function require(specifier) {
            checkSpecifier(specifier);
            const core = coreModule(specifier);
            return core === undefined ? loadFile(resolvePath(specifier, module), module) : core;
        }
        require.resolve = (specifier) => {
            checkSpecifier(specifier);
            return coreModule(specifier) === undefined ? resolvePath(specifier, module) : specifier;
        };
        require.cache = moduleCache;
        require.main = mainModule;
        return require;
    }

    internals.createRequire = (filename) => new Module(filename, null).require;
    internals.isCore = (specifier) => coreModule(specifier) !== undefined;

    // ES modules: the language loads them through the host, which shows it everything else as bridges.
    const requireFromBridge = Symbol.for('nearside.require');
    const identifier = /^[A-Za-z_$][\w$]*$/;
    define(globalThis, requireFromBridge, requireAny);

    function requireAny(id) {
        const core = id.startsWith('/') ? undefined : coreModule(id);
        return core === undefined ? loadFile(id, null) : core;
    }

    // Runs the module, for its exports must be known by name; one that throws is run again where the import stands.
    function bridge(id) {
        let exported;
        try {
            exported = requireAny(id);
        } catch {
            exported = undefined;
        }
        const isObject = exported !== null && (typeof exported === 'object' || typeof exported === 'function');
        const names = isObject ? Object.keys(exported).filter((name) => identifier.test(name) && name !== 'default') : [];
        const lines = names.map((name, i) => `const e${i} = m.${name}; export { e${i} as ${name} };`);
        return `const m = globalThis[Symbol.for('nearside.require')](${stringifyJson(id)});\nexport default m;\n`
            + `${lines.join('\n')}\n`;
    }

    // The language names a module that it does not find, but with no code.
    function withImportCode(error) {
        const [, name] = isError(error) && error.code === undefined
            && /^Cannot find module '(.*)' imported from /.exec(String(error.message)) || [];
        if (name !== undefined) {
            define(error, 'code', 'ERR_MODULE_NOT_FOUND');
            error.message += nodeOnlyHint(name);
        }
        return error;
    }

    function loadFile(path, parent) {
        const cached = moduleCache[path];
        if (cached !== undefined) {
            return cached.exports;
        }
        const module = new Module(path, parent);
        if (parent === null) {
            mainModule = module;
            module.require.main = module;
        } else {
            parent.children.push(module);
        }
        moduleCache[path] = module;
        let loaded = false;
        try {
            execute(module);
            loaded = true;
        } finally {
            if (!loaded) {
                delete moduleCache[path];
            }
        }
        module.loaded = true;
        return module.exports;
    }

    function execute(module) {
        const path = module.filename;
        if (path.endsWith('.json')) {
            try {
                module.exports = parseJson(hostRead(path));
            } catch (error) {
                error.message = `${path}: ${error.message}`;
                throw error;
            }
            return;
        }
        if (hostIsModule(path)) {
            const error = new Error(`${path} is an ES module, which the in-process JavaScript engine does not load by `
                + 'require: use import');
            error.code = 'ERR_REQUIRE_ESM';
            throw error;
        }
        apply(hostCompile(path), module.exports, [module.exports, module.require, module, path, module.path]);
    }

    // ---- process

    const processVersion = `v${(/\d+/.exec(about.runtime) || ['20'])[0]}.0.0`;

    function hrtime(since) {
        const now = hostNanos();
        let seconds = Math.floor(now / 1e9);
        let nanos = now % 1e9;
        if (since !== undefined) {
            seconds -= since[0];
            nanos -= since[1];
            if (nanos < 0) {
                seconds--;
                nanos += 1e9;
            }
        }
        return [seconds, nanos];
    }
    hrtime.bigint = () => BigInt(hostNanos());

    const process = {
        title: 'node',
        version: processVersion,
        versions: { node: processVersion.slice(1) },
        arch: 'x64',
        platform: 'linux',
        release: { name: 'node' },
        argv: ['/var/lang/bin/node', '/var/runtime/index.mjs'],
        execArgv: [],
        pid: 1,
        exitCode: undefined,
        env: { ...about.environment },
        stdout: { isTTY: false, write: (text) => writeStream('INFO', text) },
        stderr: { isTTY: false, write: (text) => writeStream('ERROR', text) },
        cwd: () => taskRoot,
        uptime: () => hostNanos() / 1e9,
        hrtime,
        nextTick,
        emitWarning: (warning) => hostLog('WARN', String(warning)),
        exit(code) {
            hostExit(Math.trunc(Number(code === undefined ? process.exitCode || 0 : code)) | 0);
            for (;;) {
                // The context is being closed; no guest code may run past this call.
            }
        },
    };
    define(process, Symbol.toStringTag, 'process');
    internals.process = process;

    function writeStream(level, text) {
        hostLog(level, String(text).replace(/\n$/, ''));
        return true;
    }

    // ---- console

    function formatLine(args) {
        return args.length === 1 && typeof args[0] === 'string' ? args[0] : library('util').format(...args);
    }

    const counts = new Map();
    const stopwatches = new Map();
    let groupIndent = '';

    function printer(level) {
        return (...args) => {
            const line = formatLine(args);
            hostLog(level, groupIndent === '' ? line : groupIndent + line.replaceAll('\n', `\n${groupIndent}`));
        };
    }

    const console = {
        log: printer('INFO'),
        info: printer('INFO'),
        warn: printer('WARN'),
        error: printer('ERROR'),
        debug: printer('DEBUG'),
        trace(...args) {
            const error = new Error(formatLine(args));
            error.name = 'Trace';
            hostLog('TRACE', `Trace: ${error.message}\n${String(error.stack).split('\n').slice(1).join('\n')}`);
        },
        dir: (value, options) => console.log(library('util').inspect(value, options)),
        table: (value) => console.log(value),
        assert(condition, ...args) {
            if (!condition) {
                console.error(...(typeof args[0] === 'string' ? [`Assertion failed: ${args[0]}`, ...args.slice(1)]
                    : ['Assertion failed', ...args]));
            }
        },
        count(label = 'default') {
            counts.set(label, (counts.get(label) || 0) + 1);
            console.log(`${label}: ${counts.get(label)}`);
        },
        countReset: (label = 'default') => void counts.delete(label),
        time: (label = 'default') => void stopwatches.set(label, hostNanos()),
        timeLog(label = 'default', ...args) {
            if (stopwatches.has(label)) {
                console.log(`${label}: ${((hostNanos() - stopwatches.get(label)) / 1e6).toFixed(3)}ms`, ...args);
            }
        },
        timeEnd(label = 'default') {
            console.timeLog(label);
            stopwatches.delete(label);
        },
        group(...args) {
            if (args.length > 0) {
                console.log(...args);
            }
            groupIndent += '  ';
        },
        groupEnd() {
            groupIndent = groupIndent.slice(2);
        },
    };

    // ---- globals

    const globals = {
        global: globalThis, process, console, setTimeout, clearTimeout, setInterval, clearInterval, setImmediate,
        clearImmediate, queueMicrotask,
    };
    for (const name of Object.keys(globals)) {
        define(globalThis, name, globals[name]);
    }
    define(globalThis, 'performance', { now: () => hostNanos() / 1e6, timeOrigin: Date.now() });
    defineLazily(globalThis, 'Buffer', () => library('buffer').Buffer);
    defineLazily(globalThis, 'atob', () => library('buffer').atob);
    defineLazily(globalThis, 'btoa', () => library('buffer').btoa);
    defineLazily(globalThis, 'URL', () => library('url').URL);
    defineLazily(globalThis, 'URLSearchParams', () => library('url').URLSearchParams);
    defineLazily(globalThis, 'structuredClone', () => library('structured_clone'));
    defineLazily(globalThis, 'crypto', () => library('crypto').webcrypto);
    defineLazily(globalThis, 'CryptoKey', () => library('webcrypto').CryptoKey);
    for (const name of ['AbortController', 'AbortSignal', 'DOMException', 'Event', 'EventTarget']) {
        defineLazily(globalThis, name, () => library('abort')[name]);
    }
    for (const name of ['fetch', 'Headers', 'Request', 'Response']) {
        defineLazily(globalThis, name, () => library('fetch')[name]);
    }
    for (const name of ['on', 'once', 'off', 'emit', 'addListener', 'removeListener', 'removeAllListeners',
        'listeners', 'listenerCount']) {
        defineLazily(process, name, () => {
            const EventEmitter = library('events');
            EventEmitter.call(process);
            return EventEmitter.prototype[name];
        });
    }

    // ---- The handler

    const unsettledAwait = 13;
    let handler;
    let handlerIsAsync = false;
    let current;

    function lambdaError(type, message) {
        const error = new Error(message);
        define(error, 'name', type);
        return error;
    }

    function resolveHandlerFile(base) {
        for (const extension of ['.js', '.mjs', '.cjs']) {
            if (hostRead(base + extension) !== null) {
                return base + extension;
            }
        }
        return hostResolve(base, taskRoot);
    }

    function findHandler() {
        const name = about.handler;
        const slash = name.lastIndexOf('/') + 1;
        const match = /^([^.]*)\.(.+)$/.exec(name.slice(slash));
        if (match === null || name.includes('..')) {
            throw lambdaError('Runtime.MalformedHandlerName', `Bad handler: '${name}', expected file.export`);
        }
        const base = name.slice(0, slash) + match[1];
        const path = resolveHandlerFile(`${taskRoot}/${base}`);
        if (path === null) {
            throw moduleNotFound(base, null);
        }
        if (!hostIsModule(path)) {
            useHandler(pick(loadFile(path, null), name, match[2]));
            return;
        }
        apply(PromisePrototypeThen, import(path), [
            (namespace) => useHandler(pick(namespace, name, match[2])),
        ]).catch((error) => reportInit(withImportCode(error)));
    }

    function useHandler(found) {
        handler = found;
        handlerIsAsync = handler instanceof AsyncFunction;
    }

    function pick(exported, name, members) {
        let found = exported;
        for (const part of members.split('.')) {
            found = found === undefined || found === null ? undefined : found[part];
        }
        if (found === undefined || found === null) {
            throw lambdaError('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
        }
        if (typeof found !== 'function') {
            throw lambdaError('Runtime.HandlerNotFound', `${name} is not a function`);
        }
        return found;
    }

    function reportInit(error) {
        let type;
        let message;
        if (isError(error)) {
            if (error instanceof SyntaxError) {
                type = 'Runtime.UserCodeSyntaxError';
            } else if (error.code === 'MODULE_NOT_FOUND' || error.code === 'ERR_REQUIRE_ESM'
                || error.code === 'ERR_MODULE_NOT_FOUND') {
                type = 'Runtime.ImportModuleError';
                message = String(error);
            } else if (String(error.name).startsWith('Runtime.')) {
                message = error.message;
            }
        }
        const shown = type === undefined ? error : lambdaError(type, message === undefined ? String(error) : message);
        report('init', 'Uncaught Exception', shown, type, message === undefined ? errorMessageOf(error) : message);
    }

    function load() {
        runTask(() => {
            try {
                findHandler();
            } catch (error) {
                reportInit(error);
            }
        });
    }

    function respond(call, value) {
        if (call.finished) {
            return;
        }
        call.finished = true;
        let json;
        try {
            json = stringifyJson(value);
        } catch (error) {
            report('result', 'Invoke Error', error, 'Runtime.UnserializableResponse',
                `Unable to stringify response body: ${errorMessageOf(error)}`);
            return;
        }
        hostRespond(json === undefined ? 'null' : json);
    }

    function reject(call, error) {
        if (call.finished) {
            return;
        }
        call.finished = true;
        report('throw', 'Invoke Error', error);
    }

    function finish(call, error, value) {
        if (error === undefined || error === null) {
            respond(call, value);
        } else {
            reject(call, error);
        }
    }

    // The first call decides; the answer leaves at once or when no timer is left, as the handler chose.
    function callBack(call, error, value) {
        if (call.calledBack || call.finished) {
            return;
        }
        call.calledBack = true;
        if (call.waitsForEmptyLoop) {
            call.whenEmpty = () => finish(call, error, value);
        } else {
            finish(call, error, value);
        }
    }

    function makeContext(call, requestId) {
        const done = (error, value) => {
            call.waitsForEmptyLoop = false;
            callBack(call, error, value);
        };
        return {
            get callbackWaitsForEmptyEventLoop() {
                return call.waitsForEmptyLoop;
            },
            set callbackWaitsForEmptyEventLoop(waits) {
                call.waitsForEmptyLoop = Boolean(waits);
            },
            succeed: (value) => done(null, value),
            fail: (error) => done(error === undefined || error === null ? 'handled' : error),
            done,
            functionVersion: about.functionVersion,
            functionName: about.functionName,
            memoryLimitInMB: about.memoryLimitInMB,
            logGroupName: about.logGroupName,
            logStreamName: about.logStreamName,
            clientContext: undefined,
            identity: undefined,
            invokedFunctionArn: about.invokedFunctionArn,
            awsRequestId: requestId,
            getRemainingTimeInMillis: () => hostRemainingMillis(),
        };
    }

    function endWithoutAnswer(call) {
        if (handlerIsAsync || call.promised) {
            reject(call, lambdaError('Runtime.NodeJsExit', 'The handler\'s promise was never settled and nothing is left '
                + 'to run that could settle it'));
        } else {
            respond(call, null);
        }
    }

    function invoke(requestId, eventText) {
        const call = { finished: false, calledBack: false, waitsForEmptyLoop: true, whenEmpty: undefined,
            promised: false };
        call.whenEmpty = () => endWithoutAnswer(call);
        current = call;
        runTask(() => {
            try {
                const result = handler(parseJson(eventText), makeContext(call, requestId),
                    (error, value) => callBack(call, error, value));
                if (result !== undefined && result !== null && typeof result.then === 'function') {
                    call.promised = true;
                    result.then((value) => respond(call, value), (error) => reject(call, error));
                }
            } catch (error) {
                reject(call, error);
            }
        });
    }

    function idle() {
        if (referencedTimers > 0 || requests.size > 0) {
            return;
        }
        if (handler === undefined) {
            hostExit(unsettledAwait); // nothing is left that could settle what the module's top level awaits
        } else if (current !== undefined) {
            const call = current;
            runTask(() => call.whenEmpty());
        }
    }

    return { load, isLoaded: () => handler !== undefined, bridge, invoke, fire, complete, idle };
});
