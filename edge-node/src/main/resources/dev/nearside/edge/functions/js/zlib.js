// Node's zlib: whole buffers at once, by the host; streams are not offered.
(function (exports, require, module, host, internals) {
    'use strict';

    const { Buffer, kMaxLength } = require('buffer');
    const { typeError, toBytes, setImmediate, define, promisifyCustom } = internals;
    const hostDeflate = host.deflate;
    const hostInflate = host.inflate;
    const errorNumbers = { Z_BUF_ERROR: -5, Z_DATA_ERROR: -3 };

    function bytesOf(data) {
        if (typeof data === 'string' || data instanceof ArrayBuffer) {
            return Buffer.from(data);
        }
        if (ArrayBuffer.isView(data)) {
            return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
        }
        throw typeError('ERR_INVALID_ARG_TYPE', 'The "buffer" argument must be of type string or an instance of Buffer, '
            + `TypedArray, DataView, or ArrayBuffer. Received ${data === null ? 'null' : `type ${typeof data}`}`);
    }

    function deflate(format, data, options) {
        const bytes = bytesOf(data);
        const level = options && typeof options.level === 'number' ? options.level : -1;
        return Buffer.from(toBytes(hostDeflate(format, bytes.buffer, bytes.byteOffset, bytes.length, level)).buffer);
    }

    function inflate(format, data, options) {
        const bytes = bytesOf(data);
        const limit = options && typeof options.maxOutputLength === 'number' ? options.maxOutputLength : kMaxLength;
        const result = hostInflate(format, bytes.buffer, bytes.byteOffset, bytes.length, limit);
        if (typeof result !== 'string') {
            return Buffer.from(toBytes(result).buffer);
        }
        const [code, message] = result.split('|');
        const error = code === 'ERR_BUFFER_TOO_LARGE' ? new RangeError(message) : new Error(message);
        error.code = code;
        if (errorNumbers[code] !== undefined) {
            error.errno = errorNumbers[code];
        }
        throw error;
    }

    function unzip(format, data, options) {
        const bytes = bytesOf(data);
        return inflate(bytes[0] === 0x1f && bytes[1] === 0x8b ? 'gzip' : format, bytes, options);
    }

    function offer(name, work, format) {
        const now = (data, options) => work(format, data, options);
        exports[`${name}Sync`] = now;
        exports[name] = (data, options, callback) => {
            const done = typeof options === 'function' ? options : callback;
            if (typeof done !== 'function') {
                throw typeError('ERR_INVALID_ARG_TYPE', 'The "callback" argument must be of type function.');
            }
            setImmediate(() => {
                let result;
                try {
                    result = now(data, typeof options === 'function' ? undefined : options);
                } catch (error) {
                    done(error);
                    return;
                }
                done(null, result);
            });
        };
        define(exports[name], promisifyCustom, async (data, options) => now(data, options));
    }

    offer('gzip', deflate, 'gzip');
    offer('deflate', deflate, 'zlib');
    offer('deflateRaw', deflate, 'raw');
    offer('gunzip', inflate, 'gzip');
    offer('inflate', inflate, 'zlib');
    offer('inflateRaw', inflate, 'raw');
    offer('unzip', unzip, 'zlib');
    exports.constants = { Z_NO_COMPRESSION: 0, Z_BEST_SPEED: 1, Z_BEST_COMPRESSION: 9, Z_DEFAULT_COMPRESSION: -1,
        Z_DEFAULT_STRATEGY: 0, Z_NO_FLUSH: 0, Z_SYNC_FLUSH: 2, Z_FINISH: 4 };
});
