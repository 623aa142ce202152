// The fetch of the web platform, over the host's requests; bodies are whole.
(function (exports, require, module, host, internals) {
    'use strict';

    const { Buffer } = require('buffer');
    const { URL, URLSearchParams } = require('url');
    const { AbortSignal } = require('abort');
    const { sendRequest, define } = internals;
    const nothing = Buffer.alloc(0);
    const maxRedirects = 20;
    const redirects = new Set([301, 302, 303, 307, 308]);
    const nullBody = new Set([101, 204, 205, 304]);
    const upperCased = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT']);

    class Headers {
        #entries = new Map();

        constructor(init) {
            if (init === undefined || init === null) {
                return;
            }
            const pairs = typeof init[Symbol.iterator] === 'function' ? init : Object.entries(init);
            for (const [name, value] of pairs) {
                this.append(name, value);
            }
        }

        static #name(name) {
            const text = String(name);
            if (!/^[\^_`a-zA-Z\-0-9!#$%&'*+.|~]+$/.test(text)) {
                throw new TypeError(`Headers.append: ${text} is an invalid header name.`);
            }
            return text.toLowerCase();
        }

        static #value(value) {
            const text = String(value).replace(/^[\t\r\n ]+|[\t\r\n ]+$/g, '');
            if (/[\0\r\n]|[^\u0000-\u00ff]/.test(text)) {
                throw new TypeError(`Headers.append: "${text}" is an invalid header value.`);
            }
            return text;
        }

        append(name, value) {
            const key = Headers.#name(name);
            this.#entries.set(key, [...this.#entries.get(key) || [], Headers.#value(value)]);
        }

        set(name, value) {
            this.#entries.set(Headers.#name(name), [Headers.#value(value)]);
        }

        get(name) {
            const values = this.#entries.get(Headers.#name(name));
            return values === undefined ? null : values.join(', ');
        }

        has(name) {
            return this.#entries.has(Headers.#name(name));
        }

        delete(name) {
            this.#entries.delete(Headers.#name(name));
        }

        getSetCookie() {
            return [...this.#entries.get('set-cookie') || []];
        }

        forEach(callback, self) {
            for (const [name, value] of this) {
                callback.call(self, value, name, this);
            }
        }

        * entries() {
            for (const name of [...this.#entries.keys()].sort()) {
                const values = this.#entries.get(name);
                if (name === 'set-cookie') {
                    for (const value of values) {
                        yield [name, value];
                    }
                } else {
                    yield [name, values.join(', ')];
                }
            }
        }

        * keys() {
            for (const [name] of this.entries()) {
                yield name;
            }
        }

        * values() {
            for (const [, value] of this.entries()) {
                yield value;
            }
        }

        [Symbol.iterator]() {
            return this.entries();
        }
    }

    // The bytes of a body and the type that goes with them.
    function bodyOf(body) {
        if (body === undefined || body === null) {
            return { bytes: null };
        }
        if (body instanceof URLSearchParams) {
            return { bytes: Buffer.from(String(body)), type: 'application/x-www-form-urlencoded;charset=UTF-8' };
        }
        if (body instanceof ArrayBuffer) {
            return { bytes: Buffer.from(body.slice(0)) };
        }
        if (ArrayBuffer.isView(body)) {
            return { bytes: Buffer.from(Buffer.from(body.buffer, body.byteOffset, body.byteLength)) };
        }
        if (typeof body === 'object' && (body[Symbol.asyncIterator] || typeof body.getReader === 'function')) {
            throw new TypeError('In process, a body is text, bytes or URLSearchParams, and no stream');
        }
        return { bytes: Buffer.from(String(body)), type: 'text/plain;charset=UTF-8' };
    }

    // A stream of one chunk, as much as readers of a whole body need.
    function streamOf(owner, bytes) {
        let left = bytes.length > 0 ? [new Uint8Array(bytes)] : [];
        const stream = {
            locked: false,
            getReader() {
                stream.locked = true;
                return {
                    async read() {
                        owner.used();
                        return left.length === 0 ? { value: undefined, done: true } : { value: left.shift(), done: false };
                    },
                    releaseLock() {
                        stream.locked = false;
                    },
                    cancel: () => stream.cancel(),
                };
            },
            async cancel() {
                left = [];
            },
            async* [Symbol.asyncIterator]() {
                owner.used();
                while (left.length > 0) {
                    yield left.shift();
                }
            },
        };
        return stream;
    }

    class Body {
        #bytes = null;
        #stream;
        #used = false;

        static hold(body, bytes) {
            body.#bytes = bytes;
        }

        static peek(body) {
            return body.#bytes;
        }

        get body() {
            if (this.#bytes !== null && this.#stream === undefined) {
                this.#stream = streamOf({ used: () => {
                    this.#used = true;
                } }, this.#bytes);
            }
            return this.#bytes === null ? null : this.#stream;
        }

        get bodyUsed() {
            return this.#used;
        }

        #take() {
            if (this.#used) {
                throw new TypeError('Body is unusable: Body has already been read');
            }
            this.#used = this.#bytes !== null;
            return this.#bytes === null ? nothing : this.#bytes;
        }

        async text() {
            return new TextDecoder().decode(this.#take());
        }

        async json() {
            return JSON.parse(await this.text());
        }

        async arrayBuffer() {
            const bytes = this.#take();
            return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
        }

        async bytes() {
            return new Uint8Array(await this.arrayBuffer());
        }
    }

    const { hold, peek } = Body;
    delete Body.hold;
    delete Body.peek;

    function adoptBody(target, body) {
        const { bytes, type } = bodyOf(body);
        hold(target, bytes);
        if (type !== undefined && !target.headers.has('content-type')) {
            target.headers.set('content-type', type);
        }
    }

    class Request extends Body {
        constructor(input, init = {}) {
            super();
            const base = input instanceof Request ? input : undefined;
            let parsed;
            try {
                parsed = new URL(base === undefined ? String(input) : base.url);
            } catch (error) {
                const failure = new TypeError(`Failed to parse URL from ${input}`);
                failure.cause = error;
                throw failure;
            }
            if (parsed.username !== '' || parsed.password !== '') {
                throw new TypeError(`Request cannot be constructed from a URL that includes credentials: ${input}`);
            }
            const method = String(init.method || (base === undefined ? 'GET' : base.method));
            this.url = parsed.href;
            this.method = upperCased.has(method.toUpperCase()) ? method.toUpperCase() : method;
            this.headers = new Headers(init.headers || (base === undefined ? undefined : base.headers));
            this.redirect = init.redirect || (base === undefined ? 'follow' : base.redirect);
            this.signal = init.signal || (base === undefined ? AbortSignal.any([]) : base.signal);
            const given = init.body !== undefined && init.body !== null;
            const bodyless = this.method === 'GET' || this.method === 'HEAD';
            if (given && bodyless) {
                throw new TypeError('Request with GET/HEAD method cannot have body.');
            }
            adoptBody(this, given ? init.body : base === undefined || bodyless ? null : peek(base));
        }

        clone() {
            return new Request(this);
        }
    }

    class Response extends Body {
        constructor(body, init = {}) {
            super();
            const status = init.status === undefined ? 200 : init.status;
            if (!Number.isInteger(status) || status < 200 || status > 599) {
                throw new RangeError('init["status"] must be in the range of 200 to 599, inclusive.');
            }
            if (body !== undefined && body !== null && nullBody.has(status)) {
                throw new TypeError(`Response constructor: Invalid response status code ${status}`);
            }
            this.status = status;
            this.statusText = init.statusText === undefined ? '' : String(init.statusText);
            this.headers = new Headers(init.headers);
            this.type = 'default';
            this.url = '';
            this.redirected = false;
            adoptBody(this, body);
        }

        get ok() {
            return this.status >= 200 && this.status < 300;
        }

        clone() {
            if (this.bodyUsed) {
                throw new TypeError('Response.clone: Body has already been consumed.');
            }
            const copy = new Response(null, this);
            hold(copy, peek(this));
            return Object.assign(copy, { type: this.type, url: this.url, redirected: this.redirected });
        }

        static json(data, init = {}) {
            const response = new Response(JSON.stringify(data), init);
            if (!new Headers(init.headers).has('content-type')) {
                response.headers.set('content-type', 'application/json');
            }
            return response;
        }

        static error() {
            return Object.assign(new Response(), { type: 'error', status: 0 });
        }

        static redirect(url, status = 302) {
            return new Response(null, { status, headers: { location: String(new URL(url)) } });
        }
    }

    function send(url, method, headers, bytes, signal) {
        return new Promise((resolve, reject) => {
            const target = { secure: url.protocol === 'https:', host: url.hostname.replace(/^\[|\]$/g, ''),
                port: Number(url.port || (url.protocol === 'https:' ? 443 : 80)), path: url.pathname + url.search, method,
                headers: [...headers].flat(), hasBody: bytes !== null || method === 'POST' || method === 'PUT' };
            const abort = () => {
                stop();
                reject(signal.reason);
            };
            const stop = sendRequest(target, bytes === null ? nothing : bytes, (error, told, body) => {
                signal.removeEventListener('abort', abort);
                if (error) {
                    const failure = new TypeError('fetch failed');
                    define(failure, 'cause', error);
                    reject(failure);
                } else {
                    resolve({ told, body: Buffer.from(body.buffer) });
                }
            });
            signal.addEventListener('abort', abort);
        });
    }

    function failed(message) {
        const failure = new TypeError('fetch failed');
        define(failure, 'cause', new Error(message));
        return failure;
    }

    function decoded(body, headers) {
        const zlib = require('zlib');
        const codings = (headers.get('content-encoding') || '').toLowerCase().split(',').map((each) => each.trim());
        let bytes = body;
        for (const coding of codings.reverse()) {
            if (coding === 'gzip' || coding === 'x-gzip') {
                bytes = zlib.gunzipSync(bytes);
            } else if (coding === 'deflate') {
                bytes = zlib.inflateSync(bytes);
            }
        }
        return bytes;
    }

    function responseOf(told, body, url, method) {
        const headers = new Headers();
        for (let i = 0; i < told.headers.length; i += 2) {
            headers.append(told.headers[i], told.headers[i + 1]);
        }
        const response = new Response(null, { status: told.status, statusText: told.statusText, headers });
        const withoutBody = nullBody.has(told.status) || method === 'HEAD';
        hold(response, nullBody.has(told.status) ? null : withoutBody || body.length === 0 ? nothing : decoded(body, headers));
        return Object.assign(response, { type: 'basic', url: url.href.replace(/#.*$/, '') });
    }

    async function fetch(input, init) {
        const request = new Request(input, init);
        let url = new URL(request.url);
        let { method } = request;
        let bytes = peek(request);
        const headers = new Headers(request.headers);
        const usual = { 'accept': '*/*', 'accept-encoding': 'gzip, deflate', 'accept-language': '*', 'user-agent': 'node' };
        for (const name of Object.keys(usual)) {
            if (!headers.has(name)) {
                headers.set(name, usual[name]);
            }
        }
        for (let hops = 0; ; hops++) {
            if (request.signal.aborted) {
                throw request.signal.reason;
            }
            if (url.protocol !== 'http:' && url.protocol !== 'https:') {
                throw failed('unknown scheme');
            }
            const { told, body } = await send(url, method, headers, bytes, request.signal);
            const response = responseOf(told, body, url, method);
            const location = response.headers.get('location');
            if (!redirects.has(told.status) || request.redirect === 'manual' || location === null) {
                response.redirected = hops > 0;
                return response;
            }
            if (request.redirect === 'error') {
                throw failed('unexpected redirect');
            }
            if (hops === maxRedirects) {
                throw failed('redirect count exceeded');
            }
            const next = new URL(location, url);
            if (told.status === 303 && method !== 'HEAD' || (told.status === 301 || told.status === 302) && method === 'POST') {
                method = 'GET';
                bytes = null;
                for (const name of ['content-encoding', 'content-language', 'content-location', 'content-type']) {
                    headers.delete(name);
                }
            }
            if (next.origin !== url.origin) {
                for (const name of ['authorization', 'cookie', 'host', 'proxy-authorization']) {
                    headers.delete(name);
                }
            }
            url = next;
        }
    }

    Object.assign(exports, { fetch, Headers, Request, Response });
});
