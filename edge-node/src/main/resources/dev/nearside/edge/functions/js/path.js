// Node's path, for POSIX.
(function (exports, require, module, host, internals) {
    'use strict';

    const { typeError } = internals;

    function requireText(value, name) {
        if (typeof value !== 'string') {
            throw typeError('ERR_INVALID_ARG_TYPE', `The "${name}" argument must be of type string.`);
        }
    }

    function collapse(path, keepsUp) {
        const kept = [];
        for (const segment of path.split('/')) {
            if (segment === '' || segment === '.') {
                continue;
            }
            if (segment !== '..') {
                kept.push(segment);
            } else if (kept.length > 0 && kept.at(-1) !== '..') {
                kept.pop();
            } else if (keepsUp) {
                kept.push('..');
            }
        }
        return kept.join('/');
    }

    function normalize(path) {
        requireText(path, 'path');
        if (path === '') {
            return '.';
        }
        const absolute = path[0] === '/';
        let result = collapse(path, !absolute);
        if (result === '' && !absolute) {
            result = '.';
        }
        if (result !== '' && path.endsWith('/')) {
            result += '/';
        }
        return absolute ? `/${result}` : result;
    }

    function join(...parts) {
        parts.forEach((part) => requireText(part, 'path'));
        const filled = parts.filter((part) => part !== '');
        return filled.length === 0 ? '.' : normalize(filled.join('/'));
    }

    function resolve(...parts) {
        let path = '';
        for (let i = parts.length - 1; i >= 0 && path[0] !== '/'; i--) {
            requireText(parts[i], `paths[${i}]`);
            if (parts[i] !== '') {
                path = path === '' ? parts[i] : `${parts[i]}/${path}`;
            }
        }
        if (path[0] !== '/') {
            path = `${internals.process.cwd()}/${path}`;
        }
        return `/${collapse(path, false)}`;
    }

    function relative(from, to) {
        requireText(from, 'from');
        requireText(to, 'to');
        const start = resolve(from).split('/').filter(Boolean);
        const end = resolve(to).split('/').filter(Boolean);
        let shared = 0;
        while (shared < start.length && shared < end.length && start[shared] === end[shared]) {
            shared++;
        }
        return [...start.slice(shared).map(() => '..'), ...end.slice(shared)].join('/');
    }

    function withoutTrailingSlashes(path) {
        let end = path.length;
        while (end > 1 && path[end - 1] === '/') {
            end--;
        }
        return path.slice(0, end);
    }

    function dirname(path) {
        requireText(path, 'path');
        if (path === '') {
            return '.';
        }
        const bare = withoutTrailingSlashes(path);
        const slash = bare.lastIndexOf('/');
        if (slash < 0) {
            return '.';
        }
        if (slash === 0) {
            return '/';
        }
        return slash === 1 && bare[0] === '/' ? '//' : bare.slice(0, slash);
    }

    function basename(path, suffix) {
        requireText(path, 'path');
        if (suffix === path && path !== '') {
            return '';
        }
        const bare = withoutTrailingSlashes(path);
        const name = bare === '/' ? '' : bare.slice(bare.lastIndexOf('/') + 1);
        return suffix !== undefined && suffix !== name && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
    }

    function extname(path) {
        const name = basename(path);
        const dot = name.lastIndexOf('.');
        return dot <= 0 || name === '..' ? '' : name.slice(dot);
    }

    function parse(path) {
        requireText(path, 'path');
        const root = path[0] === '/' ? '/' : '';
        const base = basename(path);
        const ext = extname(path);
        const folder = dirname(path);
        const dir = folder === '.' && !withoutTrailingSlashes(path).includes('/') ? '' : folder;
        return { root, dir: path === '' ? '' : dir, base, ext, name: base.slice(0, base.length - ext.length) };
    }

    function format(parts) {
        const dir = parts.dir || parts.root;
        const extension = parts.ext === undefined || parts.ext === '' ? '' : `${parts.ext[0] === '.' ? '' : '.'}${parts.ext}`;
        const base = parts.base || `${parts.name || ''}${extension}`;
        if (!dir) {
            return base;
        }
        return dir === parts.root ? `${dir}${base}` : `${dir}/${base}`;
    }

    Object.assign(exports, {
        normalize, join, resolve, relative, dirname, basename, extname, parse, format,
        isAbsolute(path) {
            requireText(path, 'path');
            return path[0] === '/';
        },
        toNamespacedPath: (path) => path,
        sep: '/',
        delimiter: ':',
        posix: exports,
    });
});
