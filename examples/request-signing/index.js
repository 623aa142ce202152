'use strict';

const { createHmac } = require('crypto');

/**
 * Signs what goes to the origin, so that it can tell requests of this CDN from others: a signature over time, method and
 * path. The origin refuses a time that is more than a few minutes off.
 */
exports.handler = async (event) => {
    const { request } = event.Records[0].cf;
    const time = Math.floor(Date.now() / 1000).toString();
    const target = request.uri + (request.querystring ? '?' + request.querystring : '');
    const signature = createHmac('sha256', process.env.ORIGIN_KEY)
        .update(`${time}\n${request.method}\n${target}`)
        .digest('base64');
    request.headers['x-signed-at'] = [{ key: 'X-Signed-At', value: time }];
    request.headers['x-signature'] = [{ key: 'X-Signature', value: signature }];
    return request;
};
