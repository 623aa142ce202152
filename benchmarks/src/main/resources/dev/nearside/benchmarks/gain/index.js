'use strict';

// An A/B decision that needs no origin: whoever comes to the shop without a variant in the cookie gets one by a hash
// of the user agent, and is sent there.
const VARIANTS = ['a', 'b'];

function variantOf(headers) {
  const cookie = headers.cookie && headers.cookie[0].value.match(/(?:^|;\s*)variant=([ab])/);
  if (cookie) {
    return cookie[1];
  }
  let hash = 0;
  for (const character of headers['user-agent'][0].value) {
    hash = (hash * 31 + character.codePointAt(0)) | 0;
  }
  return VARIANTS[hash & 1];
}

exports.handler = async (event) => {
  const { headers, uri } = event.Records[0].cf.request;
  const variant = variantOf(headers);
  return {
    status: '302',
    statusDescription: 'Found',
    headers: {
      location: [{ key: 'Location', value: `/${variant}${uri}` }],
      'set-cookie': [{ key: 'Set-Cookie', value: `variant=${variant}; Path=/; Max-Age=86400` }],
      'cache-control': [{ key: 'Cache-Control', value: 'private, no-store' }],
    },
  };
};
