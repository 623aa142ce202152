'use strict';

const OPEN = ['/status', '/robots.txt'];

/** Answers at the edge while the origin is being worked on, and by itself stops doing so when the time is over. */
exports.handler = async (event) => {
    const { request } = event.Records[0].cf;
    const until = Date.parse(process.env.UNTIL);
    if (OPEN.includes(request.uri) || !(Date.now() < until)) {
        return request;
    }
    return {
        status: '503',
        statusDescription: 'Service Unavailable',
        headers: {
            'retry-after': [{ key: 'Retry-After', value: new Date(until).toUTCString() }],
            'content-type': [{ key: 'Content-Type', value: 'text/plain; charset=utf-8' }],
        },
        body: `We are back at ${new Date(until).toISOString()}.\n`,
    };
};
