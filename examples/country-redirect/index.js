'use strict';

const SITES = { DE: '/de/', AT: '/de/', CH: '/de/', FR: '/fr/', JP: '/ja/', BR: '/pt/' };

/** Sends the front page's visitors to the pages in their language; the redirect is cached for each country. */
exports.handler = async (event) => {
    const { request } = event.Records[0].cf;
    const country = request.headers['cloudfront-viewer-country'];
    const site = country && SITES[country[0].value];
    if (request.uri !== '/' || !site) {
        return request;
    }
    return {
        status: '302',
        statusDescription: 'Found',
        headers: {
            location: [{ key: 'Location', value: site }],
            'cache-control': [{ key: 'Cache-Control', value: 'max-age=3600' }],
        },
    };
};
