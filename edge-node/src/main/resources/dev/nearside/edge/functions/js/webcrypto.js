// Web Cryptography's subtle, on top of crypto.
(function (exports, require, module, host, internals) {
    'use strict';

    const { Buffer } = require('buffer');
    const nodeCrypto = require('crypto');
    const { KeyObject, heldKey, readDer, described } = require('crypto_keys');
    const { bytesOf, constants } = nodeCrypto;
    const readJwk = host.readJwk;
    const curves = { 'P-256': 'prime256v1', 'P-384': 'secp384r1', 'P-521': 'secp521r1' };
    const hmacBlockBits = { 'SHA-1': 512, 'SHA-256': 512, 'SHA-384': 1024, 'SHA-512': 1024 };
    const secretAlgorithms = ['HMAC', 'AES-CBC', 'AES-CTR', 'AES-GCM', 'PBKDF2', 'HKDF'];
    const openAlgorithms = ['RSASSA-PKCS1-v1_5', 'RSA-PSS', 'ECDSA', 'Ed25519'];

    function domError(name, code, message) {
        const error = new Error(message);
        Object.defineProperty(error, 'name', { value: name, configurable: true });
        error.code = code;
        return error;
    }

    const notSupported = (message) => domError('NotSupportedError', 9, message);
    const invalidAccess = (message) => domError('InvalidAccessError', 15, message);
    const dataError = (message) => domError('DataError', 0, message);

    function algorithmOf(given) {
        const wanted = typeof given === 'string' ? { name: given } : { ...given };
        const name = [...secretAlgorithms, ...openAlgorithms]
            .find((known) => known.toLowerCase() === String(wanted.name).toLowerCase());
        if (name === undefined) {
            throw notSupported('Unrecognized algorithm name');
        }
        return { ...wanted, name };
    }

    function hashOf(given) {
        const name = String(given !== null && typeof given === 'object' ? given.name : given).toUpperCase();
        if (hmacBlockBits[name] === undefined) {
            throw notSupported('Unrecognized algorithm name');
        }
        return name;
    }

    const digestName = (hash) => hash.toLowerCase().replace('-', '');

    function arrayBuffer(bytes) {
        return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
    }

    class CryptoKey {
        constructor(held, algorithm, extractable, usages) {
            this.type = held.type;
            this.extractable = Boolean(extractable);
            this.algorithm = algorithm;
            this.usages = [...usages];
            Object.defineProperty(this, heldKey, { value: held });
        }
    }

    function requireUse(key, algorithm, usage) {
        if (key.algorithm.name !== algorithm.name || !key.usages.includes(usage)) {
            throw invalidAccess(`Unable to use this key to ${usage}`);
        }
        return key[heldKey];
    }

    function readHeld(format, data, algorithm) {
        if (format === 'jwk') {
            if (data.kty === 'oct') {
                return nodeCrypto.createSecretKey(Buffer.from(data.k, 'base64url'));
            }
            return described(readJwk(JSON.stringify(data)));
        }
        const bytes = Buffer.from(bytesOf(data));
        if (format === 'spki' || format === 'pkcs8') {
            return readDer(bytes, format);
        }
        if (format !== 'raw') {
            throw notSupported(`Unsupported key format ${format}`);
        }
        if (secretAlgorithms.includes(algorithm.name)) {
            return nodeCrypto.createSecretKey(bytes);
        }
        if (algorithm.name === 'Ed25519') {
            return described(readJwk(JSON.stringify({ kty: 'OKP', crv: 'Ed25519', x: bytes.toString('base64url') })));
        }
        const half = (bytes.length - 1) / 2;
        return described(readJwk(JSON.stringify({ kty: 'EC', crv: algorithm.namedCurve,
            x: bytes.subarray(1, 1 + half).toString('base64url'), y: bytes.subarray(1 + half).toString('base64url') })));
    }

    function detailsOf(algorithm, held) {
        const { name } = algorithm;
        if (name === 'HMAC') {
            return { name, hash: { name: hashOf(algorithm.hash) }, length: held.symmetricKeySize * 8 };
        }
        if (secretAlgorithms.includes(name)) {
            return name.startsWith('AES') ? { name, length: held.symmetricKeySize * 8 } : { name };
        }
        const types = { ECDSA: 'ec', Ed25519: 'ed25519' };
        if (held.asymmetricKeyType !== (types[name] || 'rsa')) {
            throw dataError('Invalid key type');
        }
        if (name === 'ECDSA') {
            if (held.asymmetricKeyDetails.namedCurve !== curves[algorithm.namedCurve]) {
                throw dataError('Named curve mismatch');
            }
            return { name, namedCurve: algorithm.namedCurve };
        }
        if (name === 'Ed25519') {
            return { name };
        }
        let exponent = held.asymmetricKeyDetails.publicExponent.toString(16);
        exponent = exponent.length % 2 === 0 ? exponent : `0${exponent}`;
        return { name, modulusLength: held.asymmetricKeyDetails.modulusLength,
            publicExponent: new Uint8Array(Buffer.from(exponent, 'hex')), hash: { name: hashOf(algorithm.hash) } };
    }

    function signatureOptions(algorithm, key, held) {
        switch (key.algorithm.name) {
            case 'ECDSA':
                return [digestName(hashOf(algorithm.hash)), { key: held, dsaEncoding: 'ieee-p1363' }];
            case 'Ed25519':
                return [null, { key: held }];
            case 'RSA-PSS':
                return [digestName(key.algorithm.hash.name),
                    { key: held, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: algorithm.saltLength }];
            default:
                return [digestName(key.algorithm.hash.name), { key: held }];
        }
    }

    function cipher(algorithm, held, decrypts, data) {
        const mode = algorithm.name.slice(4).toLowerCase();
        const name = `aes-${held.symmetricKeySize * 8}-${mode}`;
        const vector = mode === 'ctr' ? algorithm.counter : algorithm.iv;
        const tagBytes = (algorithm.tagLength || 128) / 8;
        let bytes = Buffer.from(bytesOf(data));
        const work = decrypts ? nodeCrypto.createDecipheriv(name, held, vector)
            : nodeCrypto.createCipheriv(name, held, vector, { authTagLength: tagBytes });
        if (mode === 'gcm') {
            if (algorithm.additionalData !== undefined) {
                work.setAAD(algorithm.additionalData);
            }
            if (decrypts) {
                work.setAuthTag(bytes.subarray(-tagBytes));
                bytes = bytes.subarray(0, -tagBytes);
            }
        }
        const parts = [work.update(bytes), work.final()];
        if (mode === 'gcm' && !decrypts) {
            parts.push(work.getAuthTag());
        }
        return arrayBuffer(Buffer.concat(parts));
    }

    function derive(algorithm, held, bits) {
        const digest = digestName(hashOf(algorithm.hash));
        return algorithm.name === 'PBKDF2'
            ? arrayBuffer(nodeCrypto.pbkdf2Sync(held, algorithm.salt, algorithm.iterations, bits / 8, digest))
            : nodeCrypto.hkdfSync(digest, held, algorithm.salt, algorithm.info, bits / 8);
    }

    const subtle = {
        async digest(algorithm, data) {
            return arrayBuffer(nodeCrypto.createHash(digestName(hashOf(algorithm))).update(Buffer.from(bytesOf(data))).digest());
        },
        async importKey(format, data, algorithm, extractable, usages) {
            const wanted = algorithmOf(algorithm);
            const held = readHeld(format, data, wanted);
            if (usages.length === 0 && held.type !== 'public') {
                throw domError('SyntaxError', 12, 'Usages cannot be empty when importing a private key.');
            }
            return new CryptoKey(held, detailsOf(wanted, held), extractable, usages);
        },
        async exportKey(format, key) {
            if (!(key instanceof CryptoKey)) {
                throw new TypeError('parameter 2 is not of type \'CryptoKey\'.');
            }
            if (!key.extractable) {
                throw invalidAccess('key is not extractable');
            }
            const held = key[heldKey];
            if (format === 'jwk') {
                return { ...held.export({ format: 'jwk' }), key_ops: [...key.usages], ext: key.extractable };
            }
            return arrayBuffer(format === 'raw' ? held.export() : held.export({ format: 'der', type: format }));
        },
        async generateKey(algorithm, extractable, usages) {
            const wanted = algorithmOf(algorithm);
            if (wanted.name !== 'HMAC' && !wanted.name.startsWith('AES-')) {
                throw notSupported('Key pairs are not generated in process');
            }
            const bits = wanted.length || hmacBlockBits[hashOf(wanted.hash)];
            const held = nodeCrypto.createSecretKey(nodeCrypto.randomBytes(bits / 8));
            return new CryptoKey(held, detailsOf(wanted, held), extractable, usages);
        },
        async sign(algorithm, key, data) {
            const wanted = algorithmOf(algorithm);
            const held = requireUse(key, wanted, 'sign');
            const bytes = Buffer.from(bytesOf(data));
            if (wanted.name === 'HMAC') {
                return arrayBuffer(nodeCrypto.createHmac(digestName(key.algorithm.hash.name), held).update(bytes).digest());
            }
            const [digest, options] = signatureOptions(wanted, key, held);
            return arrayBuffer(nodeCrypto.sign(digest, bytes, options));
        },
        async verify(algorithm, key, signature, data) {
            const wanted = algorithmOf(algorithm);
            const held = requireUse(key, wanted, 'verify');
            const bytes = Buffer.from(bytesOf(data));
            const signed = Buffer.from(bytesOf(signature));
            if (wanted.name === 'HMAC') {
                const own = nodeCrypto.createHmac(digestName(key.algorithm.hash.name), held).update(bytes).digest();
                return own.length === signed.length && nodeCrypto.timingSafeEqual(own, signed);
            }
            const [digest, options] = signatureOptions(wanted, key, held);
            return nodeCrypto.verify(digest, bytes, options, signed);
        },
        async encrypt(algorithm, key, data) {
            const wanted = algorithmOf(algorithm);
            return cipher(wanted, requireUse(key, wanted, 'encrypt'), false, data);
        },
        async decrypt(algorithm, key, data) {
            const wanted = algorithmOf(algorithm);
            const held = requireUse(key, wanted, 'decrypt');
            try {
                return cipher(wanted, held, true, data);
            } catch {
                throw domError('OperationError', 0, 'The operation failed for an operation-specific reason');
            }
        },
        async deriveBits(algorithm, key, bits) {
            const wanted = algorithmOf(algorithm);
            return derive(wanted, requireUse(key, wanted, 'deriveBits'), bits);
        },
    };

    Object.assign(exports, { CryptoKey, subtle, getRandomValues: nodeCrypto.randomFillSync,
        randomUUID: nodeCrypto.randomUUID });
});
