// SPDX-License-Identifier: MIT
//
// usage: node validate.js NODE_MODULES LOG.sarif...
//
// Holds SARIF logs against the schema of version 2.1.0; prints what is wrong, exit 1 if anything is.
const fs = require('fs');
const path = require('path');

const [modules, ...logs] = process.argv.slice(2);
const load = (name) => {
  const module = require(path.resolve(modules, name));
  return module.default ?? module;
};
const read = (file) => JSON.parse(fs.readFileSync(file, 'utf8'));

// The schema is of JSON Schema's draft 4, and one of its patterns is none where patterns are of Unicode.
const ajv = new (load('ajv-draft-04'))({ allErrors: true, strict: false, unicodeRegExp: false });
load('ajv-formats')(ajv);
const validate = ajv.compile(read(path.join(modules, '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json')));

for (const log of logs) {
  if (validate(read(log))) continue;
  process.exitCode = 1;
  for (const { instancePath, message } of validate.errors) console.error(`${log}: ${instancePath}: ${message}`);
}
