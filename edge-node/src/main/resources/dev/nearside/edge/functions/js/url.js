// The URL standard's URL and URLSearchParams, and Node's url module around them.
(function (exports, require, module, host, internals) {
    'use strict';

    const { typeError, toBytes } = internals;
    const hostEncode = host.encode;
    const hostDecode = host.decode;
    const hostToAscii = host.domainToAscii;
    const hostToUnicode = host.domainToUnicode;
    const inspectCustom = Symbol.for('nodejs.util.inspect.custom');
    const specialPorts = { 'http:': '80', 'https:': '443', 'ws:': '80', 'wss:': '443', 'ftp:': '21', 'file:': '' };

    // ---- Percent encoding

    const fragmentSet = new Set(' "<>`');
    const querySet = new Set(' "#<>');
    const specialQuerySet = new Set([...querySet, "'"]);
    const pathSet = new Set([...querySet, '?', '`', '{', '}', '^']);
    const userinfoSet = new Set([...pathSet, '/', ':', ';', '=', '@', '[', '\\', ']', '|']);
    const noSet = new Set();

    function percentBytes(text) {
        let result = '';
        for (const byte of toBytes(hostEncode(text, 'utf8'))) {
            result += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
        }
        return result;
    }

    function percentEncode(text, set) {
        let result = '';
        for (const character of text) {
            const code = character.codePointAt(0);
            result += code <= 0x1f || code > 0x7e || set.has(character) ? percentBytes(character) : character;
        }
        return result;
    }

    function percentDecode(text) {
        if (!text.includes('%')) {
            return text;
        }
        const bytes = toBytes(hostEncode(text, 'utf8'));
        const out = new Uint8Array(bytes.length);
        let length = 0;
        for (let i = 0; i < bytes.length; i++) {
            const hex = bytes[i] === 0x25 ? String.fromCharCode(bytes[i + 1], bytes[i + 2]) : '';
            if (/^[0-9A-Fa-f]{2}$/.test(hex)) {
                out[length++] = parseInt(hex, 16);
                i += 2;
            } else {
                out[length++] = bytes[i];
            }
        }
        return hostDecode(out.buffer, 0, length, 'utf8');
    }

    // ---- Hosts; undefined stands for failure

    function parseHost(text, isSpecial) {
        if (text.startsWith('[')) {
            const address = text.endsWith(']') ? parseIpv6(text.slice(1, -1)) : undefined;
            return address === undefined ? undefined : `[${address}]`;
        }
        if (!isSpecial) {
            return /[\0\t\n\r #/:<>?@[\\\]^|]/.test(text) ? undefined : percentEncode(text, noSet);
        }
        const decoded = percentDecode(text);
        const ascii = /^[\x21-\x7e]*$/.test(decoded) && !decoded.toLowerCase().includes('xn--')
            ? decoded.toLowerCase() : hostToAscii(decoded);
        if (ascii === null || ascii === '' || /[\0-\x20"#%/:<>?@[\\\]^`{|}\x7f]/.test(ascii)) {
            return undefined;
        }
        return endsInNumber(ascii) ? parseIpv4(ascii) : ascii;
    }

    function endsInNumber(text) {
        const parts = text.split('.');
        if (parts.at(-1) === '' && parts.length > 1) {
            parts.pop();
        }
        return /^(?:\d+|0[xX][0-9a-fA-F]*)$/.test(parts.at(-1));
    }

    function parseIpv4(text) {
        const parts = text.split('.');
        if (parts.at(-1) === '' && parts.length > 1) {
            parts.pop();
        }
        if (parts.length > 4) {
            return undefined;
        }
        const numbers = parts.map((part) => {
            if (/^0[xX][0-9a-fA-F]*$/.test(part)) {
                return part.length === 2 ? 0 : parseInt(part.slice(2), 16);
            }
            if (/^0[0-7]*$/.test(part)) {
                return parseInt(part, 8);
            }
            return /^\d+$/.test(part) && part[0] !== '0' ? parseInt(part, 10) : Number.NaN;
        });
        const last = numbers.pop();
        if (numbers.some((number) => !(number <= 255)) || !(last < 256 ** (4 - numbers.length))) {
            return undefined;
        }
        const address = numbers.reduce((sum, number, i) => sum + number * 256 ** (3 - i), last);
        return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
    }

    function parseIpv6(text) {
        const halves = text.split('::');
        if (halves.length > 2) {
            return undefined;
        }
        const groups = halves.map((half, i) => half === '' ? [] : piecesOf(half.split(':'), i === halves.length - 1));
        if (groups.some((group) => group === undefined)) {
            return undefined;
        }
        const count = groups.reduce((sum, group) => sum + group.length, 0);
        if (halves.length === 1 ? count !== 8 : count > 7) {
            return undefined;
        }
        return compress(halves.length === 1 ? groups[0] : [...groups[0], ...new Array(8 - count).fill(0), ...groups[1]]);
    }

    function piecesOf(parts, isLast) {
        const pieces = [];
        for (let i = 0; i < parts.length; i++) {
            if (/^[0-9a-fA-F]{1,4}$/.test(parts[i])) {
                pieces.push(parseInt(parts[i], 16));
            } else if (isLast && i === parts.length - 1
                && /^(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})$/.test(parts[i])) {
                const bytes = parts[i].split('.').map(Number);
                if (bytes.some((byte) => byte > 255)) {
                    return undefined;
                }
                pieces.push(bytes[0] * 256 + bytes[1], bytes[2] * 256 + bytes[3]);
            } else {
                return undefined;
            }
        }
        return pieces;
    }

    function compress(pieces) {
        let bestStart = -1;
        let bestLength = 1;
        for (let start = 0; start < 8; start++) {
            let end = start;
            while (end < 8 && pieces[end] === 0) {
                end++;
            }
            if (end - start > bestLength) {
                [bestStart, bestLength] = [start, end - start];
            }
        }
        const hex = (list) => list.map((piece) => piece.toString(16)).join(':');
        return bestStart < 0 ? hex(pieces) : `${hex(pieces.slice(0, bestStart))}::${hex(pieces.slice(bestStart + bestLength))}`;
    }

    // ---- Parsing: a record of the standard's URL components, or undefined

    function isDriveLetter(segment) {
        return /^[A-Za-z][:|]$/.test(segment);
    }

    function isSpecial(record) {
        return Object.hasOwn(specialPorts, record.protocol);
    }

    function parse(input, base) {
        const text = input.replace(/^[\0-\x20]+|[\0-\x20]+$/g, '').replace(/[\t\n\r]/g, '');
        const match = /^([A-Za-z][A-Za-z0-9+.\-]*:)?([^?#]*)(\?[^#]*)?(#[^]*)?$/.exec(text);
        const record = { protocol: '', username: '', password: '', host: null, port: '', path: [], opaque: null,
            query: match[3] === undefined ? null : match[3].slice(1),
            fragment: match[4] === undefined ? null : percentEncode(match[4].slice(1), fragmentSet) };
        const parsed = match[1] === undefined ? parseRelative(record, match[2], base)
            : parseAbsolute(record, match[1].toLowerCase(), match[2], base);
        if (parsed && record.query !== null && match[3] !== undefined) {
            record.query = percentEncode(record.query, isSpecial(record) ? specialQuerySet : querySet);
        }
        return parsed ? record : undefined;
    }

    function parseAbsolute(record, protocol, rest, base) {
        record.protocol = protocol;
        if (protocol === 'file:') {
            return parseFile(record, rest, base !== undefined && base.protocol === 'file:' ? base : undefined);
        }
        if (isSpecial(record)) {
            if (base !== undefined && base.protocol === protocol && !/^[/\\]{2}/.test(rest)) {
                return parseRelative(record, rest, base);
            }
            return parseAuthority(record, rest.replace(/^[/\\]*/, ''));
        }
        if (rest.startsWith('//')) {
            return parseAuthority(record, rest.slice(2));
        }
        if (rest.startsWith('/')) {
            appendPath(record, rest.slice(1));
        } else {
            record.opaque = percentEncode(rest, noSet);
        }
        return true;
    }

    function parseRelative(record, rest, base) {
        if (base === undefined) {
            return false;
        }
        record.protocol = base.protocol;
        if (base.opaque !== null) {
            if (rest !== '' || record.query !== null || record.fragment === null) {
                return false;
            }
            record.opaque = base.opaque;
            record.query = base.query;
            return true;
        }
        if (base.protocol === 'file:') {
            return parseFile(record, rest, base);
        }
        const slashes = isSpecial(base) ? /^[/\\]{2}/ : /^\/{2}/;
        if (slashes.test(rest)) {
            return parseAuthority(record, isSpecial(base) ? rest.replace(/^[/\\]*/, '') : rest.slice(2));
        }
        copyAuthority(record, base);
        inheritPath(record, rest, base);
        return true;
    }

    function copyAuthority(record, base) {
        for (const part of ['username', 'password', 'host', 'port']) {
            record[part] = base[part];
        }
    }

    function inheritPath(record, rest, base) {
        if (rest === '') {
            record.path = [...base.path];
            record.query = record.query === null ? base.query : record.query;
        } else if (rest[0] === '/' || rest[0] === '\\' && isSpecial(base)) {
            appendPath(record, rest.slice(1));
        } else {
            record.path = base.path.slice(0, -1);
            appendPath(record, rest);
        }
    }

    function parseFile(record, rest, base) {
        record.host = '';
        const slashed = rest.replaceAll('\\', '/');
        if (slashed.startsWith('//')) {
            const end = slashed.indexOf('/', 2);
            const name = slashed.slice(2, end < 0 ? undefined : end);
            if (isDriveLetter(name)) {
                appendPath(record, slashed.slice(2));
                return true;
            }
            if (name !== '') {
                const parsed = parseHost(name, true);
                if (parsed === undefined) {
                    return false;
                }
                record.host = parsed === 'localhost' ? '' : parsed;
            }
            appendPath(record, end < 0 ? '' : slashed.slice(end + 1));
            return true;
        }
        if (base === undefined) {
            appendPath(record, slashed.replace(/^\//, ''));
            return true;
        }
        record.host = base.host;
        inheritPath(record, slashed, base);
        return true;
    }

    function parseAuthority(record, rest) {
        const end = isSpecial(record) ? rest.search(/[/\\]/) : rest.indexOf('/');
        const authority = end < 0 ? rest : rest.slice(0, end);
        const at = authority.lastIndexOf('@');
        if (at >= 0) {
            const credentials = authority.slice(0, at);
            const colon = credentials.indexOf(':');
            record.username = percentEncode(colon < 0 ? credentials : credentials.slice(0, colon), userinfoSet);
            record.password = colon < 0 ? '' : percentEncode(credentials.slice(colon + 1), userinfoSet);
        }
        const place = authority.slice(at + 1);
        if (place === '' && (at >= 0 || isSpecial(record)) || !setHostAndPort(record, place)) {
            return false;
        }
        if (end >= 0) {
            appendPath(record, rest.slice(end + 1));
        } else if (isSpecial(record)) {
            record.path = [''];
        }
        return true;
    }

    function setHostAndPort(record, place) {
        const match = /^(\[[^\]]*\]|[^:]*)(?::([^]*))?$/.exec(place);
        if (match === null) {
            return false;
        }
        if (match[1] === '' && (isSpecial(record) || match[2] !== undefined)) {
            return false;
        }
        const parsed = match[1] === '' ? '' : parseHost(match[1], isSpecial(record));
        if (parsed === undefined || match[2] !== undefined && !setPort(record, match[2])) {
            return false;
        }
        record.host = parsed;
        return true;
    }

    function setPort(record, text) {
        if (!/^\d*$/.test(text) || Number(text) > 65535) {
            return false;
        }
        const port = text === '' ? '' : String(Number(text));
        record.port = port === specialPorts[record.protocol] ? '' : port;
        return true;
    }

    function appendPath(record, text) {
        const segments = (isSpecial(record) ? text.replaceAll('\\', '/') : text).split('/');
        segments.forEach((segment, i) => {
            const isLast = i === segments.length - 1;
            const plain = segment.replace(/%2e/gi, '.');
            if (plain === '..') {
                if (!(record.protocol === 'file:' && record.path.length === 1 && /^[A-Za-z]:$/.test(record.path[0]))) {
                    record.path.pop();
                }
                if (isLast) {
                    record.path.push('');
                }
            } else if (plain === '.') {
                if (isLast) {
                    record.path.push('');
                }
            } else if (record.protocol === 'file:' && record.path.length === 0 && isDriveLetter(segment)) {
                record.path.push(`${segment[0]}:`);
            } else {
                record.path.push(percentEncode(segment, pathSet));
            }
        });
    }

    // ---- Serializing

    function pathOf(record) {
        return record.opaque === null ? record.path.map((segment) => `/${segment}`).join('') : record.opaque;
    }

    function hostOf(record) {
        return record.host === null ? '' : record.host + (record.port === '' ? '' : `:${record.port}`);
    }

    function serialize(record, withoutFragment) {
        let text = record.protocol;
        if (record.host !== null) {
            text += '//';
            if (record.username !== '' || record.password !== '') {
                text += `${record.username}${record.password === '' ? '' : `:${record.password}`}@`;
            }
            text += hostOf(record);
        } else if (record.opaque === null && record.path.length > 1 && record.path[0] === '') {
            text += '/.';
        }
        text += pathOf(record);
        if (record.query !== null) {
            text += `?${record.query}`;
        }
        return record.fragment === null || withoutFragment ? text : `${text}#${record.fragment}`;
    }

    // ---- URLSearchParams

    function formEncode(text) {
        let result = '';
        for (const character of text) {
            result += character === ' ' ? '+' : /^[A-Za-z0-9*\-._]$/.test(character) ? character : percentBytes(character);
        }
        return result;
    }

    function formDecode(text) {
        return percentDecode(text.replaceAll('+', ' '));
    }

    function parsePairs(text) {
        return text.split('&').filter((pair) => pair !== '').map((pair) => {
            const at = pair.indexOf('=');
            return at < 0 ? [formDecode(pair), ''] : [formDecode(pair.slice(0, at)), formDecode(pair.slice(at + 1))];
        });
    }

    function wellFormed(value) {
        return String(value).toWellFormed();
    }

    class URLSearchParams {
        #pairs = [];
        #changed = () => {};

        constructor(init) {
            if (init === undefined || init === null) {
                return;
            }
            if (typeof init !== 'object' && typeof init !== 'function') {
                this.#pairs = parsePairs(wellFormed(init).replace(/^\?/, ''));
            } else if (typeof init[Symbol.iterator] === 'function') {
                this.#pairs = Array.from(init, (pair) => {
                    const both = pair !== null && typeof pair === 'object' ? Array.from(pair) : [];
                    if (both.length !== 2) {
                        throw typeError('ERR_INVALID_TUPLE', 'Each query pair must be an iterable [name, value] tuple');
                    }
                    return both.map(wellFormed);
                });
            } else {
                this.#pairs = Reflect.ownKeys(init)
                    .filter((key) => Object.prototype.propertyIsEnumerable.call(init, key))
                    .map((key) => [wellFormed(key), wellFormed(init[key])]);
            }
        }

        static attach(params, text, changed) {
            params.#pairs = parsePairs(text);
            params.#changed = changed;
        }

        get size() {
            return this.#pairs.length;
        }

        append(name, value) {
            this.#pairs.push([wellFormed(name), wellFormed(value)]);
            this.#changed();
        }

        delete(name, value) {
            this.#pairs = this.#pairs.filter((pair) =>
                pair[0] !== wellFormed(name) || value !== undefined && pair[1] !== wellFormed(value));
            this.#changed();
        }

        get(name) {
            const found = this.#pairs.find((pair) => pair[0] === wellFormed(name));
            return found === undefined ? null : found[1];
        }

        getAll(name) {
            return this.#pairs.filter((pair) => pair[0] === wellFormed(name)).map((pair) => pair[1]);
        }

        has(name, value) {
            return this.#pairs.some((pair) =>
                pair[0] === wellFormed(name) && (value === undefined || pair[1] === wellFormed(value)));
        }

        set(name, value) {
            const first = this.#pairs.find((pair) => pair[0] === wellFormed(name));
            if (first === undefined) {
                this.append(name, value);
                return;
            }
            first[1] = wellFormed(value);
            this.#pairs = this.#pairs.filter((pair) => pair === first || pair[0] !== first[0]);
            this.#changed();
        }

        sort() {
            this.#pairs.sort((one, other) => one[0] < other[0] ? -1 : one[0] > other[0] ? 1 : 0);
            this.#changed();
        }

        forEach(callback, receiver) {
            for (const [name, value] of this) {
                callback.call(receiver, value, name, this);
            }
        }

        * entries() {
            for (let i = 0; i < this.#pairs.length; i++) {
                yield [...this.#pairs[i]];
            }
        }

        * keys() {
            for (const [name] of this) {
                yield name;
            }
        }

        * values() {
            for (const [, value] of this) {
                yield value;
            }
        }

        [Symbol.iterator]() {
            return this.entries();
        }

        toString() {
            return this.#pairs.map(([name, value]) => `${formEncode(name)}=${formEncode(value)}`).join('&');
        }

        get [Symbol.toStringTag]() {
            return 'URLSearchParams';
        }

        [inspectCustom](depth, options, inspect) {
            const shown = this.#pairs.map(([name, value]) => `${inspect(name)} => ${inspect(value)}`);
            return shown.length === 0 ? 'URLSearchParams {}' : `URLSearchParams { ${shown.join(', ')} }`;
        }
    }
    const attachParams = URLSearchParams.attach;
    delete URLSearchParams.attach;

    // ---- URL

    function invalidUrl(input, base) {
        const error = typeError('ERR_INVALID_URL', 'Invalid URL');
        error.input = input;
        if (base !== undefined) {
            error.base = base;
        }
        return error;
    }

    function parseWithBase(input, base) {
        const text = wellFormed(input);
        if (base === undefined) {
            return parse(text);
        }
        const parsedBase = parse(wellFormed(base));
        return parsedBase === undefined ? undefined : parse(text, parsedBase);
    }

    class URL {
        #record;
        #params;

        constructor(input, base) {
            if (arguments.length === 0) {
                throw typeError('ERR_MISSING_ARGS', 'The "url" argument must be specified');
            }
            this.#record = parseWithBase(input, base);
            if (this.#record === undefined) {
                throw invalidUrl(wellFormed(input), base === undefined ? undefined : wellFormed(base));
            }
        }

        static canParse(input, base) {
            return parseWithBase(input, base) !== undefined;
        }

        static parse(input, base) {
            return URL.canParse(input, base) ? new URL(input, base) : null;
        }

        #refreshParams() {
            if (this.#params !== undefined) {
                attachParams(this.#params, this.#record.query || '', () => this.#takeParams());
            }
        }

        #takeParams() {
            const text = this.#params.toString();
            this.#record.query = text === '' ? null : text;
        }

        get href() {
            return serialize(this.#record);
        }

        set href(value) {
            const record = parse(wellFormed(value));
            if (record === undefined) {
                throw invalidUrl(wellFormed(value));
            }
            this.#record = record;
            this.#refreshParams();
        }

        get origin() {
            const record = this.#record;
            if (record.protocol === 'blob:') {
                const inner = parse(pathOf(record));
                return inner !== undefined && /^https?:$/.test(inner.protocol) ? `${inner.protocol}//${hostOf(inner)}` : 'null';
            }
            return isSpecial(record) && record.protocol !== 'file:' ? `${record.protocol}//${hostOf(record)}` : 'null';
        }

        get protocol() {
            return this.#record.protocol;
        }

        set protocol(value) {
            const match = /^([A-Za-z][A-Za-z0-9+.\-]*)(?::|$)/.exec(wellFormed(value));
            const record = this.#record;
            if (match === null) {
                return;
            }
            const protocol = `${match[1].toLowerCase()}:`;
            const hasAuthority = record.username !== '' || record.password !== '' || record.port !== '';
            if (isSpecial({ protocol }) !== isSpecial(record) || protocol === 'file:' && hasAuthority
                || record.protocol === 'file:' && record.host === '') {
                return;
            }
            record.protocol = protocol;
            record.port = record.port === specialPorts[protocol] ? '' : record.port;
        }

        #cannotHaveCredentials() {
            return this.#record.host === null || this.#record.host === '' || this.#record.protocol === 'file:';
        }

        get username() {
            return this.#record.username;
        }

        set username(value) {
            if (!this.#cannotHaveCredentials()) {
                this.#record.username = percentEncode(wellFormed(value), userinfoSet);
            }
        }

        get password() {
            return this.#record.password;
        }

        set password(value) {
            if (!this.#cannotHaveCredentials()) {
                this.#record.password = percentEncode(wellFormed(value), userinfoSet);
            }
        }

        get host() {
            return hostOf(this.#record);
        }

        set host(value) {
            this.#setHost(wellFormed(value), true);
        }

        get hostname() {
            return this.#record.host === null ? '' : this.#record.host;
        }

        set hostname(value) {
            this.#setHost(wellFormed(value), false);
        }

        #setHost(value, withPort) {
            const record = this.#record;
            if (record.opaque !== null) {
                return;
            }
            const text = value.split(isSpecial(record) ? /[/\\?#]/ : /[/?#]/)[0];
            const match = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?/.exec(text);
            if (match[1] === '' && isSpecial(record) || match[2] !== undefined && !withPort && match[1] === '') {
                return;
            }
            const parsed = match[1] === '' ? '' : parseHost(match[1], isSpecial(record));
            if (parsed === undefined || !withPort && match[2] !== undefined) {
                return;
            }
            record.host = parsed;
            if (match[2]) {
                setPort(record, match[2]);
            }
        }

        get port() {
            return this.#record.port;
        }

        set port(value) {
            const text = /^\d*/.exec(wellFormed(value))[0];
            if (!this.#cannotHaveCredentials() && (text !== '' || wellFormed(value) === '')) {
                setPort(this.#record, text);
            }
        }

        get pathname() {
            return pathOf(this.#record);
        }

        set pathname(value) {
            if (this.#record.opaque === null) {
                this.#record.path = [];
                const text = wellFormed(value).replace(/[\t\n\r]/g, '');
                appendPath(this.#record, isSpecial(this.#record) ? text.replace(/^[/\\]/, '') : text.replace(/^\//, ''));
            }
        }

        get search() {
            return this.#record.query === null || this.#record.query === '' ? '' : `?${this.#record.query}`;
        }

        set search(value) {
            const text = wellFormed(value).replace(/^\?/, '').replace(/[\t\n\r]/g, '');
            this.#record.query = text === '' ? null
                : percentEncode(text, isSpecial(this.#record) ? specialQuerySet : querySet);
            this.#refreshParams();
        }

        get searchParams() {
            if (this.#params === undefined) {
                this.#params = new URLSearchParams();
                this.#refreshParams();
            }
            return this.#params;
        }

        get hash() {
            return this.#record.fragment === null || this.#record.fragment === '' ? '' : `#${this.#record.fragment}`;
        }

        set hash(value) {
            const text = wellFormed(value).replace(/^#/, '').replace(/[\t\n\r]/g, '');
            this.#record.fragment = text === '' ? null : percentEncode(text, fragmentSet);
        }

        toString() {
            return this.href;
        }

        toJSON() {
            return this.href;
        }

        get [Symbol.toStringTag]() {
            return 'URL';
        }

        [inspectCustom](depth, options, inspect) {
            const shown = {};
            for (const name of ['href', 'origin', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname',
                'search', 'searchParams', 'hash']) {
                shown[name] = this[name];
            }
            return `URL ${inspect(shown)}`;
        }
    }

    function urlToHttpOptions(url) {
        const options = {
            protocol: url.protocol, hostname: url.hostname.replace(/^\[|\]$/g, ''), hash: url.hash, search: url.search,
            pathname: url.pathname, path: `${url.pathname}${url.search}`, href: url.href,
        };
        if (url.port !== '') {
            options.port = Number(url.port);
        }
        if (url.username !== '' || url.password !== '') {
            options.auth = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
        }
        return options;
    }

    Object.assign(exports, {
        URL,
        URLSearchParams,
        urlToHttpOptions,
        domainToASCII: (domain) => parseHost(String(domain), true) || '',
        domainToUnicode: (domain) => hostToUnicode(parseHost(String(domain), true) || ''),
        fileURLToPath: (url) => decodeURIComponent(new URL(url).pathname),
        pathToFileURL: (path) => new URL(`file://${encodeURI(require('path').resolve(path)).replace(/[?#]/g, encodeURIComponent)}`),
    });
    Object.assign(exports, require('url_legacy'));
});
