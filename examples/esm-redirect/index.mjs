// Sends old addresses to new ones. The rules are a module of their own, which somebody else may keep.
import { target } from './rules.mjs';

export const handler = async (event) => {
    const { request } = event.Records[0].cf;
    const found = target(request.uri);
    if (!found) {
        return request;
    }
    const query = request.querystring ? `?${request.querystring}` : '';
    return {
        status: found.status,
        headers: {
            location: [{ key: 'Location', value: found.path + query }],
            'cache-control': [{ key: 'Cache-Control', value: 'max-age=3600' }],
        },
    };
};
