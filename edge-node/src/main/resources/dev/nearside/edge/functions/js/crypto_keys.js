// Keys of crypto, and signatures with them; the keys' mathematics is the host's.
(function (exports, require, module, host, internals) {
    'use strict';

    const { Buffer } = require('buffer');
    const { bytesOf, requireKnown, constants } = require('crypto');
    const { typeError, toBytes, nextTick } = internals;
    const hostSign = host.sign;
    const hostVerify = host.verify;
    const readers = {
        pem: host.readPem, der: host.readDer, jwk: host.readJwk, publicOf: host.publicKeyOf, writeJwk: host.writeJwk,
    };
    const heldKey = Symbol('held key');

    function cryptoError(message, code) {
        const error = new Error(message);
        error.code = code;
        return error;
    }

    function unreadable() {
        return cryptoError('error:1E08010C:DECODER routines::unsupported', 'ERR_OSSL_UNSUPPORTED');
    }

    // A key as the host described it; a secret one has bytes and no description.
    class KeyObject {
        #bytes;

        constructor(type, bytes, description) {
            this.type = type;
            this.#bytes = bytes;
            if (description !== undefined) {
                this.asymmetricKeyType = description.asymmetricKeyType;
                this.asymmetricKeyDetails = {};
                if (description.modulusLength !== undefined) {
                    this.asymmetricKeyDetails.modulusLength = description.modulusLength;
                    this.asymmetricKeyDetails.publicExponent = BigInt(description.publicExponent);
                }
                if (description.namedCurve !== undefined) {
                    this.asymmetricKeyDetails.namedCurve = description.namedCurve;
                }
            } else {
                this.symmetricKeySize = bytes.length;
            }
        }

        static bytesOf(key) {
            return key.#bytes;
        }

        static from(key) {
            return key[heldKey];
        }

        equals(other) {
            return other instanceof KeyObject && this.type === other.type && this.#bytes.equals(other.#bytes);
        }

        export(options = {}) {
            if (this.type === 'secret') {
                return options.format === 'jwk' ? { kty: 'oct', k: this.#bytes.toString('base64url') }
                    : Buffer.from(this.#bytes);
            }
            if (options.format === 'jwk' && this.type === 'public') {
                const { buffer, byteOffset, length } = this.#bytes;
                return JSON.parse(readers.writeJwk(buffer, byteOffset, length));
            }
            const usual = this.type === 'public' ? 'spki' : 'pkcs8';
            if (options.format !== 'pem' && options.format !== 'der' || options.type !== usual) {
                throw typeError('ERR_INVALID_ARG_VALUE', `A ${this.type} key is exported here as '${usual}' in the format `
                    + `'pem' or 'der'${this.type === 'public' ? ", or as 'jwk'" : ''}`);
            }
            if (options.format === 'der') {
                return Buffer.from(this.#bytes);
            }
            const label = this.type === 'public' ? 'PUBLIC KEY' : 'PRIVATE KEY';
            const lines = this.#bytes.toString('base64').match(/.{1,64}/g);
            return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
        }
    }

    function described(json) {
        if (json === null) {
            throw unreadable();
        }
        const description = JSON.parse(json);
        return new KeyObject(description.type, Buffer.from(description.der, 'base64'), description);
    }

    function readDer(bytes, type, wanted) {
        let formats = [type];
        if (type === 'pkcs1') {
            formats = [`pkcs1-${wanted}`];
        } else if (type === undefined) {
            formats = wanted === 'private' ? ['pkcs8'] : ['spki', 'certificate'];
        }
        for (const format of formats) {
            const json = readers.der(format, bytes.buffer, bytes.byteOffset, bytes.length);
            if (json !== null) {
                return described(json);
            }
        }
        throw unreadable();
    }

    function readKey(given, wanted) {
        if (given instanceof KeyObject) {
            return given;
        }
        if (given !== null && typeof given === 'object' && given[heldKey] instanceof KeyObject) {
            return given[heldKey];
        }
        if (typeof given === 'string') {
            return described(readers.pem(given));
        }
        if (given instanceof ArrayBuffer || ArrayBuffer.isView(given)) {
            return described(readers.pem(bytesOf(given).toString('latin1')));
        }
        if (given === null || typeof given !== 'object' || given.key === undefined) {
            const received = given === null ? 'null' : `type ${typeof given}${typeof given === 'number' ? ` (${given})` : ''}`;
            throw typeError('ERR_INVALID_ARG_TYPE', 'The "key" argument must be of type string or an instance of '
                + `ArrayBuffer, Buffer, TypedArray, DataView, KeyObject, or CryptoKey. Received ${received}`);
        }
        if (given.format === 'jwk') {
            return described(readers.jwk(JSON.stringify(given.key)));
        }
        return given.format === 'der' ? readDer(bytesOf(given.key), given.type, wanted) : readKey(given.key, wanted);
    }

    function createPrivateKey(given) {
        const key = readKey(given, 'private');
        if (key.type !== 'private') {
            throw unreadable();
        }
        return key;
    }

    function createPublicKey(given) {
        const key = readKey(given, 'public');
        if (key.type === 'secret') {
            throw typeError('ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE', 'Invalid key object type secret, expected private.');
        }
        if (key.type === 'public') {
            return key;
        }
        const { buffer, byteOffset, length } = KeyObject.bytesOf(key);
        return described(readers.publicOf(buffer, byteOffset, length));
    }

    function createSecretKey(bytes, encoding) {
        return new KeyObject('secret', Buffer.from(bytesOf(bytes, encoding)));
    }

    function optionsOf(given) {
        return given !== null && typeof given === 'object' && !(given instanceof KeyObject) && !ArrayBuffer.isView(given)
            && !(given instanceof ArrayBuffer) ? given : {};
    }

    function schemeOf(key, options) {
        switch (key.asymmetricKeyType) {
            case 'ec':
                return options.dsaEncoding === 'ieee-p1363' ? 'p1363' : 'der';
            case 'ed25519':
                return 'ed25519';
            default:
                return options.padding === constants.RSA_PKCS1_PSS_PADDING ? 'pss' : 'pkcs1';
        }
    }

    function saltOf(options) {
        return typeof options.saltLength === 'number' ? options.saltLength : constants.RSA_PSS_SALTLEN_AUTO;
    }

    function signBytes(digest, data, given) {
        const key = createPrivateKey(given);
        const options = optionsOf(given);
        const { buffer, byteOffset, length } = KeyObject.bytesOf(key);
        const signature = hostSign(schemeOf(key, options), digest, saltOf(options), buffer, byteOffset, length,
            data.buffer, data.byteOffset, data.length);
        if (signature === null) {
            throw cryptoError('the key cannot sign in that way', 'ERR_OSSL_UNSUPPORTED');
        }
        return Buffer.from(toBytes(signature).buffer);
    }

    function verifyBytes(digest, data, given, signature) {
        const key = createPublicKey(given);
        const options = optionsOf(given);
        const { buffer, byteOffset, length } = KeyObject.bytesOf(key);
        return hostVerify(schemeOf(key, options), digest, saltOf(options), buffer, byteOffset, length,
            data.buffer, data.byteOffset, data.length, signature.buffer, signature.byteOffset, signature.length);
    }

    function digestOf(algorithm, message) {
        return requireKnown(algorithm, (name) => typeError('ERR_CRYPTO_INVALID_DIGEST', message(name)));
    }

    class Collector {
        constructor(algorithm) {
            this._digest = digestOf(algorithm, () => 'Invalid digest');
            this._chunks = [];
        }

        update(data, encoding) {
            this._chunks.push(typeof data === 'string' ? bytesOf(data, encoding) : Buffer.from(bytesOf(data)));
            return this;
        }

        write(data, encoding) {
            this.update(data, encoding);
            return true;
        }

        end(data, encoding) {
            return data === undefined ? this : this.update(data, encoding);
        }
    }

    class Sign extends Collector {
        sign(key, encoding) {
            if (!key) {
                throw cryptoError('No key provided to sign', 'ERR_CRYPTO_SIGN_KEY_REQUIRED');
            }
            const signature = signBytes(this._digest, Buffer.concat(this._chunks), key);
            return encoding && encoding !== 'buffer' ? signature.toString(encoding) : signature;
        }
    }

    class Verify extends Collector {
        verify(key, signature, encoding) {
            return verifyBytes(this._digest, Buffer.concat(this._chunks), key, bytesOf(signature, encoding));
        }
    }

    function answer(callback, work) {
        if (typeof callback !== 'function') {
            return work();
        }
        let error = null;
        let value;
        try {
            value = work();
        } catch (thrown) {
            error = thrown;
        }
        nextTick(callback, error, value);
        return undefined;
    }

    function oneShotDigest(algorithm) {
        return algorithm === null || algorithm === undefined ? 'sha256'
            : digestOf(algorithm, (name) => `Invalid digest: ${name}`);
    }

    function requireBytes(data, name) {
        if (!(data instanceof ArrayBuffer) && !ArrayBuffer.isView(data)) {
            throw typeError('ERR_INVALID_ARG_TYPE', `The "${name}" argument must be an instance of ArrayBuffer, Buffer, `
                + `TypedArray, or DataView. Received type ${typeof data}`);
        }
        return bytesOf(data);
    }

    function sign(algorithm, data, key, callback) {
        const bytes = bytesOf(data);
        return answer(callback, () => signBytes(oneShotDigest(algorithm), bytes, key));
    }

    function verify(algorithm, data, key, signature, callback) {
        const bytes = bytesOf(data);
        const signed = requireBytes(signature, 'signature');
        return answer(callback, () => verifyBytes(oneShotDigest(algorithm), bytes, key, signed));
    }

    Object.assign(exports, {
        KeyObject, Sign, Verify, createPrivateKey, createPublicKey, createSecretKey, sign, verify,
        createSign: (algorithm) => new Sign(algorithm),
        createVerify: (algorithm) => new Verify(algorithm),
        heldKey, readDer, described, cryptoError,
    });
});
