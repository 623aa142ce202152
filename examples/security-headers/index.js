'use strict';

const HEADERS = {
    'Strict-Transport-Security': 'max-age=63072000; includeSubDomains; preload',
    'Content-Security-Policy': "default-src 'self'; object-src 'none'; frame-ancestors 'none'",
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'strict-origin-when-cross-origin',
};

/** Headers that only tell an attacker which software to look up. */
const TELLTALES = ['x-powered-by', 'x-aspnet-version', 'x-generator'];

/** Adds headers to every response, hits included; a policy that the origin sends itself stays. */
exports.handler = async (event) => {
    const { headers } = event.Records[0].cf.response;
    for (const [key, value] of Object.entries(HEADERS)) {
        const name = key.toLowerCase();
        if (headers[name] === undefined) {
            headers[name] = [{ key, value }];
        }
    }
    TELLTALES.forEach((name) => delete headers[name]);
    return event.Records[0].cf.response;
};
