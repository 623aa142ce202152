// Node's querystring.
(function (exports, require, module) {
    'use strict';

    const keptAsIs = /^[A-Za-z0-9\-_.!~*'()]*$/;

    function escape(value) {
        let text = value;
        if (typeof text !== 'string') {
            text = typeof text === 'object' ? String(text) : `${text}`;
        }
        if (keptAsIs.test(text)) {
            return text;
        }
        try {
            return encodeURIComponent(text);
        } catch {
            const error = new URIError('URI malformed');
            error.code = 'ERR_INVALID_URI';
            throw error;
        }
    }

    // Percent sequences to bytes to text; what is no sequence, or no UTF-8, comes through as well as it can.
    function unescapeBuffer(text, decodeSpaces) {
        const { Buffer } = require('buffer');
        const bytes = Buffer.from(String(text));
        const out = Buffer.alloc(bytes.length);
        let length = 0;
        for (let i = 0; i < bytes.length; i++) {
            let byte = bytes[i];
            if (byte === 0x2b && decodeSpaces) {
                byte = 0x20;
            } else if (byte === 0x25 && i + 2 < bytes.length) {
                const hex = String.fromCharCode(bytes[i + 1], bytes[i + 2]);
                if (/^[0-9A-Fa-f]{2}$/.test(hex)) {
                    byte = parseInt(hex, 16);
                    i += 2;
                }
            }
            out[length++] = byte;
        }
        return out.subarray(0, length);
    }

    function unescape(text, decodeSpaces) {
        try {
            return decodeURIComponent(text);
        } catch {
            return unescapeBuffer(text, decodeSpaces).toString();
        }
    }

    function primitive(value) {
        switch (typeof value) {
            case 'string':
                return value;
            case 'number':
                return Number.isFinite(value) ? `${value}` : '';
            case 'bigint':
                return `${value}`;
            case 'boolean':
                return value ? 'true' : 'false';
            default:
                return '';
        }
    }

    function stringify(object, separator, equals, options) {
        if (object === null || typeof object !== 'object') {
            return '';
        }
        const between = separator || '&';
        const assign = equals || '=';
        const encode = options && typeof options.encodeURIComponent === 'function'
            ? options.encodeURIComponent : exports.escape;
        const pairs = [];
        for (const key of Object.keys(object)) {
            const start = encode(primitive(key)) + assign;
            const values = Array.isArray(object[key]) ? object[key] : [object[key]];
            for (const value of values) {
                pairs.push(start + encode(primitive(value)));
            }
        }
        return pairs.join(between);
    }

    function parse(text, separator, equals, options) {
        const result = Object.create(null);
        if (typeof text !== 'string' || text.length === 0) {
            return result;
        }
        const assign = equals || '=';
        const limit = options && typeof options.maxKeys === 'number' ? options.maxKeys : 1000;
        const custom = options && typeof options.decodeURIComponent === 'function' ? options.decodeURIComponent
            : exports.unescape;
        const decode = (part) => {
            const spaced = part.replaceAll('+', '%20');
            try {
                return custom(spaced);
            } catch {
                return unescape(spaced, true);
            }
        };
        let pairs = text.split(separator || '&').filter((pair) => pair !== '');
        if (limit > 0) {
            pairs = pairs.slice(0, limit);
        }
        for (const pair of pairs) {
            const at = pair.indexOf(assign);
            const key = decode(at < 0 ? pair : pair.slice(0, at));
            const value = at < 0 ? '' : decode(pair.slice(at + assign.length));
            if (!Object.hasOwn(result, key)) {
                result[key] = value;
            } else if (Array.isArray(result[key])) {
                result[key].push(value);
            } else {
                result[key] = [result[key], value];
            }
        }
        return result;
    }

    Object.assign(exports, { escape, unescape, unescapeBuffer, stringify, encode: stringify, parse, decode: parse });
});
