'use strict';

const { createHash } = require('crypto');

const COOKIE = 'variant';
const SHARE_OF_B = 0.5;

/** The variant in the cookie; undefined if the viewer has none, or one that never was. */
function variantIn(headers) {
    const found = (headers.cookie || [])
        .flatMap((line) => line.value.split(';'))
        .map((pair) => pair.trim().split('='))
        .find(([name, value]) => name === COOKIE && (value === 'a' || value === 'b'));
    return found && found[1];
}

/** The same for the same viewer, so that a viewer without cookies does not see both variants by turns. */
function drawn(request) {
    const agent = request.headers['user-agent'] ? request.headers['user-agent'][0].value : '';
    const hash = createHash('sha256').update(request.clientIp + '|' + agent).digest();
    return hash.readUInt32BE(0) / 2 ** 32 < SHARE_OF_B ? 'b' : 'a';
}

/**
 * On viewer-request the variant chooses the object before the cache is asked, so that both are cached side by side. On
 * viewer-response whoever had no cookie gets one.
 */
exports.handler = async (event) => {
    const { config, request, response } = event.Records[0].cf;
    const known = variantIn(request.headers);
    const variant = known || drawn(request);
    if (config.eventType === 'viewer-request') {
        if (request.uri === '/' && variant === 'b') {
            request.uri = '/variant-b/';
        }
        return request;
    }
    if (!known) {
        const value = `${COOKIE}=${variant}; Path=/; Max-Age=2592000; SameSite=Lax`;
        response.headers['set-cookie'] = [...(response.headers['set-cookie'] || []), { key: 'Set-Cookie', value }];
    }
    return response;
};
