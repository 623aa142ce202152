// Ciphers of crypto and the derivation of keys: AES by the host, blocks and modes with state by the guest.
(function (exports, require, module, host, internals) {
    'use strict';

    const { Buffer } = require('buffer');
    const { bytesOf, requireKnown, createHmac } = require('crypto');
    const { StringDecoder } = require('string_decoder');
    const { KeyObject, cryptoError } = require('crypto_keys');
    const { typeError, toBytes, nextTick } = internals;
    const hostAes = host.aes;
    const hostPbkdf2 = host.pbkdf2;
    const blockBytes = 16;
    const tagBytes = 16;
    const nothing = Buffer.alloc(0);
    const longestHkdfBlocks = 255;

    function secretOf(key, encoding) {
        return key instanceof KeyObject ? KeyObject.bytesOf(key) : bytesOf(key, encoding);
    }

    function aes(mode, direction, key, iv, data, associated = nothing) {
        const result = hostAes(mode, direction, key.buffer, key.byteOffset, key.length, iv.buffer, iv.byteOffset,
            iv.length, data.buffer, data.byteOffset, data.length, associated.buffer, associated.byteOffset,
            associated.length);
        if (result === null) {
            throw cryptoError('the cipher refused its input', 'ERR_CRYPTO_INVALID_STATE');
        }
        return Buffer.from(toBytes(result).buffer);
    }

    function invalidIv() {
        return typeError('ERR_CRYPTO_INVALID_IV', 'Invalid initialization vector');
    }

    function counterAt(start, blocks) {
        const value = BigInt.asUintN(128, BigInt(`0x${start.toString('hex')}`) + BigInt(blocks));
        return Buffer.from(value.toString(16).padStart(32, '0'), 'hex');
    }

    // What every mode shares: collects input, gives out what is complete, and knows its end.
    class Cipher {
        constructor(mode, decrypts, key, iv) {
            Object.assign(this, { _mode: mode, _decrypts: decrypts, _key: key, _iv: iv, _pads: true, _ended: false });
        }

        update(data, inputEncoding, outputEncoding) {
            this._requireOpen();
            const bytes = typeof data === 'string' ? bytesOf(data, inputEncoding) : bytesOf(data);
            return this._giveOut(this._take(bytes), outputEncoding, 'write');
        }

        final(outputEncoding) {
            this._requireOpen();
            this._ended = true;
            return this._giveOut(this._finish(), outputEncoding, 'end');
        }

        // Text is cut where characters end, such as every three bytes in base64.
        _giveOut(bytes, encoding, how) {
            if (!encoding || encoding === 'buffer') {
                return bytes;
            }
            this._decoder = this._decoder || new StringDecoder(encoding);
            return this._decoder[how](bytes);
        }

        setAutoPadding(pads = true) {
            this._pads = Boolean(pads);
            return this;
        }

        _requireOpen() {
            if (this._ended) {
                throw cryptoError('Unsupported state', 'ERR_CRYPTO_INVALID_STATE');
            }
        }
    }

    // CBC and ECB: whole blocks, of which the last holds the padding of PKCS #7.
    class BlockCipher extends Cipher {
        _rest = nothing;

        _take(bytes) {
            const all = Buffer.concat([this._rest, bytes]);
            let complete = all.length - all.length % blockBytes;
            if (this._decrypts && this._pads && complete === all.length && complete > 0) {
                complete -= blockBytes; // may be the padding's
            }
            this._rest = all.subarray(complete);
            return this._blocks(all.subarray(0, complete));
        }

        _blocks(bytes) {
            if (bytes.length === 0) {
                return nothing;
            }
            const result = aes(this._mode, this._decrypts ? 'decrypt' : 'encrypt', this._key, this._iv, bytes);
            if (this._mode === 'CBC') {
                this._iv = Buffer.from((this._decrypts ? bytes : result).subarray(-blockBytes));
            }
            return result;
        }

        _finish() {
            if (!this._decrypts && this._pads) {
                const padding = blockBytes - this._rest.length;
                return this._blocks(Buffer.concat([this._rest, Buffer.alloc(padding, padding)]));
            }
            if (this._rest.length % blockBytes !== 0 || this._rest.length === 0 && this._pads) {
                throw cryptoError('error:1C80006B:Provider routines::wrong final block length',
                    'ERR_OSSL_WRONG_FINAL_BLOCK_LENGTH');
            }
            const last = this._blocks(this._rest);
            if (!this._pads) {
                return last;
            }
            const padding = last[blockBytes - 1];
            if (padding < 1 || padding > blockBytes || !last.subarray(-padding).every((byte) => byte === padding)) {
                throw cryptoError('error:1C800064:Provider routines::bad decrypt', 'ERR_OSSL_BAD_DECRYPT');
            }
            return last.subarray(0, blockBytes - padding);
        }
    }

    // CTR; the key stream goes on where the last piece ended.
    class CounterCipher extends Cipher {
        _position = 0;

        _take(bytes) {
            const within = this._position % blockBytes;
            const counter = counterAt(this._iv, Math.floor(this._position / blockBytes));
            this._position += bytes.length;
            return aes('CTR', 'encrypt', this._key, counter, Buffer.concat([Buffer.alloc(within), bytes]))
                .subarray(within);
        }

        _finish() {
            return nothing;
        }
    }

    // GCM: what was given out so far is a beginning of what all of the input gives.
    class AuthenticatedCipher extends Cipher {
        _input = [];
        _given = 0;
        _associated = nothing;
        _tag = undefined;

        setAAD(data, options) {
            this._associated = Buffer.concat([this._associated, bytesOf(data, options && options.encoding)]);
            return this;
        }

        getAuthTag() {
            if (this._decrypts || this._tag === undefined) {
                throw cryptoError('Invalid state for operation getAuthTag', 'ERR_CRYPTO_INVALID_STATE');
            }
            return Buffer.from(this._tag.subarray(0, this._tagLength));
        }

        setAuthTag(tag, encoding) {
            const bytes = Buffer.from(bytesOf(tag, encoding));
            if (!this._decrypts || this._tag !== undefined) {
                throw cryptoError('Invalid state for operation setAuthTag', 'ERR_CRYPTO_INVALID_STATE');
            }
            if (![4, 8, 12, 13, 14, 15, 16].includes(bytes.length)) {
                throw typeError('ERR_CRYPTO_INVALID_AUTH_TAG', `Invalid authentication tag length: ${bytes.length}`);
            }
            this._tag = bytes;
            return this;
        }

        _take(bytes) {
            this._input.push(Buffer.from(bytes));
            const result = this._whole().subarray(this._given, -tagBytes);
            this._given += result.length;
            return result;
        }

        _whole(input = Buffer.concat(this._input)) {
            return aes('GCM', 'encrypt', this._key, this._iv, input, this._associated);
        }

        _finish() {
            const whole = this._whole();
            if (!this._decrypts) {
                this._tag = whole.subarray(-tagBytes);
                return nothing;
            }
            const tag = this._whole(whole.subarray(0, -tagBytes)).subarray(-tagBytes);
            let difference = this._tag === undefined ? 1 : 0;
            for (let i = 0; this._tag !== undefined && i < this._tag.length; i++) {
                difference |= tag[i] ^ this._tag[i];
            }
            if (difference !== 0) {
                throw new Error('Unsupported state or unable to authenticate data');
            }
            return nothing;
        }
    }

    const kinds = { cbc: BlockCipher, ecb: BlockCipher, ctr: CounterCipher, gcm: AuthenticatedCipher };

    function create(algorithm, decrypts, key, iv, options) {
        const [, bits, mode] = /^(?:aes-|id-aes)(128|192|256)-(cbc|ecb|ctr|gcm)$/.exec(String(algorithm).toLowerCase()) || [];
        if (mode === undefined) {
            throw cryptoError('Unknown cipher', 'ERR_CRYPTO_UNKNOWN_CIPHER');
        }
        const secret = Buffer.from(secretOf(key));
        const vector = iv === null ? nothing : Buffer.from(bytesOf(iv));
        if (mode === 'ecb' ? vector.length !== 0 : mode === 'gcm' ? vector.length === 0 : vector.length !== blockBytes) {
            throw invalidIv();
        }
        if (secret.length * 8 !== Number(bits)) {
            const error = new RangeError('Invalid key length');
            error.code = 'ERR_CRYPTO_INVALID_KEYLEN';
            throw error;
        }
        const cipher = new kinds[mode](mode.toUpperCase(), decrypts, secret, vector);
        cipher._tagLength = options && options.authTagLength || tagBytes;
        return cipher;
    }

    function later(work) {
        return (...args) => {
            const callback = args.pop();
            if (typeof callback !== 'function') {
                throw typeError('ERR_INVALID_ARG_TYPE', 'The "callback" argument must be of type function. Received '
                    + `${callback === undefined ? 'undefined' : `type ${typeof callback}`}`);
            }
            const value = work(...args);
            nextTick(callback, null, value);
        };
    }

    function digestOf(name) {
        return requireKnown(name, () => typeError('ERR_CRYPTO_INVALID_DIGEST', `Invalid digest: ${name}`));
    }

    function pbkdf2Sync(password, salt, iterations, length, digest) {
        const name = digestOf(digest);
        const secret = secretOf(password);
        const salted = bytesOf(salt);
        const derived = hostPbkdf2(name, secret.buffer, secret.byteOffset, secret.length, salted.buffer,
            salted.byteOffset, salted.length, iterations, length);
        if (derived === null) {
            const error = new RangeError('The value of "iterations" or "keylen" is out of range.');
            error.code = 'ERR_OUT_OF_RANGE';
            throw error;
        }
        return Buffer.from(toBytes(derived).buffer);
    }

    // RFC 5869.
    function hkdfSync(digest, key, salt, info, length) {
        const name = digestOf(digest);
        const extracted = createHmac(name, bytesOf(salt)).update(secretOf(key)).digest();
        if (!Number.isInteger(length) || length < 0 || length > longestHkdfBlocks * extracted.length) {
            const error = new RangeError('Invalid key length');
            error.code = 'ERR_CRYPTO_INVALID_KEYLEN';
            throw error;
        }
        const blocks = [];
        let block = nothing;
        for (let i = 1; (i - 1) * extracted.length < length; i++) {
            block = createHmac(name, extracted).update(block).update(bytesOf(info)).update(Buffer.from([i])).digest();
            blocks.push(block);
        }
        return new Uint8Array(Buffer.concat(blocks).subarray(0, length)).buffer;
    }

    const ciphers = ['128', '192', '256'].flatMap((bits) => Object.keys(kinds).sort().map((mode) => `aes-${bits}-${mode}`));

    Object.assign(exports, {
        createCipheriv: (algorithm, key, iv, options) => create(algorithm, false, key, iv, options),
        createDecipheriv: (algorithm, key, iv, options) => create(algorithm, true, key, iv, options),
        getCiphers: () => [...ciphers],
        pbkdf2Sync,
        pbkdf2: later(pbkdf2Sync),
        hkdfSync,
        hkdf: later(hkdfSync),
    });
});
