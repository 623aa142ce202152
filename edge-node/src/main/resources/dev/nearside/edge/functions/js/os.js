// Node's os, as it looks inside Lambda; nothing of the real machine is told.
(function (exports, require, module, host, internals) {
    'use strict';

    const memoryBytes = Number(internals.about.memoryLimitInMB) * 1024 * 1024;
    Object.assign(exports, {
        EOL: '\n',
        arch: () => 'x64',
        platform: () => 'linux',
        type: () => 'Linux',
        release: () => '5.10.0',
        hostname: () => 'localhost',
        homedir: () => '/home/sbx_user1051',
        tmpdir: () => '/tmp',
        endianness: () => 'LE',
        uptime: () => internals.process.uptime(),
        totalmem: () => memoryBytes,
        freemem: () => memoryBytes,
        loadavg: () => [0, 0, 0],
        cpus: () => [],
        networkInterfaces: () => ({}),
        availableParallelism: () => 1,
    });
});
