// What util.inspect and console.log show of a value, laid out as Node lays it out.
(function (exports) {
    'use strict';

    const custom = Symbol.for('nodejs.util.inspect.custom');
    const TypedArray = Object.getPrototypeOf(Uint8Array);
    const AsyncFunction = (async () => {}).constructor;
    const GeneratorFunction = (function* () {}).constructor;
    const AsyncGeneratorFunction = (async function* () {}).constructor;
    const identifier = /^[a-zA-Z_][a-zA-Z_0-9]*$/;
    const defaults = {
        showHidden: false, depth: 2, colors: false, customInspect: true, maxArrayLength: 100, maxStringLength: 10000,
        breakLength: 80, compact: 3, sorted: false, getters: false,
    };
    const escapes = { '\b': '\\b', '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r', '\\': '\\\\' };

    function inspect(value, options, ...legacy) {
        const given = typeof options === 'boolean' ? { showHidden: options, depth: legacy[0] } : options;
        const state = { ...defaults, seen: [], circular: new Map(), indent: 0, level: 0, stylize: (text) => text };
        for (const name of Object.keys(given || {})) {
            if (given[name] !== undefined) {
                state[name] = given[name];
            }
        }
        for (const name of ['depth', 'maxArrayLength', 'maxStringLength']) {
            state[name] = state[name] === null ? Infinity : state[name];
        }
        return show(state, value, 0);
    }
    inspect.custom = custom;
    inspect.defaultOptions = defaults;

    function quote(text) {
        let mark = "'";
        if (text.includes("'")) {
            mark = !text.includes('"') ? '"' : !text.includes('`') && !text.includes('${') ? '`' : "'";
        }
        let result = '';
        for (const character of text) {
            const code = character.codePointAt(0);
            if (Object.hasOwn(escapes, character)) {
                result += escapes[character];
            } else if (code < 0x20 || code >= 0x7f && code <= 0x9f) {
                result += `\\x${code.toString(16).toUpperCase().padStart(2, '0')}`;
            } else if (code >= 0xd800 && code <= 0xdfff) {
                result += `\\u${code.toString(16).toUpperCase()}`;
            } else {
                result += character === mark ? `\\${character}` : character;
            }
        }
        return mark + result + mark;
    }

    function showNumber(value) {
        return Object.is(value, -0) ? '-0' : `${value}`;
    }

    function showString(state, value) {
        let text = value;
        let trailer = '';
        if (text.length > state.maxStringLength) {
            const rest = text.length - state.maxStringLength;
            text = text.slice(0, state.maxStringLength);
            trailer = `... ${rest} more character${rest > 1 ? 's' : ''}`;
        }
        if (state.compact !== true && text.length > 16 && text.length > state.breakLength - state.indent - 4) {
            return text.split(/(?<=\n)/).map(quote).join(` +\n${' '.repeat(state.indent + 2)}`) + trailer;
        }
        return quote(text) + trailer;
    }

    function show(state, value, depth, inTypedArray) {
        switch (typeof value) {
            case 'string':
                return showString(state, value);
            case 'number':
                return showNumber(value);
            case 'bigint':
                return `${value}n`;
            case 'object':
            case 'function':
                return value === null ? 'null' : showObject(state, value, depth, inTypedArray);
            default:
                return String(value);
        }
    }

    function showObject(state, value, depth) {
        const customized = state.customInspect ? value[custom] : undefined;
        if (typeof customized === 'function' && customized !== inspect) {
            const shown = customized.call(value, state.depth - depth, { ...state }, inspect);
            if (shown !== value) {
                return typeof shown === 'string' ? shown.replaceAll('\n', `\n${' '.repeat(state.indent)}`)
                    : show(state, shown, depth);
            }
        }
        if (state.seen.includes(value)) {
            if (!state.circular.has(value)) {
                state.circular.set(value, state.circular.size + 1);
            }
            return `[Circular *${state.circular.get(value)}]`;
        }
        return showMembers(state, value, depth);
    }

    function constructorName(value) {
        for (let at = value; at !== null; at = Object.getPrototypeOf(at)) {
            const descriptor = Object.getOwnPropertyDescriptor(at, 'constructor');
            if (descriptor !== undefined && typeof descriptor.value === 'function' && descriptor.value.name !== '') {
                return descriptor.value.name;
            }
        }
        return null;
    }

    function tagOf(value, name) {
        const tag = value[Symbol.toStringTag];
        return typeof tag === 'string' && tag !== '' && tag !== name ? tag : '';
    }

    function prefix(name, tag, fallback, size) {
        const count = size === undefined ? '' : `(${size})`;
        const suffix = tag === '' || tag === name ? '' : `[${tag}] `;
        return name === null ? `[${fallback}${count}: null prototype] ${suffix}` : `${name}${count} ${suffix}`;
    }

    function keysOf(state, value, skipsIndexes) {
        const names = state.showHidden ? Object.getOwnPropertyNames(value) : Object.keys(value);
        const symbols = Object.getOwnPropertySymbols(value)
            .filter((symbol) => state.showHidden || Object.prototype.propertyIsEnumerable.call(value, symbol));
        const kept = skipsIndexes ? names.filter((name) => !/^(0|[1-9]\d*)$/.test(name)) : names;
        return [...kept, ...symbols];
    }

    // How a kind of object is shown: its braces, what stands before them, and its entries besides its keys.
    function describe(state, value) {
        const name = constructorName(value);
        const tag = tagOf(value, name);
        const plain = { braces: ['{', '}'], base: '', entries: undefined, isArray: false, keys: undefined };
        if (Array.isArray(value)) {
            const open = name !== 'Array' || tag !== '' ? prefix(name, tag, 'Array', value.length) : '';
            return { ...plain, braces: [`${open}[`, ']'], entries: listEntries, isArray: true, whole: value.length === 0 };
        }
        if (value instanceof TypedArray) {
            return { ...plain, braces: [`${prefix(name, '', 'TypedArray', value.length)}[`, ']'], entries: typedEntries,
                isArray: true, whole: value.length === 0 };
        }
        if (value instanceof Set) {
            return { ...plain, braces: [`${prefix(name, tag, 'Set', value.size)}{`, '}'],
                entries: setEntries, whole: value.size === 0 };
        }
        if (value instanceof Map) {
            return { ...plain, braces: [`${prefix(name, tag, 'Map', value.size)}{`, '}'],
                entries: mapEntries, whole: value.size === 0 };
        }
        if (typeof value === 'function') {
            return { ...plain, base: functionBase(value, name, tag), standsAlone: true };
        }
        if (value instanceof RegExp) {
            return { ...plain, base: RegExp.prototype.toString.call(value), standsAlone: true };
        }
        if (value instanceof Date) {
            const time = value.getTime();
            return { ...plain, base: Number.isNaN(time) ? 'Invalid Date' : new Date(time).toISOString(), standsAlone: true };
        }
        if (value instanceof Error) {
            return { ...plain, base: errorBase(state, value), standsAlone: true };
        }
        if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) {
            return { ...plain, braces: [`${prefix(name, '', 'ArrayBuffer')}{`, '}'], entries: bufferEntries };
        }
        if (value instanceof Number || value instanceof String || value instanceof Boolean) {
            const type = value instanceof Number ? 'Number' : value instanceof String ? 'String' : 'Boolean';
            const inner = show({ ...state, customInspect: false }, value.valueOf(), 0);
            return { ...plain, base: `[${type}: ${inner}]`, standsAlone: true, skipsIndexes: type === 'String' };
        }
        if (value instanceof WeakMap || value instanceof WeakSet) {
            return { ...plain, braces: [`${prefix(name, '', 'WeakMap')}{`, '}'], entries: () => ['<items unknown>'] };
        }
        if (Object.prototype.toString.call(value) === '[object Arguments]') {
            return { ...plain, braces: ['[Arguments] {', '}'], whole: true };
        }
        const isPlain = name === 'Object' && tag === '';
        return { ...plain, braces: [isPlain ? '{' : `${prefix(name, tag, 'Object')}{`, '}'], whole: true };
    }

    function functionBase(value, name, tag) {
        const source = Function.prototype.toString.call(value);
        if (source.startsWith('class') && source.endsWith('}')) {
            const parent = Object.getPrototypeOf(value);
            return `[class ${value.name === '' ? '(anonymous)' : value.name}`
                + `${typeof parent === 'function' && parent.name ? ` extends ${parent.name}` : ''}]`;
        }
        const kind = value instanceof AsyncGeneratorFunction ? 'AsyncGeneratorFunction'
            : value instanceof AsyncFunction ? 'AsyncFunction'
            : value instanceof GeneratorFunction ? 'GeneratorFunction' : 'Function';
        const label = value.name === '' ? ' (anonymous)' : `: ${value.name}`;
        const nameless = name === null ? ' (null prototype)' : '';
        return `[${kind}${nameless}${label}]${name !== null && name !== kind ? ` ${name}` : ''}`
            + `${tag === '' || tag === kind ? '' : ` [${tag}]`}`;
    }

    function errorBase(state, error) {
        const stack = typeof error.stack === 'string' && error.stack !== '' ? error.stack.trimEnd()
            : Error.prototype.toString.call(error);
        const framed = stack.includes('\n    at') ? stack : `[${stack}]`;
        return framed.replaceAll('\n', `\n${' '.repeat(state.indent)}`);
    }

    function showMembers(state, value, depth) {
        const shape = describe(state, value);
        const keys = keysOf(state, value, shape.isArray || shape.skipsIndexes);
        if (value instanceof Error) {
            for (const hidden of ['stack', 'message', 'name']) {
                const at = keys.indexOf(hidden);
                if (at >= 0 && shape.base.includes(String(value[hidden]))) {
                    keys.splice(at, 1);
                }
            }
            if (Object.hasOwn(value, 'cause') && !keys.includes('cause')) {
                keys.push('cause');
            }
        }
        if (keys.length === 0 && (shape.standsAlone || shape.whole)) {
            return shape.standsAlone ? shape.base : `${shape.braces[0]}${shape.braces[1]}`;
        }
        if (depth > state.depth) {
            const name = constructorName(value) || '[Object: null prototype]';
            return `[${Array.isArray(value) ? 'Array' : name}]`;
        }
        state.seen.push(value);
        state.level = depth;
        const entries = shape.entries === undefined ? [] : shape.entries(state, value, depth + 1);
        for (const key of keys) {
            entries.push(showProperty(state, value, key, depth + 1, shape.isArray));
        }
        state.seen.pop();
        if (state.circular.has(value)) {
            const reference = `<ref *${state.circular.get(value)}>`;
            if (state.compact === true || shape.base !== '') {
                shape.base = shape.base === '' ? reference : `${reference} ${shape.base}`;
            } else {
                shape.braces[0] = `${reference} ${shape.braces[0]}`;
            }
        }
        if (state.sorted) {
            entries.sort(state.sorted === true ? undefined : state.sorted);
        }
        return layOut(state, entries, shape, depth, value);
    }

    function indented(state, value, depth) {
        state.indent += 2;
        const shown = show(state, value, depth);
        state.indent -= 2;
        return shown;
    }

    function more(count) {
        return `... ${count} more item${count > 1 ? 's' : ''}`;
    }

    function listEntries(state, list, depth) {
        const shown = [];
        let i = 0;
        for (; i < list.length && shown.length < state.maxArrayLength; i++) {
            if (Object.hasOwn(list, i)) {
                shown.push(indented(state, list[i], depth));
                continue;
            }
            const start = i;
            while (i + 1 < list.length && !Object.hasOwn(list, i + 1)) {
                i++;
            }
            shown.push(`<${i - start + 1} empty item${i > start ? 's' : ''}>`);
        }
        if (i < list.length) {
            shown.push(more(list.length - i));
        }
        return shown;
    }

    function typedEntries(state, list) {
        const length = Math.min(list.length, state.maxArrayLength);
        const shown = Array.from({ length }, (_, i) => typeof list[i] === 'bigint' ? `${list[i]}n` : showNumber(list[i]));
        if (list.length > length) {
            shown.push(more(list.length - length));
        }
        return shown;
    }

    function bounded(state, items, size) {
        const shown = [];
        for (const item of items) {
            if (shown.length >= state.maxArrayLength) {
                shown.push(more(size - shown.length));
                break;
            }
            shown.push(item);
        }
        return shown;
    }

    function setEntries(state, set, depth) {
        return bounded(state, [...set].map((item) => indented(state, item, depth)), set.size);
    }

    function mapEntries(state, map, depth) {
        return bounded(state, [...map].map(([key, item]) =>
            `${indented(state, key, depth)} => ${indented(state, item, depth)}`), map.size);
    }

    function bufferEntries(state, buffer) {
        const bytes = Array.from(new Uint8Array(buffer, 0, Math.min(buffer.byteLength, 50)),
            (byte) => byte.toString(16).padStart(2, '0'));
        const rest = buffer.byteLength > 50 ? ` ... ${buffer.byteLength - 50} more bytes` : '';
        return [`[Uint8Contents]: <${bytes.join(' ')}${rest}>`, `byteLength: ${buffer.byteLength}`];
    }

    function showProperty(state, object, key, depth, inArray) {
        const descriptor = Object.getOwnPropertyDescriptor(object, key)
            || { value: object[key], enumerable: true };
        let shown;
        if (descriptor.get !== undefined) {
            shown = descriptor.set === undefined ? '[Getter]' : '[Getter/Setter]';
        } else if (descriptor.set !== undefined) {
            shown = '[Setter]';
        } else {
            shown = indented(state, descriptor.value, depth);
        }
        let label = typeof key === 'symbol' ? `[${key.toString()}]` : identifier.test(key) ? key : quote(key);
        if (!descriptor.enumerable) {
            label = `[${typeof key === 'symbol' ? key.toString() : key}]`;
        }
        return `${label}: ${shown}`;
    }

    // Up to three inner levels share a line that is short enough; long lists stand in columns.
    function layOut(state, entries, shape, depth, value) {
        const base = shape.base === '' ? '' : `${shape.base} `;
        const [open, close] = shape.braces;
        if (state.compact === true || state.compact === false) {
            const newline = `\n${' '.repeat(state.indent)}`;
            return `${base}${open}${newline}  ${entries.join(`,${newline}  `)}${newline}${close}`;
        }
        const lines = shape.isArray && entries.length > 6 ? columns(state, entries, value) : entries;
        if (state.level - depth < state.compact && lines.length === entries.length) {
            const start = lines.length + state.indent + open.length + shape.base.length + 10;
            const length = lines.reduce((sum, line) => sum + line.length, lines.length + start);
            if (length <= state.breakLength && !lines.some((line) => line.includes('\n')) && !shape.base.includes('\n')) {
                return `${base}${open} ${lines.join(', ')} ${close}`;
            }
        }
        const newline = `\n${' '.repeat(state.indent)}`;
        return `${base}${open}${newline}  ${lines.join(`,${newline}  `)}${newline}${close}`;
    }

    function columns(state, entries, value) {
        const hasTrailer = value !== undefined && value.length > state.maxArrayLength;
        const count = hasTrailer ? entries.length - 1 : entries.length;
        const widths = entries.slice(0, count).map((entry) => entry.length);
        const widest = Math.max(...widths) + 2;
        const total = widths.reduce((sum, width) => sum + width + 2, 0);
        if (widest * 3 + state.indent >= state.breakLength || total / widest <= 5 && widest - 2 > 6) {
            return entries;
        }
        const bias = Math.sqrt(widest - total / entries.length);
        const biased = Math.max(widest - 3 - bias, 1);
        const across = Math.min(
            Math.round(Math.sqrt(2.5 * biased * count) / biased),
            Math.floor((state.breakLength - state.indent) / widest),
            state.compact * 4,
            15);
        if (across <= 1) {
            return entries;
        }
        const columnWidths = [];
        for (let i = 0; i < across; i++) {
            let width = 0;
            for (let j = i; j < count; j += across) {
                width = Math.max(width, widths[j]);
            }
            columnWidths.push(width + 2);
        }
        const alignRight = value !== undefined
            && Array.prototype.every.call(value, (item) => typeof item === 'number' || typeof item === 'bigint');
        const rows = [];
        for (let i = 0; i < count; i += across) {
            const end = Math.min(i + across, count);
            let row = '';
            for (let j = i; j < end; j++) {
                const isLast = j === end - 1;
                const text = isLast ? entries[j] : `${entries[j]}, `;
                const width = columnWidths[j - i] - (isLast ? 2 : 0);
                row += alignRight ? text.padStart(width) : isLast ? text : text.padEnd(width);
            }
            rows.push(row);
        }
        return hasTrailer ? [...rows, entries.at(-1)] : rows;
    }

    // ---- printf

    function showForS(value) {
        switch (typeof value) {
            case 'number':
                return showNumber(value);
            case 'bigint':
                return `${value}n`;
            case 'object':
                return value !== null && hasOwnToString(value) ? String(value) : inspect(value, { depth: 0 });
            default:
                return String(value);
        }
    }

    function hasOwnToString(value) {
        if (typeof value.toString !== 'function') {
            return false;
        }
        if (value instanceof Error || value instanceof Date) {
            return !(value instanceof Date) || Object.hasOwn(value, 'toString');
        }
        return ![Object.prototype.toString, Array.prototype.toString, Function.prototype.toString,
            RegExp.prototype.toString].includes(value.toString)
            && !(value instanceof Map) && !(value instanceof Set);
    }

    function substitute(directive, value) {
        switch (directive) {
            case 's':
                return showForS(value);
            case 'd':
                return typeof value === 'bigint' ? `${value}n`
                    : typeof value === 'symbol' || typeof value === 'object' && value !== null ? showNumber(Number.NaN)
                    : showNumber(Number(value));
            case 'i':
                return typeof value === 'bigint' ? `${value}n`
                    : typeof value === 'symbol' || typeof value === 'object' ? 'NaN' : showNumber(Number.parseInt(value, 10));
            case 'f':
                return typeof value === 'symbol' ? 'NaN' : showNumber(Number.parseFloat(value));
            case 'j':
                try {
                    return JSON.stringify(value);
                } catch (error) {
                    if (String(error.message).includes('circular')) {
                        return '[Circular]';
                    }
                    throw error;
                }
            case 'o':
                return inspect(value, { showHidden: true, depth: 4 });
            case 'O':
                return inspect(value);
            default:
                return '';
        }
    }

    function format(...args) {
        let text = '';
        let next = 0;
        if (typeof args[0] === 'string') {
            next = 1;
            text = args.length === 1 ? args[0] : args[0].replace(/%([sdifjoOc%])/g, (whole, directive) => {
                if (directive === '%') {
                    return '%';
                }
                return next < args.length ? `${substitute(directive, args[next++])}` : whole;
            });
        }
        for (; next < args.length; next++) {
            const shown = typeof args[next] === 'string' ? args[next] : inspect(args[next]);
            text += next === 0 ? shown : ` ${shown}`;
        }
        return text;
    }

    Object.assign(exports, { inspect, format });
});
