// Node's older url.parse, url.format and url.resolve.
(function (exports, require, module, host, internals) {
    'use strict';

    const { typeError } = internals;
    const slashed = new Set(['http:', 'https:', 'ftp:', 'gopher:', 'file:', 'ws:', 'wss:']);
    const escaped = { '\t': '%09', '\n': '%0A', '\r': '%0D', ' ': '%20', '"': '%22', "'": '%27', '<': '%3C', '>': '%3E',
        '\\': '%5C', '^': '%5E', '`': '%60', '{': '%7B', '|': '%7C', '}': '%7D' };

    function Url() {
        for (const part of ['protocol', 'slashes', 'auth', 'host', 'port', 'hostname', 'hash', 'search', 'query',
            'pathname', 'path', 'href']) {
            this[part] = null;
        }
    }

    Url.prototype.format = function () {
        return formatParts(this);
    };

    function backslashesToSlashes(text) {
        const end = text.search(/[?#]/);
        return end < 0 ? text.replaceAll('\\', '/') : text.slice(0, end).replaceAll('\\', '/') + text.slice(end);
    }

    function parse(input, parsesQuery, slashesDenoteHost) {
        if (input instanceof Url) {
            return input;
        }
        if (typeof input !== 'string') {
            throw typeError('ERR_INVALID_ARG_TYPE', `The "url" argument must be of type string. Received ${input === null
                ? 'null' : typeof input}`);
        }
        const url = new Url();
        let rest = backslashesToSlashes(input.trim());
        const scheme = /^[a-z0-9.+-]+:/i.exec(rest);
        if (scheme !== null) {
            url.protocol = scheme[0].toLowerCase();
            rest = rest.slice(scheme[0].length);
        }
        if ((slashesDenoteHost || scheme !== null || /^\/\/[^@/]+@[^@/]+/.test(rest)) && rest.startsWith('//')
            && url.protocol !== 'javascript:') {
            url.slashes = true;
            rest = rest.slice(2);
        }
        if (url.protocol !== 'javascript:' && (url.slashes || scheme !== null && !slashed.has(url.protocol))) {
            rest = takeHost(url, rest);
        }
        if (url.protocol !== 'javascript:') {
            rest = rest.replace(/[\t\n\r "'<>\\^`{|}]/g, (character) => escaped[character]);
        }
        takePath(url, rest, parsesQuery);
        url.href = formatParts(url);
        return url;
    }

    function takeHost(url, rest) {
        const end = rest.search(/[/?#]/);
        const authority = end < 0 ? rest : rest.slice(0, end);
        const at = authority.lastIndexOf('@');
        if (at >= 0) {
            url.auth = decodeURIComponent(authority.slice(0, at));
        }
        const place = authority.slice(at + 1);
        const stop = place.search(/[\t\n\r "'<>\\^`{|};]/);
        let name = stop < 0 ? place : place.slice(0, stop);
        const left = (stop < 0 ? '' : place.slice(stop)) + (end < 0 ? '' : rest.slice(end));
        const port = /:(\d*)$/.exec(name);
        if (port !== null) {
            url.port = port[1] === '' ? null : port[1];
            name = name.slice(0, port.index);
        }
        const isIpv6 = name.startsWith('[') && name.endsWith(']');
        name = name.toLowerCase();
        if (!isIpv6 && /[^\x00-\x7f]/.test(name)) {
            name = host.domainToAscii(name) || '';
        }
        url.hostname = isIpv6 ? name.slice(1, -1) : name;
        url.host = name + (url.port === null ? '' : `:${url.port}`);
        return left === '' || left[0] === '/' || left[0] === '?' || left[0] === '#' ? left : `/${left}`;
    }

    function takePath(url, text, parsesQuery) {
        let rest = text;
        const hash = rest.indexOf('#');
        if (hash >= 0) {
            url.hash = rest.slice(hash);
            rest = rest.slice(0, hash);
        }
        const question = rest.indexOf('?');
        if (question >= 0) {
            url.search = rest.slice(question);
            url.query = rest.slice(question + 1);
            rest = rest.slice(0, question);
        } else if (parsesQuery) {
            url.search = null;
            url.query = '';
        }
        if (parsesQuery) {
            url.query = require('querystring').parse(url.query);
        }
        if (rest !== '') {
            url.pathname = rest;
        } else if (slashed.has(url.protocol) && url.hostname) {
            url.pathname = '/';
        }
        if (url.pathname !== null || url.search !== null) {
            url.path = (url.pathname || '') + (url.search || '');
        }
    }

    function formatParts(parts) {
        const auth = parts.auth ? `${encodeURIComponent(parts.auth).replace(/%3A/i, ':')}@` : '';
        let protocol = parts.protocol || '';
        if (protocol !== '' && !protocol.endsWith(':')) {
            protocol += ':';
        }
        let place = '';
        if (parts.host) {
            place = auth + parts.host;
        } else if (parts.hostname) {
            const name = parts.hostname.includes(':') && !parts.hostname.startsWith('[') ? `[${parts.hostname}]`
                : parts.hostname;
            place = `${auth}${name}${parts.port ? `:${parts.port}` : ''}`;
        }
        let query = '';
        if (parts.query !== null && typeof parts.query === 'object') {
            query = require('querystring').stringify(parts.query);
        }
        let search = parts.search || (query === '' ? '' : `?${query}`);
        let pathname = (parts.pathname || '').replace(/[?#]/g, (mark) => mark === '?' ? '%3F' : '%23');
        let hash = parts.hash || '';
        if (parts.slashes || slashed.has(protocol) && (parts.slashes !== false || place !== '')) {
            if (parts.slashes || place !== '') {
                if (pathname !== '' && pathname[0] !== '/') {
                    pathname = `/${pathname}`;
                }
                place = `//${place}`;
            } else if (protocol === 'file:') {
                place = '//';
            }
        }
        if (hash !== '' && hash[0] !== '#') {
            hash = `#${hash}`;
        }
        if (search !== '' && search[0] !== '?') {
            search = `?${search}`;
        }
        return `${protocol}${place}${pathname}${search.replaceAll('#', '%23')}${hash}`;
    }

    function format(value, options) {
        if (typeof value === 'string') {
            return parse(value).format();
        }
        if (value === null || typeof value !== 'object') {
            throw typeError('ERR_INVALID_ARG_TYPE', 'The "urlObject" argument must be one of type object or string.');
        }
        const { URL } = require('url');
        if (!(value instanceof URL)) {
            return formatParts(value);
        }
        const shown = new URL(value.href);
        const given = options || {};
        if (given.auth === false) {
            shown.username = '';
            shown.password = '';
        }
        if (given.fragment === false) {
            shown.hash = '';
        }
        if (given.search === false) {
            shown.search = '';
        }
        return shown.href;
    }

    function resolve(from, to) {
        const { URL } = require('url');
        const resolved = new URL(to, new URL(from, 'resolve://'));
        return resolved.protocol === 'resolve:' ? `${resolved.pathname}${resolved.search}${resolved.hash}` : resolved.href;
    }

    Object.assign(exports, { Url, parse, format, resolve });
});
