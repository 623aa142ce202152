'use strict';

// Asks the origin for /articles/1.html when a viewer asks for /articles/1.
exports.handler = async (event) => {
  const { request } = event.Records[0].cf;
  if (/^\/articles\/[0-9]+$/.test(request.uri)) {
    request.uri += '.html';
  }
  return request;
};
