// Node's stream/promises.
(function (exports, require, module) {
    'use strict';

    module.exports = require('stream').promises;
});
