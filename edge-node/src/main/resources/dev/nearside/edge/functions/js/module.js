// Node's module: require for ES modules, and which modules are Node's.
(function (exports, require, module, host, internals) {
    'use strict';

    const { about, typeError, createRequire, isCore } = internals;

    exports.createRequire = (from) => {
        const filename = String(from).startsWith('file:') ? require('url').fileURLToPath(from) : String(from);
        if (!filename.startsWith('/')) {
            throw typeError('ERR_INVALID_ARG_VALUE', 'The argument \'filename\' must be a file URL object, file URL string, '
                + `or absolute path string. Received ${filename}`);
        }
        return createRequire(filename);
    };
    exports.isBuiltin = (name) => isCore(String(name));
    exports.builtinModules = [...about.modules];
});
