'use strict';

const FILE = /\.[A-Za-z0-9]+$/;

/** Pages have addresses without .html: /about is about.html at the origin, and /docs/ is docs/index.html. */
exports.handler = async (event) => {
    const { request } = event.Records[0].cf;
    const { uri } = request;
    if (uri.endsWith('.html')) {
        return movedTo(uri.replace(/(\/index)?\.html$/, '') || '/', request.querystring);
    }
    if (uri.endsWith('/')) {
        request.uri = uri + 'index.html';
    } else if (!FILE.test(uri)) {
        request.uri = uri + '.html';
    }
    return request;
};

function movedTo(path, query) {
    // Two slashes at the start would name another host.
    const value = path.replace(/^\/+/, '/') + (query ? '?' + query : '');
    return {
        status: '301',
        statusDescription: 'Moved Permanently',
        headers: { location: [{ key: 'Location', value }] },
    };
}
