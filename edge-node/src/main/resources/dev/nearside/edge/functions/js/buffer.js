// Node's buffer. Text is coded by the host; numbers go through DataView.
(function (exports, require, module, host, internals) {
    'use strict';

    const { define, typeError, toBytes } = internals;
    const hostEncode = host.encode;
    const hostDecode = host.decode;
    const hostIndexOf = host.indexOf;
    const maxLength = 2 ** 31 - 1;
    // Worlds without shared memory have no such class.
    const SharedBytes = typeof SharedArrayBuffer === 'undefined' ? ArrayBuffer : SharedArrayBuffer;
    const inspectCustom = Symbol.for('nodejs.util.inspect.custom');

    const encodings = {
        'utf8': 'utf8', 'utf-8': 'utf8', 'ascii': 'ascii', 'latin1': 'latin1', 'binary': 'latin1', 'hex': 'hex',
        'base64': 'base64', 'base64url': 'base64url', 'ucs2': 'utf16le', 'ucs-2': 'utf16le', 'utf16le': 'utf16le',
        'utf-16le': 'utf16le',
    };

    function encodingOf(name) {
        if (name === undefined || name === null || name === '') {
            return 'utf8';
        }
        const encoding = typeof name === 'string' && Object.hasOwn(encodings, name.toLowerCase())
            ? encodings[name.toLowerCase()] : undefined;
        if (encoding === undefined) {
            throw typeError('ERR_UNKNOWN_ENCODING', `Unknown encoding: ${name}`);
        }
        return encoding;
    }

    class FastBuffer extends Uint8Array {}

    function Buffer(value, encodingOrOffset, length) {
        return typeof value === 'number' ? Buffer.alloc(value) : Buffer.from(value, encodingOrOffset, length);
    }
    Object.setPrototypeOf(Buffer, Uint8Array);
    Buffer.prototype = FastBuffer.prototype;
    define(FastBuffer.prototype, 'constructor', Buffer);
    const proto = FastBuffer.prototype;

    function wrap(bytes) {
        return new FastBuffer(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }

    function encode(text, encoding) {
        return wrap(toBytes(hostEncode(text, encoding)));
    }

    function checkSize(size) {
        if (typeof size !== 'number') {
            throw typeError('ERR_INVALID_ARG_TYPE', `The "size" argument must be of type number. Received ${typeof size}`);
        }
        if (!(size >= 0 && size <= maxLength)) {
            const error = new RangeError(`The value of "size" is out of range. It must be >= 0 && <= ${maxLength}. `
                + `Received ${size}`);
            error.code = 'ERR_OUT_OF_RANGE';
            throw error;
        }
    }

    function isBytes(value) {
        return value instanceof Uint8Array;
    }

    function requireBytes(value, name) {
        if (!isBytes(value)) {
            throw typeError('ERR_INVALID_ARG_TYPE', `The "${name}" argument must be an instance of Buffer or Uint8Array.`);
        }
    }

    Buffer.from = function (value, encodingOrOffset, length) {
        if (typeof value === 'string') {
            return encode(value, encodingOf(encodingOrOffset));
        }
        if (value instanceof ArrayBuffer || value instanceof SharedBytes) {
            return new FastBuffer(value, encodingOrOffset, length);
        }
        if (value !== null && typeof value === 'object') {
            if (ArrayBuffer.isView(value) || Array.isArray(value)) {
                return new FastBuffer(value);
            }
            const primitive = typeof value.valueOf === 'function' ? value.valueOf() : value;
            if (primitive !== null && primitive !== value && (typeof primitive === 'string' || typeof primitive === 'object')) {
                return Buffer.from(primitive, encodingOrOffset, length);
            }
            if (value.type === 'Buffer' && Array.isArray(value.data)) {
                return new FastBuffer(value.data);
            }
            if (typeof value.length === 'number') {
                return new FastBuffer(Array.from(value));
            }
        }
        throw typeError('ERR_INVALID_ARG_TYPE', 'The first argument must be of type string or an instance of Buffer, '
            + `ArrayBuffer, or Array or an Array-like Object. Received ${value === null ? 'null' : `type ${typeof value}`}`);
    };

    Buffer.of = (...items) => new FastBuffer(items);

    Buffer.alloc = function (size, fill, encoding) {
        checkSize(size);
        const buffer = new FastBuffer(size);
        return fill === undefined || fill === 0 || size === 0 ? buffer : buffer.fill(fill, encoding);
    };
    Buffer.allocUnsafe = (size) => Buffer.alloc(size);
    Buffer.allocUnsafeSlow = (size) => Buffer.alloc(size);

    Buffer.isBuffer = (value) => value instanceof FastBuffer;
    Buffer.isEncoding = (name) => typeof name === 'string' && Object.hasOwn(encodings, name.toLowerCase());
    Buffer.poolSize = 8192;

    Buffer.byteLength = function (value, encoding) {
        if (typeof value === 'string') {
            return encode(value, Buffer.isEncoding(encoding) ? encodingOf(encoding) : 'utf8').length;
        }
        if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer || value instanceof SharedBytes) {
            return value.byteLength;
        }
        throw typeError('ERR_INVALID_ARG_TYPE', 'The "string" argument must be of type string or an instance of Buffer '
            + `or ArrayBuffer. Received type ${typeof value}`);
    };

    Buffer.compare = function (one, other) {
        requireBytes(one, 'buf1');
        requireBytes(other, 'buf2');
        const length = Math.min(one.length, other.length);
        for (let i = 0; i < length; i++) {
            if (one[i] !== other[i]) {
                return one[i] < other[i] ? -1 : 1;
            }
        }
        return Math.sign(one.length - other.length);
    };

    Buffer.concat = function (list, totalLength) {
        if (!Array.isArray(list)) {
            throw typeError('ERR_INVALID_ARG_TYPE', 'The "list" argument must be an instance of Array.');
        }
        const length = totalLength === undefined ? list.reduce((sum, item) => sum + item.length, 0) : totalLength;
        const result = Buffer.alloc(length);
        let at = 0;
        for (const item of list) {
            requireBytes(item, 'list');
            const part = at + item.length > length ? item.subarray(0, length - at) : item;
            result.set(part, at);
            at += part.length;
        }
        return result;
    };

    function method(name, body) {
        define(proto, name, body);
    }

    method('toString', function (encoding, start, end) {
        const from = Math.max(0, Math.min(this.length, Math.trunc(start) || 0));
        const to = end === undefined ? this.length : Math.max(from, Math.min(this.length, Math.trunc(end) || 0));
        return hostDecode(this.buffer, this.byteOffset + from, to - from, encodingOf(encoding));
    });
    method('toLocaleString', proto.toString);

    method('toJSON', function () {
        return { type: 'Buffer', data: Array.from(this) };
    });

    method('equals', function (other) {
        return this === other || Buffer.compare(this, other) === 0;
    });

    method('compare', function (target, targetStart = 0, targetEnd = target.length, start = 0, end = this.length) {
        return Buffer.compare(this.subarray(start, end), target.subarray(targetStart, targetEnd));
    });

    method('slice', function (start, end) {
        return this.subarray(start, end);
    });

    method('write', function (text, offset, length, encoding) {
        let at = offset;
        let room = length;
        let name = encoding;
        if (typeof at === 'string') {
            [at, room, name] = [0, undefined, at];
        } else if (typeof room === 'string') {
            [room, name] = [undefined, room];
        }
        at = at === undefined ? 0 : at;
        room = Math.min(room === undefined ? Infinity : room, this.length - at);
        const coding = encodingOf(name);
        let bytes = encode(text, coding);
        if (bytes.length > room) {
            let cut = room;
            // A character that does not fit whole is not written.
            while (coding === 'utf8' && cut > 0 && (bytes[cut] & 0xc0) === 0x80) {
                cut--;
            }
            bytes = bytes.subarray(0, coding === 'utf16le' ? cut & ~1 : cut);
        }
        this.set(bytes, at);
        return bytes.length;
    });

    method('fill', function (value, offset, end, encoding) {
        let from = offset;
        let to = end;
        let name = encoding;
        if (typeof from === 'string') {
            [from, to, name] = [0, this.length, from];
        } else if (typeof to === 'string') {
            [to, name] = [this.length, to];
        }
        from = from === undefined ? 0 : from;
        to = to === undefined ? this.length : to;
        const pattern = typeof value === 'string' ? encode(value, encodingOf(name)) : value;
        if (isBytes(pattern)) {
            for (let i = from; i < to; i++) {
                this[i] = pattern.length === 0 ? 0 : pattern[(i - from) % pattern.length];
            }
            return this;
        }
        Uint8Array.prototype.fill.call(this, Number(pattern) & 255, from, to);
        return this;
    });

    method('copy', function (target, targetStart = 0, sourceStart = 0, sourceEnd = this.length) {
        const length = Math.max(0, Math.min(sourceEnd - sourceStart, target.length - targetStart, this.length - sourceStart));
        target.set(this.subarray(sourceStart, sourceStart + length), targetStart);
        return length;
    });

    function needle(value, encoding) {
        if (typeof value === 'string') {
            return encode(value, encodingOf(encoding));
        }
        return typeof value === 'number' ? new Uint8Array([value]) : value;
    }

    function startOf(offset, length, fallback) {
        const at = Number.isNaN(Number(offset)) || offset === undefined ? fallback : Math.trunc(offset);
        return at < 0 ? Math.max(0, length + at) : Math.min(at, length);
    }

    method('indexOf', function (value, offset, encoding) {
        const wanted = needle(value, typeof offset === 'string' ? offset : encoding);
        const from = startOf(typeof offset === 'string' ? 0 : offset, this.length, 0);
        const at = hostIndexOf(this.buffer, this.byteOffset + from, this.length - from, wanted.buffer, wanted.byteOffset,
            wanted.length);
        return at < 0 ? -1 : at + from;
    });

    method('lastIndexOf', function (value, offset, encoding) {
        const wanted = needle(value, typeof offset === 'string' ? offset : encoding);
        const from = startOf(typeof offset === 'string' ? undefined : offset, this.length, this.length);
        for (let at = Math.min(from, this.length - wanted.length); at >= 0; at--) {
            if (Buffer.compare(this.subarray(at, at + wanted.length), wanted) === 0) {
                return at;
            }
        }
        return -1;
    });

    method('includes', function (value, offset, encoding) {
        return this.indexOf(value, offset, encoding) !== -1;
    });

    for (const size of [2, 4, 8]) {
        method(`swap${size * 8}`, function () {
            if (this.length % size !== 0) {
                const error = new RangeError(`Buffer size must be a multiple of ${size * 8}-bits`);
                error.code = 'ERR_INVALID_BUFFER_SIZE';
                throw error;
            }
            for (let i = 0; i < this.length; i += size) {
                this.subarray(i, i + size).reverse();
            }
            return this;
        });
    }

    // ---- Numbers

    function outOfRange(name, range, received) {
        const error = new RangeError(`The value of "${name}" is out of range. It must be ${range}. Received ${received}`);
        error.code = 'ERR_OUT_OF_RANGE';
        return error;
    }

    function checkOffset(buffer, offset, size) {
        if (typeof offset !== 'number') {
            throw typeError('ERR_INVALID_ARG_TYPE', `The "offset" argument must be of type number. Received ${typeof offset}`);
        }
        if (!Number.isInteger(offset)) {
            throw outOfRange('offset', 'an integer', offset);
        }
        if (buffer.length < size) {
            const error = new RangeError('Attempt to access memory outside buffer bounds');
            error.code = 'ERR_BUFFER_OUT_OF_BOUNDS';
            throw error;
        }
        if (offset < 0 || offset + size > buffer.length) {
            throw outOfRange('offset', `>= 0 and <= ${buffer.length - size}`, offset);
        }
    }

    function view(buffer) {
        return new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    }

    function number(names, kind, size, littleEndian, range) {
        const get = DataView.prototype[`get${kind}`];
        const set = DataView.prototype[`set${kind}`];
        for (const name of names) {
            method(`read${name}`, function (offset = 0) {
                checkOffset(this, offset, size);
                return get.call(view(this), offset, littleEndian);
            });
            method(`write${name}`, function (value, offset = 0) {
                checkOffset(this, offset, size);
                if (range !== undefined && (value < range[0] || value > range[1])) {
                    throw outOfRange('value', `>= ${range[0]} and <= ${range[1]}`, value);
                }
                set.call(view(this), offset, value, littleEndian);
                return offset + size;
            });
        }
    }

    number(['UInt8', 'Uint8'], 'Uint8', 1, false, [0, 255]);
    number(['Int8'], 'Int8', 1, false, [-128, 127]);
    for (const [suffix, little] of [['LE', true], ['BE', false]]) {
        number([`UInt16${suffix}`, `Uint16${suffix}`], 'Uint16', 2, little, [0, 65535]);
        number([`Int16${suffix}`], 'Int16', 2, little, [-32768, 32767]);
        number([`UInt32${suffix}`, `Uint32${suffix}`], 'Uint32', 4, little, [0, 4294967295]);
        number([`Int32${suffix}`], 'Int32', 4, little, [-2147483648, 2147483647]);
        number([`BigUInt64${suffix}`, `BigUint64${suffix}`], 'BigUint64', 8, little, [0n, 2n ** 64n - 1n]);
        number([`BigInt64${suffix}`], 'BigInt64', 8, little, [-(2n ** 63n), 2n ** 63n - 1n]);
        number([`Float${suffix}`], 'Float32', 4, little);
        number([`Double${suffix}`], 'Float64', 8, little);
        variable(suffix, little);
    }

    // One to six bytes, more than DataView knows.
    function variable(suffix, little) {
        const place = (i, length) => 2 ** (8 * (little ? i : length - 1 - i));
        const readUnsigned = function (offset, length) {
            checkOffset(this, offset, length);
            let value = 0;
            for (let i = 0; i < length; i++) {
                value += this[offset + i] * place(i, length);
            }
            return value;
        };
        const write = function (value, offset, length) {
            checkOffset(this, offset, length);
            for (let i = 0; i < length; i++) {
                this[offset + i] = Math.floor(value / place(i, length)) & 255;
            }
            return offset + length;
        };
        method(`readUInt${suffix}`, readUnsigned);
        method(`readUint${suffix}`, readUnsigned);
        method(`readInt${suffix}`, function (offset, length) {
            const value = readUnsigned.call(this, offset, length);
            return value >= 2 ** (8 * length - 1) ? value - 2 ** (8 * length) : value;
        });
        method(`writeUInt${suffix}`, write);
        method(`writeUint${suffix}`, write);
        method(`writeInt${suffix}`, write);
    }

    method(inspectCustom, function () {
        const shown = Array.from(this.subarray(0, 50), (byte) => byte.toString(16).padStart(2, '0'));
        const rest = this.length > 50 ? ` ... ${this.length - 50} more byte${this.length > 51 ? 's' : ''}` : '';
        return `<Buffer${shown.length > 0 ? ' ' : ''}${shown.join(' ')}${rest}>`;
    });

    // ---- atob and btoa, as browsers have them

    function invalidCharacter() {
        const error = new Error('The string to be decoded is not correctly encoded.');
        error.name = 'InvalidCharacterError';
        error.code = 5;
        return error;
    }

    function atob(text) {
        const compact = String(text).replace(/[\t\n\f\r ]/g, '');
        const bare = compact.length % 4 === 0 ? compact.replace(/={1,2}$/, '') : compact;
        if (bare.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(bare)) {
            throw invalidCharacter();
        }
        return encode(bare, 'base64').toString('latin1');
    }

    function btoa(text) {
        const string = String(text);
        for (let i = 0; i < string.length; i++) {
            if (string.charCodeAt(i) > 255) {
                throw invalidCharacter();
            }
        }
        return encode(string, 'latin1').toString('base64');
    }

    Object.assign(exports, {
        Buffer, atob, btoa, kMaxLength: maxLength, INSPECT_MAX_BYTES: 50,
        constants: { MAX_LENGTH: maxLength, MAX_STRING_LENGTH: 536870888 },
    });
});
