// Node's crypto: hashes and random values here, keys and ciphers in files of their own that load when first used; the
// work is the host's.
(function (exports, require, module, host, internals) {
    'use strict';

    const { Buffer } = require('buffer');
    const { typeError, toBytes, nextTick } = internals;
    const hostDigest = host.digest;
    const hostHmac = host.hmac;
    const hostRandom = host.random;
    const hashes = host.hashes.split(',');

    function bytesOf(data, encoding) {
        if (typeof data === 'string') {
            return Buffer.from(data, encoding === 'buffer' ? undefined : encoding);
        }
        if (data instanceof ArrayBuffer) {
            return Buffer.from(data);
        }
        if (ArrayBuffer.isView(data)) {
            return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
        }
        throw typeError('ERR_INVALID_ARG_TYPE', 'The "data" argument must be of type string or an instance of Buffer, '
            + `TypedArray, or DataView. Received ${data === null ? 'null' : `type ${typeof data}`}`);
    }

    function requireKnown(algorithm, unknown) {
        if (typeof algorithm !== 'string') {
            throw typeError('ERR_INVALID_ARG_TYPE', 'The "algorithm" argument must be of type string. '
                + `Received ${typeof algorithm}`);
        }
        const name = algorithm.toLowerCase().replace(/^rsa-/, '').replace(/withrsaencryption$/, '').replace('/', '-')
            .replace(/^sha-(1|224|256|384|512)$/, 'sha$1');
        if (!hashes.includes(name)) {
            throw unknown(algorithm);
        }
        return name;
    }

    class Accumulator {
        constructor(compute) {
            this._chunks = [];
            this._compute = compute;
            this._finished = false;
        }

        update(data, encoding) {
            if (this._finished) {
                const error = new Error('Digest already called');
                error.code = 'ERR_CRYPTO_HASH_FINALIZED';
                throw error;
            }
            // Copied, for the caller may change its bytes before the digest is asked for.
            this._chunks.push(typeof data === 'string' ? bytesOf(data, encoding) : Buffer.from(bytesOf(data)));
            return this;
        }

        digest(encoding) {
            if (this._finished) {
                const error = new Error('Digest already called');
                error.code = 'ERR_CRYPTO_HASH_FINALIZED';
                throw error;
            }
            this._finished = true;
            const all = this._chunks.length === 1 ? this._chunks[0] : Buffer.concat(this._chunks);
            const result = Buffer.from(toBytes(this._compute(all)).buffer);
            return encoding === undefined || encoding === 'buffer' ? result : result.toString(encoding);
        }
    }

    class Hash extends Accumulator {
        constructor(algorithm) {
            const name = requireKnown(algorithm, () => new Error('Digest method not supported'));
            super((all) => hostDigest(name, all.buffer, all.byteOffset, all.length));
            this._algorithm = name;
        }

        copy() {
            const copy = new Hash(this._algorithm);
            copy._chunks = [...this._chunks];
            return copy;
        }
    }

    class Hmac extends Accumulator {
        constructor(algorithm, key) {
            const name = requireKnown(algorithm, 
                (given) => typeError('ERR_CRYPTO_INVALID_DIGEST', `Invalid digest: ${given}`));
            const isKeyObject = key !== null && typeof key === 'object' && key.type === 'secret'
                && typeof key.export === 'function';
            const secret = isKeyObject ? key.export() : Buffer.from(bytesOf(key));
            super((all) => hostHmac(name, secret.buffer, secret.byteOffset, secret.length, all.buffer, all.byteOffset,
                all.length));
        }
    }

    function randomBytes(size, callback) {
        const drawn = typeof size === 'number' && Number.isInteger(size) && size >= 0 ? hostRandom(size) : null;
        if (drawn === null) {
            const error = new RangeError(`The value of "size" is out of range. Received ${String(size)}`);
            error.code = 'ERR_OUT_OF_RANGE';
            throw error;
        }
        const bytes = Buffer.from(toBytes(drawn).buffer);
        if (callback === undefined) {
            return bytes;
        }
        nextTick(callback, null, bytes);
        return undefined;
    }

    function fillRandomly(view) {
        const drawn = randomBytes(view.byteLength);
        new Uint8Array(view.buffer, view.byteOffset, view.byteLength).set(drawn);
        return view;
    }

    function randomUUID() {
        const bytes = randomBytes(16);
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        const hex = bytes.toString('hex');
        return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
    }

    function randomInt(...args) {
        const callback = typeof args.at(-1) === 'function' ? args.pop() : undefined;
        const [min, max] = args.length > 1 ? args : [0, args[0]];
        if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || max <= min || max - min > 2 ** 48 - 1) {
            const error = new RangeError(`The value of "max" is out of range. It must be greater than the value of "min" `
                + `(${min}). Received ${max}`);
            error.code = 'ERR_OUT_OF_RANGE';
            throw error;
        }
        const range = max - min;
        const limit = 2 ** 48 - 2 ** 48 % range;
        let drawn;
        do {
            drawn = randomBytes(6).readUIntBE(0, 6);
        } while (drawn >= limit);
        const value = min + drawn % range;
        if (callback === undefined) {
            return value;
        }
        nextTick(callback, null, value);
        return undefined;
    }

    function timingSafeEqual(one, other) {
        const a = bytesOf(one);
        const b = bytesOf(other);
        if (a.length !== b.length) {
            const error = new RangeError('Input buffers must have the same byte length');
            error.code = 'ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH';
            throw error;
        }
        let difference = 0;
        for (let i = 0; i < a.length; i++) {
            difference |= a[i] ^ b[i];
        }
        return difference === 0;
    }

    Object.assign(exports, {
        createHash: (algorithm) => new Hash(algorithm),
        createHmac: (algorithm, key) => new Hmac(algorithm, key),
        hash: (algorithm, data, encoding = 'hex') => new Hash(algorithm).update(data).digest(encoding),
        getHashes: () => [...hashes.map((name) => `RSA-${name.toUpperCase()}`), ...hashes],
        randomBytes,
        pseudoRandomBytes: randomBytes,
        randomFillSync: fillRandomly,
        randomUUID,
        randomInt,
        timingSafeEqual,
        Hash,
        Hmac,
        // For the other files of this module.
        bytesOf,
        requireKnown,
        constants: { RSA_PKCS1_PADDING: 1, RSA_PKCS1_PSS_PADDING: 6, RSA_PSS_SALTLEN_DIGEST: -1,
            RSA_PSS_SALTLEN_MAX_SIGN: -2, RSA_PSS_SALTLEN_AUTO: -2 },
    });
    for (const name of ['bytesOf', 'requireKnown']) {
        Object.defineProperty(exports, name, { enumerable: false });
    }

    function offerLazily(file, names) {
        for (const name of names) {
            Object.defineProperty(exports, name, { configurable: true, enumerable: true, get: () => require(file)[name] });
        }
    }

    offerLazily('crypto_keys', ['KeyObject', 'Sign', 'Verify', 'createPrivateKey', 'createPublicKey', 'createSecretKey',
        'createSign', 'createVerify', 'sign', 'verify']);
    offerLazily('crypto_ciphers', ['createCipheriv', 'createDecipheriv', 'getCiphers', 'hkdf', 'hkdfSync', 'pbkdf2',
        'pbkdf2Sync']);
    offerLazily('webcrypto', ['subtle', 'getRandomValues']);
    Object.defineProperty(exports, 'webcrypto', { configurable: true, enumerable: true, get: () => require('webcrypto') });
});
