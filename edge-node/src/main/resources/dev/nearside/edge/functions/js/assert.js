// Node's assert, strict and loose.
(function (exports, require, module) {
    'use strict';

    const { inspect, isDeepStrictEqual } = require('util');

    class AssertionError extends Error {
        constructor(options) {
            super(options.message);
            this.name = 'AssertionError';
            this.code = 'ERR_ASSERTION';
            this.generatedMessage = Boolean(options.generated);
            this.actual = options.actual;
            this.expected = options.expected;
            this.operator = options.operator;
        }
    }

    function check(holds, message, facts, generated) {
        if (holds) {
            return;
        }
        if (message instanceof Error) {
            throw message;
        }
        throw new AssertionError({ ...facts, message: message === undefined ? generated() : message,
            generated: message === undefined });
    }

    function ok(value, message) {
        check(value, message, { actual: value, expected: true, operator: '==' },
            () => 'The expression evaluated to a falsy value');
    }

    function comparison(operator, holds, phrase) {
        return (actual, expected, message) => check(holds(actual, expected), message, { actual, expected, operator },
            () => `${phrase}\n\n${inspect(actual)} !== ${inspect(expected)}\n`);
    }

    function looselyEqual(one, other) {
        return one == other || Number.isNaN(one) && Number.isNaN(other);
    }

    function deepLooselyEqual(one, other) {
        if (looselyEqual(one, other) || isDeepStrictEqual(one, other)) {
            return true;
        }
        if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null
            || Array.isArray(one) !== Array.isArray(other)) {
            return false;
        }
        const keys = Object.keys(one);
        return keys.length === Object.keys(other).length
            && keys.every((key) => Object.hasOwn(other, key) && deepLooselyEqual(one[key], other[key]));
    }

    function matches(error, expected) {
        if (expected === undefined) {
            return true;
        }
        if (expected instanceof RegExp) {
            return expected.test(String(error));
        }
        if (typeof expected === 'function') {
            if (expected.prototype !== undefined && error instanceof expected) {
                return true;
            }
            return !Error.isPrototypeOf(expected) && expected !== Error && expected(error) === true;
        }
        return Object.keys(expected).every((key) => expected[key] instanceof RegExp && typeof error[key] === 'string'
            ? expected[key].test(error[key]) : isDeepStrictEqual(error[key], expected[key]));
    }

    function expectThrown(thrown, error, expected, message, operator) {
        if (!thrown) {
            check(false, message, { operator, expected }, () => `Missing expected ${operator === 'throws' ? 'exception'
                : 'rejection'}.`);
        }
        if (!matches(error, expected)) {
            throw error;
        }
    }

    function throws(body, expected, message) {
        let thrown = false;
        let caught;
        try {
            body();
        } catch (error) {
            thrown = true;
            caught = error;
        }
        const text = typeof expected === 'string' ? expected : message;
        expectThrown(thrown, caught, typeof expected === 'string' ? undefined : expected, text, 'throws');
    }

    async function rejects(body, expected, message) {
        let thrown = false;
        let caught;
        try {
            await (typeof body === 'function' ? body() : body);
        } catch (error) {
            thrown = true;
            caught = error;
        }
        const text = typeof expected === 'string' ? expected : message;
        expectThrown(thrown, caught, typeof expected === 'string' ? undefined : expected, text, 'rejects');
    }

    const shared = {
        AssertionError,
        ok,
        throws,
        rejects,
        fail: (message = 'Failed') => check(false, message, { operator: 'fail' }, () => 'Failed'),
        ifError(value) {
            if (value !== null && value !== undefined) {
                throw value;
            }
        },
        doesNotThrow: (body) => void body(),
        doesNotReject: async (body) => void await (typeof body === 'function' ? body() : body),
        match: comparison('match', (text, pattern) => pattern.test(text), 'The input did not match the regular expression'),
        doesNotMatch: comparison('doesNotMatch', (text, pattern) => !pattern.test(text),
            'The input was expected to not match the regular expression'),
        strictEqual: comparison('strictEqual', Object.is, 'Expected values to be strictly equal:'),
        notStrictEqual: comparison('notStrictEqual', (one, other) => !Object.is(one, other),
            'Expected "actual" to be strictly unequal to:'),
        deepStrictEqual: comparison('deepStrictEqual', isDeepStrictEqual, 'Expected values to be strictly deep-equal:'),
        notDeepStrictEqual: comparison('notDeepStrictEqual', (one, other) => !isDeepStrictEqual(one, other),
            'Expected "actual" not to be strictly deep-equal to:'),
    };

    const strict = Object.assign((value, message) => ok(value, message), shared, {
        equal: shared.strictEqual,
        notEqual: shared.notStrictEqual,
        deepEqual: shared.deepStrictEqual,
        notDeepEqual: shared.notDeepStrictEqual,
    });
    strict.strict = strict;
    module.exports = Object.assign((value, message) => ok(value, message), shared, {
        equal: comparison('==', looselyEqual, 'Expected values to be loosely equal:'),
        notEqual: comparison('!=', (one, other) => !looselyEqual(one, other), 'Expected values to be loosely unequal:'),
        deepEqual: comparison('deepEqual', deepLooselyEqual, 'Expected values to be loosely deep-equal:'),
        notDeepEqual: comparison('notDeepEqual', (one, other) => !deepLooselyEqual(one, other),
            'Expected values to be loosely not deep-equal:'),
        strict,
    });
});
