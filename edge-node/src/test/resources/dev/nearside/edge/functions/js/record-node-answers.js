// Writes node-answers.json: what real Node answers to the expressions in node-cases.txt.
// Run `node record-node-answers.js` in this folder, with Node 20, after changing the cases.
'use strict';

const fs = require('fs');
const path = require('path');
const { answersTo } = require('./evaluate-cases.js');

const cases = fs.readFileSync(path.join(__dirname, 'node-cases.txt'), 'utf8').split('\n');
answersTo(cases, require).then((answers) =>
    fs.writeFileSync(path.join(__dirname, 'node-answers.json'), `${JSON.stringify(answers, null, 2)}\n`));
