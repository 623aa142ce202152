'use strict';

// Answers /greeting at the edge and lets everything else pass.
exports.handler = async (event) => {
  const { request } = event.Records[0].cf;
  if (request.uri !== '/greeting') {
    return request;
  }
  return {
    status: '200',
    headers: { 'content-type': [{ key: 'Content-Type', value: 'text/plain' }] },
    body: 'hello from the edge\n',
  };
};
