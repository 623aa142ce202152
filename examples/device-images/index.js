'use strict';

/** Asks the origin for the picture in the size that suits the device: /images/a.jpg is /images/small/a.jpg on phones. */
exports.handler = async (event) => {
    const { request } = event.Records[0].cf;
    const is = (device) => {
        const header = request.headers[`cloudfront-is-${device}-viewer`];
        return header !== undefined && header[0].value === 'true';
    };
    const size = is('mobile') ? 'small' : is('tablet') ? 'medium' : 'large';
    request.uri = request.uri.replace(/^\/images\//, `/images/${size}/`);
    return request;
};
