// Node's http for clients: request and get. A response is handed over whole, then read as a stream.
(function (exports, require, module, host, internals) {
    'use strict';

    const { Buffer } = require('buffer');
    const { Readable, Writable } = require('stream');
    const { URL, urlToHttpOptions } = require('url');
    const { define, typeError, nextTick, sendRequest, setTimeout, clearTimeout } = internals;
    // Of these a response has one; a second is dropped, as Node does.
    const single = new Set(['age', 'authorization', 'content-length', 'content-type', 'etag', 'expires', 'from', 'host',
        'if-modified-since', 'if-unmodified-since', 'last-modified', 'location', 'max-forwards', 'proxy-authorization',
        'referer', 'retry-after', 'server', 'user-agent']);
    const bodiless = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT']);

    function joinHeaders(raw) {
        const headers = {};
        for (let i = 0; i < raw.length; i += 2) {
            const name = raw[i].toLowerCase();
            const value = raw[i + 1];
            if (name === 'set-cookie') {
                headers[name] = [...headers[name] || [], value];
            } else if (headers[name] === undefined) {
                headers[name] = value;
            } else if (!single.has(name)) {
                headers[name] += `${name === 'cookie' ? '; ' : ', '}${value}`;
            }
        }
        return headers;
    }

    function IncomingMessage(told, body, request) {
        Readable.call(this, {});
        Object.assign(this, { statusCode: told.status, statusMessage: told.statusText, httpVersion: '1.1',
            httpVersionMajor: 1, httpVersionMinor: 1, headers: joinHeaders(told.headers), rawHeaders: told.headers,
            trailers: {}, rawTrailers: [], complete: true, aborted: false, url: '' });
        define(this, 'req', request);
        define(this, '_body', body);
        return this;
    }
    Object.setPrototypeOf(IncomingMessage.prototype, Readable.prototype);
    define(IncomingMessage.prototype, '_read', function () {
        if (this._body.length > 0) {
            this.push(this._body);
        }
        this.push(null);
    });
    define(IncomingMessage.prototype, 'setTimeout', function () {
        return this; // the whole response is here
    });

    function optionsOf(args, scheme) {
        let options = {};
        const [first, second] = args;
        if (typeof first === 'string') {
            options = urlToHttpOptions(new URL(first));
        } else if (first instanceof URL) {
            options = urlToHttpOptions(first);
        } else if (first !== null && typeof first === 'object') {
            options = { ...first };
        }
        if (first !== second && second !== null && typeof second === 'object') {
            options = { ...options, ...second };
        }
        const protocol = options.protocol || scheme;
        if (protocol !== scheme) {
            throw typeError('ERR_INVALID_PROTOCOL', `Protocol "${protocol}" not supported. Expected "${scheme}"`);
        }
        return options;
    }

    function ClientRequest(scheme, args) {
        const callback = args.find((each) => typeof each === 'function');
        const options = optionsOf(args.filter((each) => typeof each !== 'function'), scheme);
        Writable.call(this, { signal: options.signal, autoDestroy: false });
        const secure = scheme === 'https:';
        this.method = String(options.method || 'GET').toUpperCase();
        this.host = String(options.hostname || options.host || 'localhost').replace(/^\[|\]$/g, '');
        this.path = options.path || '/';
        this.protocol = scheme;
        this.port = Number(options.port || options.defaultPort || (secure ? 443 : 80));
        this.aborted = false;
        this.reusedSocket = false;
        this.maxHeadersCount = null;
        if (/[^\u0021-\u00ff]/.test(this.path)) {
            throw typeError('ERR_UNESCAPED_CHARACTERS', 'Request path contains unescaped characters');
        }
        define(this, '_headers', new Map());
        define(this, '_chunks', []);
        define(this, '_stop', () => {});
        define(this, '_timer', undefined);
        const headers = Array.isArray(options.headers) ? Object.fromEntries(options.headers) : options.headers || {};
        for (const name of Object.keys(headers)) {
            this.setHeader(name, headers[name]);
        }
        if (options.auth && !this.hasHeader('authorization')) {
            this.setHeader('Authorization', `Basic ${Buffer.from(options.auth).toString('base64')}`);
        }
        if (callback !== undefined) {
            this.once('response', callback);
        }
        if (options.timeout !== undefined) {
            this.setTimeout(options.timeout);
        }
        return this;
    }
    Object.setPrototypeOf(ClientRequest.prototype, Writable.prototype);

    const methods = {
        setHeader(name, value) {
            if (value === undefined) {
                const error = typeError('ERR_HTTP_INVALID_HEADER_VALUE', `Invalid value "undefined" for header "${name}"`);
                throw error;
            }
            if (typeof name !== 'string' || !/^[\^_`a-zA-Z\-0-9!#$%&'*+.|~]+$/.test(name)) {
                throw typeError('ERR_INVALID_HTTP_TOKEN', `Header name must be a valid HTTP token ["${name}"]`);
            }
            if ([value].flat().some((each) => /[^\t\u0020-\u007e\u0080-\u00ff]/.test(String(each)))) {
                throw typeError('ERR_INVALID_CHAR', `Invalid character in header content ["${name}"]`);
            }
            this._headers.set(name.toLowerCase(), { name, value });
            return this;
        },
        getHeader(name) {
            const known = this._headers.get(name.toLowerCase());
            return known === undefined ? undefined : known.value;
        },
        hasHeader(name) {
            return this._headers.has(name.toLowerCase());
        },
        removeHeader(name) {
            this._headers.delete(name.toLowerCase());
        },
        getHeaders() {
            return Object.fromEntries([...this._headers].map(([name, entry]) => [name, entry.value]));
        },
        getHeaderNames() {
            return [...this._headers.keys()];
        },
        setTimeout(delay, callback) {
            if (callback !== undefined) {
                this.once('timeout', callback);
            }
            clearTimeout(this._timer);
            this._timer = delay > 0 ? setTimeout(() => this.emit('timeout'), delay).unref() : undefined;
            return this;
        },
        flushHeaders() {},
        setNoDelay() {},
        setSocketKeepAlive() {},
        abort() {
            if (!this.aborted) {
                this.aborted = true;
                nextTick(() => this.emit('abort'));
                this.destroy();
            }
        },
        _write(chunk, encoding, callback) {
            this._chunks.push(chunk);
            callback();
        },
        _final(callback) {
            const headers = [];
            for (const { name, value } of this._headers.values()) {
                for (const each of [value].flat()) {
                    headers.push(name, String(each));
                }
            }
            const body = Buffer.concat(this._chunks);
            this._stop = sendRequest({ secure: this.protocol === 'https:', host: this.host, port: this.port, path: this.path,
                method: this.method, headers, hasBody: !bodiless.has(this.method) }, body,
            (error, told, bytes) => this._take(error, told, bytes));
            callback();
        },
        _take(error, told, bytes) {
            clearTimeout(this._timer);
            if (this.destroyed) {
                return;
            }
            if (error) {
                this.destroy(error);
                return;
            }
            const response = new IncomingMessage(told, Buffer.from(bytes.buffer), this);
            define(this, 'res', response);
            response.once('end', () => this.destroy());
            if (!this.emit('response', response)) {
                response.resume();
            }
        },
        _destroy(error, callback) {
            clearTimeout(this._timer);
            this._stop();
            let failure = error;
            if (this.res === undefined && !error) {
                failure = new Error('socket hang up');
                failure.code = 'ECONNRESET';
            }
            callback(failure);
        },
    };
    for (const name of Object.keys(methods)) {
        define(ClientRequest.prototype, name, methods[name]);
    }

    class Agent {
        constructor(options = {}) {
            this.options = { ...options };
            this.maxSockets = options.maxSockets || Infinity;
            this.keepAlive = Boolean(options.keepAlive);
        }

        destroy() {}
    }

    function client(scheme) {
        const request = (...args) => new ClientRequest(scheme, args);
        return {
            Agent,
            globalAgent: new Agent(),
            request,
            get(...args) {
                const started = request(...args);
                started.end();
                return started;
            },
        };
    }

    Object.assign(exports, client('http:'), {
        METHODS: ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE'],
        STATUS_CODES: { 200: 'OK', 201: 'Created', 202: 'Accepted', 204: 'No Content', 206: 'Partial Content',
            301: 'Moved Permanently', 302: 'Found', 303: 'See Other', 304: 'Not Modified', 307: 'Temporary Redirect',
            308: 'Permanent Redirect', 400: 'Bad Request', 401: 'Unauthorized', 402: 'Payment Required', 403: 'Forbidden',
            404: 'Not Found', 405: 'Method Not Allowed', 406: 'Not Acceptable', 408: 'Request Timeout', 409: 'Conflict',
            410: 'Gone', 412: 'Precondition Failed', 413: 'Payload Too Large', 414: 'URI Too Long',
            415: 'Unsupported Media Type', 416: 'Range Not Satisfiable', 418: "I'm a Teapot", 422: 'Unprocessable Entity',
            425: 'Too Early', 429: 'Too Many Requests', 431: 'Request Header Fields Too Large', 500: 'Internal Server Error',
            501: 'Not Implemented', 502: 'Bad Gateway', 503: 'Service Unavailable', 504: 'Gateway Timeout' },
        IncomingMessage,
        ClientRequest,
    });
    define(exports, 'client', client);
});
