'use strict';

const GREETING = 'hello';

/**
 * Runs on two events.
 *
 * viewer-request comes before the cache: /hello is looked up, and stored, as the page it stands for.
 * viewer-response comes last, hits included: its header is never stored, so a new version shows at once.
 */
exports.handler = async (event) => {
    const { config, request, response } = event.Records[0].cf;
    console.log(`${config.eventType} ${request.method} ${request.uri}`);
    if (config.eventType === 'viewer-request') {
        if (request.uri === '/hello') {
            request.uri = '/articles/1.html';
        }
        return request;
    }
    response.headers['x-greeting'] = [{ key: 'X-Greeting', value: GREETING }];
    return response;
};
