'use strict';

const { createHmac, timingSafeEqual } = require('crypto');

const COOKIE = 'session';

function sign(text) {
    return createHmac('sha256', process.env.SESSION_KEY).update(text).digest('hex');
}

/** The user of a cookie `user.expires.signature`; undefined unless it was signed here and has not expired. */
function userOf(cookie) {
    const [user, expires, signature, ...more] = cookie.split('.');
    if (!user || !/^[0-9]{1,12}$/.test(expires || '') || !/^[0-9a-f]{64}$/.test(signature || '') || more.length > 0) {
        return undefined;
    }
    const expected = Buffer.from(sign(`${user}.${expires}`), 'hex');
    const isGenuine = timingSafeEqual(expected, Buffer.from(signature, 'hex'));
    return isGenuine && Number(expires) * 1000 > Date.now() ? user : undefined;
}

/** Lets in whoever has a cookie that the login page signed, and sends everybody else there. */
exports.handler = async (event) => {
    const { request } = event.Records[0].cf;
    const cookies = (request.headers.cookie || []).flatMap((line) => line.value.split(';')).map((pair) => pair.trim());
    const session = cookies.find((pair) => pair.startsWith(COOKIE + '='));
    const user = session && userOf(session.slice(COOKIE.length + 1));
    if (user) {
        request.headers['x-user'] = [{ key: 'X-User', value: user }];
        return request;
    }
    const back = encodeURIComponent(request.uri + (request.querystring ? '?' + request.querystring : ''));
    return {
        status: '302',
        statusDescription: 'Found',
        headers: {
            location: [{ key: 'Location', value: `/login?back=${back}` }],
            'cache-control': [{ key: 'Cache-Control', value: 'no-store' }],
        },
    };
};
