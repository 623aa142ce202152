// Node's https for clients; whom to trust is the node's business.
(function (exports, require) {
    'use strict';

    Object.assign(exports, require('http').client('https:'));
});
