// Evaluates expressions, one per line with headings of `#`, to JSON or to what they throw; the same code runs in Node
// and in the in-process engine.
'use strict';

async function answerTo(expression, require) {
    try {
        const value = await new Function('require', `return (${expression});`)(require);
        return value === undefined ? 'undefined' : JSON.parse(JSON.stringify(value));
    } catch (error) {
        return `throws ${error.name}${error.code ? ` ${error.code}` : ''}`;
    }
}

exports.answersTo = async (lines, require) => {
    const answers = {};
    for (const line of lines) {
        if (line !== '' && !line.startsWith('# ')) {
            answers[line] = await answerTo(line, require);
        }
    }
    return answers;
};
