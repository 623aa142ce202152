'use strict';

const BETA = 'beta.localhost';

/** Viewers who took part in the beta are served by its origin; the cookie is a part of the cache key. */
exports.handler = async (event) => {
    const { request } = event.Records[0].cf;
    const cookies = (request.headers.cookie || []).flatMap((line) => line.value.split(';')).map((pair) => pair.trim());
    if (cookies.includes('release=beta')) {
        request.origin.custom.domainName = BETA;
        // The name alone decides where the request goes, and Host what the origin takes itself for: set both.
        request.headers.host = [{ key: 'Host', value: BETA }];
    }
    return request;
};
