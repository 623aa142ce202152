'use strict';

const ADDRESS = /^[^\s@<>]{1,64}@[^\s@<>]{1,190}\.[a-z]{2,24}$/i;

function refused(status, reason) {
    return {
        status,
        headers: { 'content-type': [{ key: 'Content-Type', value: 'application/json' }] },
        body: JSON.stringify({ reason }),
    };
}

/** Takes JSON with an e-mail address only, and hands the origin that one member and nothing else that came with it. */
exports.handler = async (event) => {
    const { request } = event.Records[0].cf;
    if (request.method !== 'POST') {
        return refused('405', 'only POST is possible here');
    }
    if (!request.body || request.body.inputTruncated) {
        return refused('413', 'the form is too long');
    }
    let form;
    try {
        form = JSON.parse(Buffer.from(request.body.data, request.body.encoding).toString('utf8'));
    } catch {
        return refused('400', 'the form is not JSON');
    }
    if (form === null || typeof form.email !== 'string' || !ADDRESS.test(form.email)) {
        return refused('400', 'email is not an address');
    }
    request.body.action = 'replace';
    request.body.encoding = 'text';
    request.body.data = JSON.stringify({ email: form.email.toLowerCase() });
    return request;
};
