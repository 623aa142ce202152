package dev.nearside.edge.functions.js;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.functions.InvocationOutcome;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class GlobalsTest {

    private static JsWorkbench bench;

    @BeforeAll
    static void open() {
        bench = new JsWorkbench();
    }

    @AfterAll
    static void close() {
        bench.close();
    }

    @Test
    void consoleLinesCarryTheirLevel() {
        InvocationOutcome outcome = bench.run("""
                console.log('at init');
                exports.handler = async () => {
                    console.log('a', 1, { b: [2] });
                    console.info('%s has %d', 'x', 3);
                    console.warn('careful');
                    console.error(new RangeError('no').message);
                    console.debug(null, undefined);
                    console.log('two\\nlines');
                    console.log();
                };
                """);

        assertThat(outcome.report().logLines())
                .containsExactly(
                        "INFO\tat init",
                        "INFO\ta 1 { b: [ 2 ] }",
                        "INFO\tx has 3",
                        "WARN\tcareful",
                        "ERROR\tno",
                        "DEBUG\tnull undefined",
                        "INFO\ttwo\rlines",
                        "INFO\t");
    }

    @Test
    void theEnvironmentHoldsTheFunctionsVariablesAndLambdas() {
        String answer =
                bench.answer(bench.load("index.handler", JsWorkbench.files("index.js", """
                        exports.handler = async () => ['COLOR', 'AWS_REGION', 'AWS_LAMBDA_FUNCTION_NAME',
                            'AWS_LAMBDA_FUNCTION_VERSION', 'AWS_LAMBDA_FUNCTION_MEMORY_SIZE', '_HANDLER',
                            'LAMBDA_TASK_ROOT', 'NODE_ENV', 'PATH'].map((name) => process.env[name]);
                        """), Map.of("COLOR", "blue")));

        assertThat(answer)
                .isEqualTo(
                        "[\"blue\",\"us-east-1\",\"greet\",\"7\",\"128\",\"index.handler\",\"/var/task\",null,null]");
    }

    @Test
    void tasksTicksJobsAndTimersRunInNodesOrder() {
        assertThat(bench.answer("""
                        exports.handler = async () => {
                            const seen = [];
                            setTimeout(() => seen.push('timeout 2'), 2);
                            setTimeout(() => seen.push('timeout 1'), 1);
                            process.nextTick(() => seen.push('tick'));
                            Promise.resolve().then(() => seen.push('job'));
                            queueMicrotask(() => seen.push('microtask'));
                            const cancelled = setTimeout(() => seen.push('never'), 1);
                            clearTimeout(cancelled);
                            seen.push('sync');
                            await new Promise((r) => setTimeout(r, 30));
                            return seen;
                        };
                        """))
                .isEqualTo("[\"sync\",\"tick\",\"job\",\"microtask\",\"timeout 1\",\"timeout 2\"]");
    }

    @Test
    void intervalsRepeatUntilCleared() {
        assertThat(bench.answer("""
                        exports.handler = async () => new Promise((resolve) => {
                            let n = 0;
                            const timer = setInterval((step) => {
                                n += step;
                                if (n === 6) { clearInterval(timer); resolve(n); }
                            }, 1, 2);
                        });
                        """)).isEqualTo("6");
    }

    @Test
    void promisifiedTimersAndTimerPromisesWait() {
        assertThat(bench.answer("""
                        const { promisify } = require('util');
                        const { setTimeout: wait } = require('timers/promises');
                        exports.handler = async () => [await promisify(setTimeout)(1, 'a'), await wait(1, 'b')];
                        """)).isEqualTo("[\"a\",\"b\"]");
    }

    @Test
    void nothingOfTheHostIsInSight() {
        assertThat(bench.answer("""
                        const known = new Set(['global', 'globalThis', 'process', 'console', 'setTimeout', 'clearTimeout',
                            'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate', 'queueMicrotask', 'performance',
                            'Buffer', 'atob', 'btoa', 'URL', 'URLSearchParams', 'structuredClone', 'crypto', 'TextEncoder',
                            'TextDecoder', 'CryptoKey', 'AbortController', 'AbortSignal', 'DOMException', 'Event',
                            'EventTarget', 'fetch', 'Headers', 'Request', 'Response']);
                        const language = ['Object', 'Function', 'Array', 'String', 'Date', 'Number', 'Boolean', 'RegExp', 'Math',
                            'JSON', 'NaN', 'Infinity', 'undefined', 'isNaN', 'isFinite', 'parseFloat', 'parseInt', 'encodeURI',
                            'encodeURIComponent', 'decodeURI', 'decodeURIComponent', 'eval', 'escape', 'unescape', 'Error',
                            'EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError', 'URIError',
                            'AggregateError', 'ArrayBuffer', 'Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array',
                            'Uint16Array', 'Int32Array', 'Uint32Array', 'Float16Array', 'Float32Array', 'Float64Array',
                            'BigInt64Array', 'BigUint64Array', 'DataView', 'BigInt', 'Map', 'Set', 'WeakMap', 'WeakSet',
                            'Symbol', 'Reflect', 'Proxy', 'Promise', 'Iterator', 'SharedArrayBuffer', 'Atomics', 'WeakRef',
                            'FinalizationRegistry', 'Intl'];
                        exports.handler = async () => Object.getOwnPropertyNames(globalThis)
                            .filter((name) => !known.has(name) && !language.includes(name));
                        """)).isEqualTo("[]");
    }

    @Test
    void hostFunctionsCaughtByTamperingAreHarmless() {
        assertThat(bench.answer("""
                        const caught = [];
                        const apply = Function.prototype.apply;
                        Function.prototype.call = function (...args) { caught.push(this); return Reflect.apply(this, args[0], args.slice(1)); };
                        Object.defineProperty(Object.prototype, 'value', { configurable: true, set(v) { caught.push(v); } });
                        const forged = Buffer.from('x');
                        Object.defineProperty(forged, 'buffer', { value: { length: 5 } });
                        Object.defineProperty(forged, 'byteOffset', { value: -1 });
                        exports.handler = async () => {
                            delete Object.prototype.value;
                            return [forged.toString(), caught.every((each) => typeof each !== 'object' || !each.getClass)];
                        };
                        """)).isEqualTo("[\"\",true]");
    }

    @Test
    void dynamicImportReachesNoFile() {
        assertThat(bench.answer("""
                        exports.handler = async () => import('/etc/passwd').then(() => 'read', () => 'refused');
                        """)).isEqualTo("\"refused\"");
    }
}
