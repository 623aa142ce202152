// Node's stream: the core that handlers and their packages use. Constructors are functions, for older packages call
// them without new on objects of their own.
(function (exports, require, module, host, internals) {
    'use strict';

    const EventEmitter = require('events');
    const { Buffer } = require('buffer');
    const { StringDecoder } = require('string_decoder');
    const { define, nextTick, typeError } = internals;
    const bytesMark = 16 * 1024;
    const objectsMark = 16;

    function streamError(code, message) {
        const error = new Error(message);
        error.code = code;
        return error;
    }

    function inherit(child, parent) {
        Object.setPrototypeOf(child.prototype, parent.prototype);
        Object.setPrototypeOf(child, parent);
    }

    function addMethods(target, methods) {
        for (const name of Object.keys(methods)) {
            define(target.prototype, name, methods[name]);
        }
    }

    function addGetters(target, getters) {
        for (const name of Object.keys(getters)) {
            Object.defineProperty(target.prototype, name, { configurable: true, get: getters[name] });
        }
    }

    // ---- What both sides share: how a stream ends before its time

    function Stream(options) {
        EventEmitter.call(this, options);
    }
    inherit(Stream, EventEmitter);

    function prepareLife(stream, options) {
        if (stream._life === undefined) {
            define(stream, '_life', { destroyed: false, errored: null, closed: false, errorEmitted: false,
                autoDestroy: options.autoDestroy !== false, emitClose: options.emitClose !== false });
            for (const name of ['read', 'write', 'writev', 'final', 'transform', 'flush', 'destroy']) {
                if (typeof options[name] === 'function') {
                    define(stream, `_${name}`, options[name]);
                }
            }
            if (options.signal) {
                const abort = () => stream.destroy(options.signal.reason);
                if (options.signal.aborted) {
                    nextTick(abort);
                } else {
                    options.signal.addEventListener('abort', abort);
                }
            }
        }
    }

    const endings = {
        destroy(error, callback) {
            const life = this._life;
            if (life.destroyed) {
                return this;
            }
            life.destroyed = true;
            life.errored = error || null;
            this._destroy(error || null, (failure) => {
                life.errored = failure || life.errored;
                life.closed = true;
                if (typeof callback === 'function') {
                    callback(failure);
                }
                nextTick(() => {
                    if (life.errored && !life.errorEmitted) {
                        life.errorEmitted = true;
                        this.emit('error', life.errored);
                    }
                    if (life.emitClose) {
                        this.emit('close');
                    }
                });
            });
            return this;
        },
        _destroy(error, callback) {
            callback(error);
        },
    };
    const lifeGetters = {
        destroyed() {
            return this._life.destroyed;
        },
        errored() {
            return this._life.errored;
        },
        closed() {
            return this._life.closed;
        },
    };

    function destroyWhenDone(stream) {
        const reads = stream._readable === undefined || stream._readable.endEmitted;
        const writes = stream._writable === undefined || stream._writable.finished;
        if (stream._life.autoDestroy && reads && writes) {
            stream.destroy();
        }
    }

    function toChunk(chunk, encoding, objectMode) {
        if (objectMode) {
            return chunk;
        }
        if (typeof chunk === 'string') {
            return Buffer.from(chunk, encoding);
        }
        if (chunk instanceof Uint8Array) {
            return Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
        }
        const received = chunk === null || chunk === undefined ? String(chunk) : `type ${typeof chunk}`;
        throw typeError('ERR_INVALID_ARG_TYPE', 'The "chunk" argument must be of type string or an instance of Buffer '
            + `or Uint8Array. Received ${received}`);
    }

    function markOf(options, side) {
        const objectMode = Boolean(options.objectMode || options[`${side}ObjectMode`]);
        const mark = options.highWaterMark ?? options[`${side}HighWaterMark`];
        return { objectMode, mark: mark === undefined || mark === null ? (objectMode ? objectsMark : bytesMark) : mark };
    }

    // ---- Readable

    function Readable(options) {
        if (!(this instanceof Readable)) {
            return new Readable(options);
        }
        Stream.call(this, options);
        prepareReadable(this, options || {});
        return this;
    }
    inherit(Readable, Stream);

    function prepareReadable(stream, options) {
        define(stream, '_readable', { ...markOf(options, 'readable'), chunks: [], length: 0, flowing: null, ended: false,
            endEmitted: false, reading: false, sync: false, readableQueued: false, flowQueued: false, pipes: [],
            decoder: undefined, encoding: null });
        stream.readable = true;
        prepareLife(stream, options);
        if (options.encoding) {
            stream.setEncoding(options.encoding);
        }
    }

    const sizeOf = (state, chunk) => (state.objectMode ? 1 : chunk.length);

    function addChunk(stream, chunk, first) {
        const state = stream._readable;
        const size = sizeOf(state, chunk);
        if (size === 0) {
            return;
        }
        if (!first && state.flowing && state.length === 0 && !state.sync && stream.listenerCount('data') > 0) {
            stream.emit('data', chunk);
            return;
        }
        state.length += size;
        if (first) {
            state.chunks.unshift(chunk);
        } else {
            state.chunks.push(chunk);
        }
        queueReadable(stream);
    }

    function queueReadable(stream) {
        const state = stream._readable;
        if (state.readableQueued) {
            return;
        }
        state.readableQueued = true;
        nextTick(() => {
            state.readableQueued = false;
            if (stream._life.destroyed) {
                return;
            }
            if ((state.length > 0 || state.ended) && !state.endEmitted) {
                stream.emit('readable');
            }
            flow(stream);
            readAhead(stream);
            if (state.ended && state.length === 0 && (state.flowing || stream.listenerCount('readable') > 0)) {
                endReadable(stream);
            }
        });
    }

    function readAhead(stream) {
        const state = stream._readable;
        if (!state.reading && !state.ended && state.length < state.mark
            && (state.flowing || stream.listenerCount('readable') > 0)) {
            callRead(stream);
        }
    }

    function callRead(stream) {
        const state = stream._readable;
        if (state.reading || state.ended || stream._life.destroyed) {
            return;
        }
        state.reading = true;
        state.sync = true;
        try {
            stream._read(state.mark);
        } catch (error) {
            stream.destroy(error);
        }
        state.sync = false;
    }

    function flow(stream) {
        const state = stream._readable;
        while (state.flowing && stream.read() !== null) {
            // read emits the chunk
        }
    }

    function endReadable(stream) {
        const state = stream._readable;
        if (state.endEmitted || state.endQueued) {
            return;
        }
        state.endQueued = true;
        nextTick(() => {
            if (stream._life.errored || state.length > 0) {
                state.endQueued = false;
                return;
            }
            state.endEmitted = true;
            stream.readable = false;
            stream.emit('end');
            if (stream._writable !== undefined && stream.allowHalfOpen === false) {
                stream.end();
            }
            destroyWhenDone(stream);
        });
    }

    function takeChunk(state, size) {
        if (state.objectMode) {
            state.length--;
            return state.chunks.shift();
        }
        state.length -= size;
        if (state.chunks[0].length === size) {
            return state.chunks.shift();
        }
        const all = state.decoder === undefined ? Buffer.concat(state.chunks) : state.chunks.join('');
        state.chunks = size < all.length ? [all.slice(size)] : [];
        return all.slice(0, size);
    }

    addMethods(Readable, {
        ...endings,
        _read() {
            throw streamError('ERR_METHOD_NOT_IMPLEMENTED', 'The _read() method is not implemented');
        },
        push(chunk, encoding) {
            const state = this._readable;
            state.reading = false;
            if (chunk === null) {
                if (!state.ended) {
                    state.ended = true;
                    const rest = state.decoder === undefined ? '' : state.decoder.end();
                    if (rest !== '') {
                        state.length += rest.length;
                        state.chunks.push(rest);
                    }
                    queueReadable(this);
                }
                return false;
            }
            if (state.ended) {
                this.destroy(streamError('ERR_STREAM_PUSH_AFTER_EOF', 'stream.push() after EOF'));
                return false;
            }
            let ready;
            try {
                ready = toChunk(chunk, encoding, state.objectMode);
            } catch (error) {
                this.destroy(error);
                return false;
            }
            addChunk(this, state.decoder === undefined ? ready : state.decoder.write(ready), false);
            if (!state.sync || state.length === 0) {
                queueReadable(this);
            }
            return !state.ended && (state.length < state.mark || state.length === 0);
        },
        unshift(chunk, encoding) {
            addChunk(this, toChunk(chunk, encoding, this._readable.objectMode), true);
            return this._readable.length < this._readable.mark;
        },
        read(wanted) {
            const state = this._readable;
            if (wanted === 0 || state.length < state.mark) {
                callRead(this);
            }
            if (wanted === 0) {
                return null;
            }
            let size = wanted;
            if (size === undefined) {
                size = state.flowing && state.chunks.length > 0 && !state.objectMode ? state.chunks[0].length : state.length;
            }
            if (size > state.length && state.ended) {
                size = state.length;
            }
            if (state.length === 0 || size > state.length && !state.objectMode) {
                if (state.ended && state.length === 0) {
                    endReadable(this);
                }
                return null;
            }
            const chunk = takeChunk(state, size);
            if (state.ended && state.length === 0) {
                endReadable(this);
            }
            this.emit('data', chunk);
            return chunk;
        },
        setEncoding(encoding) {
            const state = this._readable;
            state.decoder = new StringDecoder(encoding);
            state.encoding = state.decoder.encoding;
            const text = state.chunks.map((chunk) => state.decoder.write(chunk)).join('');
            state.chunks = text === '' ? [] : [text];
            state.length = text.length;
            return this;
        },
        on(name, listener) {
            EventEmitter.prototype.on.call(this, name, listener);
            const state = this._readable;
            if (name === 'data' && state.flowing !== false && this.listenerCount('readable') === 0) {
                this.resume();
            } else if (name === 'readable' && !state.endEmitted) {
                state.flowing = false;
                if (state.length > 0 || state.ended) {
                    queueReadable(this);
                } else {
                    nextTick(() => this.read(0));
                }
            }
            return this;
        },
        resume() {
            const state = this._readable;
            if (!state.flowing) {
                state.flowing = this.listenerCount('readable') === 0;
                if (!state.flowQueued) {
                    state.flowQueued = true;
                    nextTick(() => {
                        state.flowQueued = false;
                        if (!state.reading) {
                            this.read(0);
                        }
                        this.emit('resume');
                        flow(this);
                        queueReadable(this);
                    });
                }
            }
            return this;
        },
        pause() {
            if (this._readable.flowing !== false) {
                this._readable.flowing = false;
                this.emit('pause');
            }
            return this;
        },
        isPaused() {
            return this._readable.flowing === false;
        },
        pipe(target, options) {
            const link = { target };
            link.data = (chunk) => {
                if (target.write(chunk) === false) {
                    this.pause();
                    target.once('drain', link.drain);
                }
            };
            link.drain = () => this.resume();
            link.end = () => target.end();
            link.leave = () => this.unpipe(target);
            this.on('data', link.data);
            if (!options || options.end !== false) {
                this.once('end', link.end);
            }
            target.once('close', link.leave);
            this._readable.pipes.push(link);
            target.emit('pipe', this);
            if (this._readable.flowing === false) {
                this.resume();
            }
            return target;
        },
        unpipe(target) {
            const state = this._readable;
            for (const link of state.pipes.filter((each) => target === undefined || each.target === target)) {
                this.removeListener('data', link.data);
                this.removeListener('end', link.end);
                link.target.removeListener('drain', link.drain);
                link.target.removeListener('close', link.leave);
                state.pipes.splice(state.pipes.indexOf(link), 1);
                link.target.emit('unpipe', this);
            }
            if (state.pipes.length === 0) {
                this.pause();
            }
            return this;
        },
        iterator() {
            return iterate(this);
        },
        async toArray() {
            const chunks = [];
            for await (const chunk of this) {
                chunks.push(chunk);
            }
            return chunks;
        },
    });
    define(Readable.prototype, Symbol.asyncIterator, function () {
        return iterate(this);
    });
    define(Readable.prototype, 'addListener', Readable.prototype.on);
    addGetters(Readable, {
        ...lifeGetters,
        readableFlowing() {
            return this._readable.flowing;
        },
        readableEnded() {
            return this._readable.endEmitted;
        },
        readableLength() {
            return this._readable.length;
        },
        readableHighWaterMark() {
            return this._readable.mark;
        },
        readableObjectMode() {
            return this._readable.objectMode;
        },
        readableEncoding() {
            return this._readable.encoding;
        },
    });

    async function* iterate(stream) {
        let wake = () => {};
        let outcome; // an error, or null at the end
        const onReadable = () => wake();
        stream.on('readable', onReadable);
        const stop = finished(stream, { writable: false }, (error) => {
            outcome = error || null;
            wake();
        });
        try {
            for (;;) {
                const chunk = stream.destroyed ? null : stream.read();
                if (chunk !== null) {
                    yield chunk;
                } else if (outcome) {
                    throw outcome;
                } else if (outcome === null) {
                    return;
                } else {
                    await new Promise((resolve) => {
                        wake = resolve;
                    });
                }
            }
        } finally {
            stop();
            stream.removeListener('readable', onReadable);
            stream.destroy();
        }
    }

    Readable.from = (source, options) => {
        if (typeof source === 'string' || source instanceof Uint8Array) {
            return new Readable({ objectMode: true, ...options, read() {
                this.push(source);
                this.push(null);
            } });
        }
        const iterator = source[Symbol.asyncIterator] ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
        let busy = false;
        return new Readable({ objectMode: true, highWaterMark: 1, ...options,
            read() {
                if (busy) {
                    return;
                }
                busy = true;
                (async () => {
                    for (;;) {
                        const { value, done } = await iterator.next();
                        if (done) {
                            this.push(null);
                            return;
                        }
                        if (!this.push(await value)) {
                            busy = false;
                            return;
                        }
                    }
                })().catch((error) => this.destroy(error));
            },
            destroy(error, callback) {
                Promise.resolve(iterator.return && iterator.return()).then(() => callback(error), callback);
            } });
    };

    // ---- Writable

    function Writable(options) {
        if (!(this instanceof Writable)) {
            return new Writable(options);
        }
        Stream.call(this, options);
        prepareWritable(this, options || {});
        return this;
    }
    inherit(Writable, Stream);

    function prepareWritable(stream, options) {
        define(stream, '_writable', { ...markOf(options, 'writable'), waiting: [], length: 0, writing: false, ending: false,
            finalCalled: false, finished: false, needDrain: false, corked: 0, decodeStrings: options.decodeStrings !== false,
            encoding: options.defaultEncoding || 'utf8' });
        stream.writable = true;
        prepareLife(stream, options);
    }

    function startWrite(stream) {
        const state = stream._writable;
        if (state.writing || state.corked > 0 || state.waiting.length === 0 || stream._life.destroyed) {
            return;
        }
        const many = state.waiting.length > 1 && typeof stream._writev === 'function';
        const batch = many ? state.waiting.splice(0) : [state.waiting.shift()];
        let sync = true;
        let called = false;
        const done = (error) => {
            if (called) {
                stream.destroy(streamError('ERR_MULTIPLE_CALLBACK', 'Callback called multiple times'));
                return;
            }
            called = true;
            state.writing = false;
            state.length -= batch.reduce((sum, entry) => sum + entry.size, 0);
            const settle = () => settleWrite(stream, batch, error);
            if (!error) {
                startWrite(stream);
            }
            if (sync) {
                nextTick(settle);
            } else {
                settle();
            }
        };
        state.writing = true;
        try {
            if (many) {
                stream._writev(batch.map(({ chunk, encoding }) => ({ chunk, encoding })), done);
            } else {
                stream._write(batch[0].chunk, batch[0].encoding, done);
            }
        } catch (error) {
            stream.destroy(error);
        }
        sync = false;
    }

    function settleWrite(stream, batch, error) {
        const state = stream._writable;
        for (const entry of batch) {
            entry.callback(error || null);
        }
        if (error) {
            stream.destroy(error);
            return;
        }
        if (state.needDrain && state.length === 0 && !state.ending && !stream._life.destroyed) {
            state.needDrain = false;
            stream.emit('drain');
        }
        maybeFinish(stream);
    }

    function maybeFinish(stream) {
        const state = stream._writable;
        if (!state.ending || state.length > 0 || state.writing || state.finalCalled || stream._life.destroyed) {
            return;
        }
        state.finalCalled = true;
        nextTick(() => {
            const finish = (error) => {
                if (error) {
                    stream.destroy(error);
                    return;
                }
                stream.emit('prefinish');
                state.finished = true;
                nextTick(() => {
                    stream.emit('finish');
                    destroyWhenDone(stream);
                });
            };
            if (typeof stream._final === 'function') {
                try {
                    stream._final(finish);
                } catch (error) {
                    stream.destroy(error);
                }
            } else {
                finish();
            }
        });
    }

    function refuseWrite(stream, error, callback) {
        nextTick(callback, error);
        if (error.code === 'ERR_STREAM_WRITE_AFTER_END') {
            stream.destroy(error);
        }
        return false;
    }

    const writing = {
        ...endings,
        _write(chunk, encoding, callback) {
            if (typeof this._writev !== 'function') {
                throw streamError('ERR_METHOD_NOT_IMPLEMENTED', 'The _write() method is not implemented');
            }
            this._writev([{ chunk, encoding }], callback);
        },
        write(chunk, encoding, callback) {
            const state = this._writable;
            const done = typeof encoding === 'function' ? encoding : callback || (() => {});
            const given = typeof encoding === 'string' ? encoding : state.encoding;
            if (chunk === null) {
                throw typeError('ERR_STREAM_NULL_VALUES', 'May not write null values to stream');
            }
            const keepsText = typeof chunk === 'string' && !state.decodeStrings;
            const ready = keepsText ? chunk : toChunk(chunk, given, state.objectMode);
            if (state.ending) {
                return refuseWrite(this, streamError('ERR_STREAM_WRITE_AFTER_END', 'write after end'), done);
            }
            if (this._life.destroyed) {
                return refuseWrite(this, streamError('ERR_STREAM_DESTROYED',
                    'Cannot call write after a stream was destroyed'), done);
            }
            const size = sizeOf(state, ready);
            state.length += size;
            const goOn = state.length < state.mark;
            state.needDrain = state.needDrain || !goOn;
            state.waiting.push({ chunk: ready, size, callback: done,
                encoding: keepsText || state.objectMode ? given : 'buffer' });
            startWrite(this);
            return goOn;
        },
        end(chunk, encoding, callback) {
            const state = this._writable;
            const done = [chunk, encoding, callback].find((each) => typeof each === 'function');
            if (chunk !== undefined && chunk !== null && typeof chunk !== 'function') {
                this.write(chunk, typeof encoding === 'function' ? undefined : encoding);
            }
            state.corked = 0;
            startWrite(this);
            if (done !== undefined) {
                if (state.finished) {
                    nextTick(done, streamError('ERR_STREAM_ALREADY_FINISHED', 'Cannot call end after a stream was finished'));
                } else {
                    this.once('finish', done);
                }
            }
            state.ending = true;
            this.writable = false;
            maybeFinish(this);
            return this;
        },
        cork() {
            this._writable.corked++;
        },
        uncork() {
            if (this._writable.corked > 0) {
                this._writable.corked--;
                startWrite(this);
            }
        },
        setDefaultEncoding(encoding) {
            this._writable.encoding = encoding;
            return this;
        },
    };
    const writableGetters = {
        writableEnded() {
            return this._writable.ending;
        },
        writableFinished() {
            return this._writable.finished;
        },
        writableLength() {
            return this._writable.length;
        },
        writableHighWaterMark() {
            return this._writable.mark;
        },
        writableObjectMode() {
            return this._writable.objectMode;
        },
        writableNeedDrain() {
            return this._writable.needDrain;
        },
        writableCorked() {
            return this._writable.corked;
        },
    };
    addMethods(Writable, writing);
    addGetters(Writable, { ...lifeGetters, ...writableGetters });
    Object.defineProperty(Writable, Symbol.hasInstance, {
        value(object) {
            return Function.prototype[Symbol.hasInstance].call(this, object)
                || this === Writable && object instanceof Duplex;
        },
    });

    // ---- Duplex, Transform, PassThrough

    function Duplex(options) {
        if (!(this instanceof Duplex)) {
            return new Duplex(options);
        }
        const given = options || {};
        Stream.call(this, given);
        this.allowHalfOpen = given.allowHalfOpen !== false;
        prepareReadable(this, given);
        prepareWritable(this, given);
        return this;
    }
    inherit(Duplex, Readable);
    addMethods(Duplex, writing);
    addGetters(Duplex, writableGetters);

    function Transform(options) {
        if (!(this instanceof Transform)) {
            return new Transform(options);
        }
        Duplex.call(this, options);
        define(this, '_held', null);
        return this;
    }
    inherit(Transform, Duplex);
    addMethods(Transform, {
        _transform() {
            throw streamError('ERR_METHOD_NOT_IMPLEMENTED', 'The _transform() method is not implemented');
        },
        _write(chunk, encoding, callback) {
            this._transform(chunk, encoding, (error, value) => {
                if (error) {
                    callback(error);
                    return;
                }
                if (value !== undefined && value !== null) {
                    this.push(value);
                }
                if (this._readable.length < this._readable.mark || this._readable.ended) {
                    callback();
                } else {
                    this._held = callback;
                }
            });
        },
        _final(callback) {
            const end = (error, value) => {
                if (error) {
                    callback(error);
                    return;
                }
                if (value !== undefined && value !== null) {
                    this.push(value);
                }
                this.push(null);
                callback();
            };
            if (typeof this._flush === 'function') {
                this._flush(end);
            } else {
                end();
            }
        },
        _read() {
            const held = this._held;
            if (held !== null) {
                this._held = null;
                held();
            }
        },
    });

    function PassThrough(options) {
        if (!(this instanceof PassThrough)) {
            return new PassThrough(options);
        }
        Transform.call(this, options);
        return this;
    }
    inherit(PassThrough, Transform);
    addMethods(PassThrough, {
        _transform(chunk, encoding, callback) {
            callback(null, chunk);
        },
    });

    // ---- The ends of one stream, and of several in a row

    function finished(stream, options, callback) {
        const done = typeof options === 'function' ? options : callback;
        const wanted = typeof options === 'function' ? {} : options || {};
        let waitsForEnd = wanted.readable !== false && stream._readable !== undefined && !stream._readable.endEmitted;
        let waitsForFinish = wanted.writable !== false && stream._writable !== undefined && !stream._writable.finished;
        let settled = false;
        const settle = (error) => {
            if (!settled) {
                settled = true;
                stop();
                done.call(stream, error);
            }
        };
        const onEnd = () => {
            waitsForEnd = false;
            look();
        };
        const onFinish = () => {
            waitsForFinish = false;
            look();
        };
        const onClose = () => {
            settle(stream.errored || (waitsForEnd || waitsForFinish
                ? streamError('ERR_STREAM_PREMATURE_CLOSE', 'Premature close') : undefined));
        };
        const listeners = { end: onEnd, finish: onFinish, error: settle, close: onClose };
        function stop() {
            for (const name of Object.keys(listeners)) {
                stream.removeListener(name, listeners[name]);
            }
        }
        function look() {
            if (!waitsForEnd && !waitsForFinish) {
                settle();
            }
        }
        for (const name of Object.keys(listeners)) {
            EventEmitter.prototype.on.call(stream, name, listeners[name]);
        }
        if (stream.closed || stream.errored) {
            nextTick(onClose);
        } else if (!waitsForEnd && !waitsForFinish) {
            nextTick(look);
        }
        return () => {
            settled = true;
            stop();
        };
    }

    const isStream = (value) => value !== null && typeof value === 'object' && typeof value.on === 'function';

    function pipeline(...args) {
        const callback = args.pop();
        if (typeof callback !== 'function') {
            throw typeError('ERR_INVALID_ARG_TYPE', 'The "streams[stream.length - 1]" property must be of type function.');
        }
        const stages = args.length === 1 && Array.isArray(args[0]) ? args[0] : args;
        const streams = [];
        let left = 0;
        let failure;
        let value;
        let over = false;
        const leave = (error) => {
            left--;
            if (error && !failure) {
                failure = error;
                streams.forEach((stream) => stream.destroy(error));
            }
            if (left === 0 && !over) {
                over = true;
                callback(failure, value);
            }
        };
        let last;
        stages.forEach((stage, index) => {
            let stream = stage;
            if (typeof stage === 'function') {
                const result = index === 0 ? stage() : stage(last);
                if (index === stages.length - 1 && typeof result.then === 'function') {
                    left++;
                    result.then((answer) => {
                        value = answer;
                        leave();
                    }, leave);
                    return;
                }
                stream = Readable.from(result);
            } else if (!isStream(stage)) {
                stream = Readable.from(stage);
            }
            streams.push(stream);
            left++;
            finished(stream, { readable: index < stages.length - 1, writable: index > 0 }, leave);
            if (last !== undefined && typeof stage !== 'function') {
                last.pipe(stream);
            }
            last = stream;
        });
        return last;
    }

    const promises = {
        finished: (stream, options) => new Promise((resolve, reject) => {
            finished(stream, options || {}, (error) => (error ? reject(error) : resolve()));
        }),
        pipeline: (...stages) => new Promise((resolve, reject) => {
            const last = stages.at(-1);
            const given = last !== null && typeof last === 'object' && !isStream(last) && !last[Symbol.asyncIterator]
                && !last[Symbol.iterator] ? stages.slice(0, -1) : stages;
            pipeline(...given, (error, value) => (error ? reject(error) : resolve(value)));
        }),
    };

    module.exports = Object.assign(Stream, { Stream, Readable, Writable, Duplex, Transform, PassThrough, finished, pipeline,
        promises, addAbortSignal: (signal, stream) => {
            signal.addEventListener('abort', () => stream.destroy(signal.reason));
            return stream;
        } });
});
