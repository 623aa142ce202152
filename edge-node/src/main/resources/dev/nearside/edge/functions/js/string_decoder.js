// Node's string_decoder: text from chunks that may end inside a character.
(function (exports, require) {
    'use strict';

    const { Buffer } = require('buffer');

    class StringDecoder {
        constructor(encoding = 'utf8') {
            if (!Buffer.isEncoding(encoding)) {
                throw new TypeError(`Unknown encoding: ${encoding}`);
            }
            this.encoding = { 'utf-8': 'utf8', 'ucs2': 'utf16le', 'ucs-2': 'utf16le', 'utf-16le': 'utf16le',
                'binary': 'latin1' }[encoding.toLowerCase()] || encoding.toLowerCase();
            this._rest = Buffer.alloc(0);
        }

        write(chunk) {
            if (typeof chunk === 'string') {
                return chunk;
            }
            const bytes = Buffer.concat([this._rest, chunk]);
            const whole = bytes.length - incomplete(bytes, this.encoding);
            this._rest = bytes.subarray(whole);
            return bytes.toString(this.encoding, 0, whole);
        }

        end(chunk) {
            const text = chunk === undefined ? '' : this.write(chunk);
            const rest = this._rest.length === 0 ? '' : this._rest.toString(this.encoding);
            this._rest = Buffer.alloc(0);
            return text + rest;
        }
    }

    // How many bytes at the end belong to a character that is not complete.
    function incomplete(bytes, encoding) {
        switch (encoding) {
            case 'utf8':
                for (let back = 1; back <= Math.min(3, bytes.length); back++) {
                    const byte = bytes[bytes.length - back];
                    if (byte >= 0xc0) {
                        const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
                        return needed > back ? back : 0;
                    }
                    if (byte < 0x80) {
                        return 0;
                    }
                }
                return 0;
            case 'utf16le': {
                const odd = bytes.length % 2;
                const last = bytes.length - odd - 1;
                return last > 0 && bytes[last] >= 0xd8 && bytes[last] <= 0xdb ? odd + 2 : odd;
            }
            case 'base64':
            case 'base64url':
                return bytes.length % 3;
            default:
                return 0;
        }
    }

    exports.StringDecoder = StringDecoder;
});
