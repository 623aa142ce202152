// Runs one function in this process: loads its handler, then asks Lambda's Runtime API for one event after another.
import { createRequire } from 'node:module';
import { existsSync, readFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import util from 'node:util';

const taskRoot = process.env.LAMBDA_TASK_ROOT;
const socketPath = process.env.AWS_LAMBDA_RUNTIME_API;
const secret = process.env.NEARSIDE_TOKEN;
const token = `\u0001${secret} `;
delete process.env.NEARSIDE_TOKEN;

const write = process.stdout.write.bind(process.stdout);
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const stringify = JSON.stringify;
const now = Date.now;
const exit = process.reallyExit ? process.reallyExit.bind(process) : process.exit.bind(process);

// ---- Output: the console's lines carry their level, the end of an event's output its request id

function print(level, text) {
    write(`${token}${level}\t${text.replaceAll('\n', '\r')}\n`);
}

for (const [method, level] of Object.entries({
    log: 'INFO', info: 'INFO', debug: 'DEBUG', warn: 'WARN', error: 'ERROR', trace: 'TRACE',
})) {
    console[method] = (...args) => print(level, util.format(...args));
}

// ---- The Runtime API

function call(method, route, body, others) {
    const headers = { ...others, 'nearside-token': secret };
    return new Promise((resolve, reject) => {
        const request = http.request(
            { socketPath, agent, method, path: `/2018-06-01/runtime/${route}`, headers },
            (response) => {
                const parts = [];
                response.on('data', (part) => parts.push(part));
                response.on('error', reject);
                response.on('end', () => resolve({ headers: response.headers, status: response.statusCode,
                    text: Buffer.concat(parts).toString('utf8') }));
            });
        request.on('error', reject);
        request.end(body);
    });
}

function post(route, body) {
    const bytes = Buffer.from(body, 'utf8');
    return call('POST', route, bytes, { 'content-type': 'application/json', 'content-length': bytes.length });
}

// ---- Errors, as Lambda's runtime prints and reports them

function isError(value) {
    return value instanceof Error || util.types.isNativeError(value)
        || (value !== null && typeof value === 'object' && typeof value.message === 'string'
            && typeof value.stack === 'string');
}

function described(error, type, message) {
    try {
        if (!isError(error)) {
            return { errorType: typeof error, errorMessage: String(error), trace: [] };
        }
        return {
            errorType: type ?? String(error.name || 'Error'),
            errorMessage: message ?? String(error.message),
            trace: String(error.stack || '').split('\n'),
        };
    } catch {
        return { errorType: 'Error', errorMessage: 'Error: the thrown value cannot be described', trace: [] };
    }
}

function printError(title, description, error) {
    let details;
    try {
        details = stringify(isError(error)
            ? { errorType: description.errorType, errorMessage: description.errorMessage, code: error.code, ...error,
                stack: description.trace }
            : description);
    } catch {
        details = stringify(description);
    }
    print('ERROR', `${title} \t${details}`);
}

class LambdaError extends Error {
    constructor(type, message) {
        super(message);
        this.name = type;
    }
}

// ---- The handler

function isModule(file) {
    if (file.endsWith('.mjs')) {
        return true;
    }
    if (file.endsWith('.cjs')) {
        return false;
    }
    for (let folder = path.dirname(file); folder.startsWith(taskRoot); folder = path.dirname(folder)) {
        const manifest = path.join(folder, 'package.json');
        if (existsSync(manifest)) {
            return JSON.parse(readFileSync(manifest, 'utf8')).type === 'module';
        }
    }
    return false;
}

async function load(file) {
    return isModule(file) ? import(pathToFileURL(file).href) : createRequire(pathToFileURL(file))(file);
}

async function findHandler(name) {
    const base = path.basename(name);
    const match = /^([^.]*)\.(.+)$/.exec(base);
    if (match === null || name.includes('..')) {
        throw new LambdaError('Runtime.MalformedHandlerName', `Bad handler: '${name}', expected file.export`);
    }
    const stem = path.join(taskRoot, name.slice(0, name.length - base.length), match[1]);
    const file = [`${stem}.js`, `${stem}.mjs`, `${stem}.cjs`, path.join(stem, 'index.js')].find(existsSync);
    if (file === undefined) {
        throw new LambdaError('Runtime.ImportModuleError',
            `Error: Cannot find module '${path.relative(taskRoot, stem)}'`);
    }
    const exported = await load(file);
    const find = (from) => match[2].split('.').reduce(
        (found, part) => (found === undefined || found === null ? undefined : found[part]), from);
    const handler = find(exported) ?? find(exported.default);
    if (handler === undefined || handler === null) {
        throw new LambdaError('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
    }
    if (typeof handler !== 'function') {
        throw new LambdaError('Runtime.HandlerNotFound', `${name} is not a function`);
    }
    return handler;
}

function initFailure(error) {
    if (error instanceof SyntaxError) {
        return described(error, 'Runtime.UserCodeSyntaxError', String(error));
    }
    if (['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND', 'ERR_REQUIRE_ESM'].includes(error?.code)) {
        return described(error, 'Runtime.ImportModuleError', String(error));
    }
    return described(error);
}

// ---- One event

let current;

async function finish(invocation, kind, body) {
    if (invocation.finished) {
        return;
    }
    invocation.finished = true;
    current = undefined;
    write(`${token}${invocation.id}\n`);
    const taken = await post(`invocation/${invocation.id}/${kind}`, body);
    if (taken.status === 413) {
        await post(`invocation/${invocation.id}/error`, stringify({ errorType: 'Function.ResponseSizeTooLarge',
            errorMessage: `Response payload size (${Buffer.byteLength(body)} bytes) exceeded maximum allowed payload size.`,
            trace: [] }));
    }
    serveNext();
}

function fail(invocation, error, title = 'Invoke Error', description = described(error)) {
    if (!invocation.finished) {
        printError(title, description, error);
        return finish(invocation, 'error', stringify(description));
    }
    return undefined;
}

function succeed(invocation, value) {
    let json;
    try {
        json = stringify(value === undefined ? null : value) ?? 'null';
    } catch (error) {
        return fail(invocation, error, 'Invoke Error', described(error, 'Runtime.UnserializableResponse',
            `Unable to stringify response body: ${error?.message}`));
    }
    return finish(invocation, 'response', json);
}

// The first call decides; the answer leaves at once or when the event loop is empty, as the handler chose.
function callBack(invocation, error, value) {
    if (invocation.calledBack || invocation.finished) {
        return;
    }
    invocation.calledBack = true;
    const settle = () => (error === undefined || error === null ? succeed(invocation, value) : fail(invocation, error));
    if (invocation.waitsForEmptyLoop) {
        invocation.whenEmpty = settle;
    } else {
        settle();
    }
}

function contextOf(invocation, headers) {
    const deadline = Number(headers['lambda-runtime-deadline-ms']);
    const done = (error, value) => {
        invocation.waitsForEmptyLoop = false;
        callBack(invocation, error, value);
    };
    return {
        get callbackWaitsForEmptyEventLoop() {
            return invocation.waitsForEmptyLoop;
        },
        set callbackWaitsForEmptyEventLoop(waits) {
            invocation.waitsForEmptyLoop = Boolean(waits);
        },
        succeed: (value) => done(null, value),
        fail: (error) => done(error === undefined || error === null ? 'handled' : error),
        done,
        functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
        functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
        memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
        logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
        logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
        clientContext: undefined,
        identity: undefined,
        invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
        awsRequestId: invocation.id,
        getRemainingTimeInMillis: () => Math.max(0, deadline - now()),
    };
}

const AsyncFunction = (async () => {}).constructor;

process.on('beforeExit', () => {
    const invocation = current;
    if (invocation === undefined) {
        return;
    }
    if (invocation.whenEmpty !== undefined) {
        invocation.whenEmpty();
    } else if (invocation.isAsync) {
        fail(invocation, new LambdaError('Runtime.NodeJsExit', 'The handler\'s promise was never settled and nothing is '
            + 'left to run that could settle it'));
    } else {
        succeed(invocation, null);
    }
});

async function endWith(error, title, description) {
    const invocation = current;
    try {
        printError(title, description, error);
        if (invocation !== undefined && !invocation.finished) {
            invocation.finished = true;
            write(`${token}${invocation.id}\n`);
            await post(`invocation/${invocation.id}/error`, stringify(description));
        }
    } finally {
        exit(129);
    }
}

process.on('uncaughtException', (error) => endWith(error, 'Uncaught Exception', described(error)));
process.on('unhandledRejection', (reason) => {
    const error = new LambdaError('Runtime.UnhandledPromiseRejection', String(reason));
    error.reason = reason;
    endWith(error, 'Unhandled Promise Rejection', described(error));
});

let handler;

async function serveNext() {
    let event;
    try {
        event = await call('GET', 'invocation/next');
    } catch {
        exit(0); // the node has closed the environment, or is gone
    }
    const invocation = { id: event.headers['lambda-runtime-aws-request-id'], finished: false, calledBack: false,
        waitsForEmptyLoop: true, whenEmpty: undefined, isAsync: handler instanceof AsyncFunction };
    current = invocation;
    try {
        const result = handler(JSON.parse(event.text), contextOf(invocation, event.headers),
            (error, value) => callBack(invocation, error, value));
        if (result !== undefined && result !== null && typeof result.then === 'function') {
            invocation.isAsync = true;
            result.then((value) => succeed(invocation, value), (error) => fail(invocation, error));
        }
    } catch (error) {
        fail(invocation, error);
    }
}

try {
    handler = await findHandler(process.env._HANDLER);
} catch (error) {
    const description = initFailure(error);
    printError('Uncaught Exception', description, error);
    await post('init/error', stringify(description));
    exit(1);
}
serveNext();
