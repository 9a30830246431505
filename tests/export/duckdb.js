// SPDX-License-Identifier: MIT
//
// NDJSON goes straight into DuckDB, and from there into Parquet, as README.md shows.
//
// usage: NODE_PATH=FOLDER/node_modules node duckdb.js SIPWEAVE CAPTURE README
//
// The statements are those of the README. Exit 77 where npm's @duckdb/node-api can't be found.
'use strict';
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

let duckdb;
try {
  duckdb = require('@duckdb/node-api');
} catch {
  console.log("SKIPPED: there is no @duckdb/node-api (npm install @duckdb/node-api, then NODE_PATH)");
  process.exit(77);
}

// The SQL between quotes behind "duckdb -c" in the README, in its order.
function statements(readme) {
  return [...fs.readFileSync(readme, 'utf8').matchAll(/duckdb -c "([^"]+)"/g)].map((match) => match[1]);
}

async function main([sipweave, capture, readme]) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'duckdb-'));
  try {
    const list = (command) => execFileSync(sipweave, [command, '-T', 'json', capture], { maxBuffer: 1 << 28 });
    fs.writeFileSync(path.join(folder, 'calls.ndjson'), list('calls'));
    fs.writeFileSync(path.join(folder, 'messages.ndjson'), list('messages'));
    process.chdir(folder);
    const connection = await (await duckdb.DuckDBInstance.create(':memory:')).connect();
    for (const sql of statements(readme)) {
      const result = await connection.runAndReadAll(sql);
      console.log(`${result.currentRowCount} rows: ${sql}`);
    }
    const rows = await connection.runAndReadAll("SELECT count(*)::INT, count(DISTINCT call)::INT FROM 'messages.parquet'");
    const calls = list('calls').toString().trim().split('\n').length;
    const messages = list('messages').toString().trim().split('\n').length;
    const [stored, ofCalls] = rows.getRows()[0];
    console.log(`Parquet: ${stored} messages of ${ofCalls} calls; sipweave: ${messages} of ${calls}`);
    return stored === messages && ofCalls === calls;
  } finally {
    process.chdir('/');
    fs.rmSync(folder, { recursive: true });
  }
}

main(process.argv.slice(2)).then((good) => process.exit(good ? 0 : 1));
