'use strict';

const WORDS = {
    404: ['Not here', 'There is no such page. It may have moved.'],
    500: ['Our fault', 'Something broke on our side. We are looking at it.'],
    502: ['Our fault', 'Something broke on our side. We are looking at it.'],
    503: ['Back soon', 'We are busy just now. Please try again in a minute.'],
};

/** Puts our own words in place of the origin's error pages; the status stays, so that programs still see the error. */
exports.handler = async (event) => {
    const { request, response } = event.Records[0].cf;
    const words = WORDS[response.status];
    if (!words) {
        return response;
    }
    const [title, text] = words;
    const json = request.uri.startsWith('/api/');
    response.body = json
        ? JSON.stringify({ status: Number(response.status), title, text })
        : `<!doctype html>\n<title>${title}</title>\n<h1>${title}</h1>\n<p>${text}</p>\n`;
    response.headers['content-type'] = [
        { key: 'Content-Type', value: json ? 'application/json' : 'text/html; charset=utf-8' },
    ];
    // Whoever mends the page should not wait for it.
    response.headers['cache-control'] = [{ key: 'Cache-Control', value: 'max-age=5' }];
    return response;
};
