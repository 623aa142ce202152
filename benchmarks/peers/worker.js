// The handler of functions.sh as workerd runs it: it chooses a variant by a cookie, and answers from memory.
const body = Uint8Array.from(atob('@BODY@'), (c) => c.charCodeAt(0));

export default {
    async fetch(request) {
        const headers = new Headers(request.headers);
        headers.set('x-variant', (headers.get('cookie') || '').includes('variant=b') ? 'b' : 'a');
        return new Response(body, { headers: { 'content-type': 'text/plain', 'x-cache': 'memory' } });
    },
};
