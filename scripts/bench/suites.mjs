// What the suites of validate-data cost beside the profile of the same files: processor time as ratios within one process,
// median of five.
//   node scripts/bench/suites.mjs [times: 3 million rows each, default 1] [csv | parquet]
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { existsSync } from 'node:fs';
import { flightsFile } from './flights.mjs';

const [times = '1', format = 'parquet'] = process.argv.slice(2);
const rounds = Number(process.env.MLOPS_BENCH_ROUNDS ?? 5);
const node = fileURLToPath(new URL('../../node_modules/node/bin/node', import.meta.url));
const child = fileURLToPath(new URL('suites.child.mjs', import.meta.url));

/** The last months for holdout, the others for train: as a team would split them. */
async function split(whole) {
  const parts = ['train', 'holdout'].map((name) => whole.replace(/\.(\w+)$/, `-${name}.$1`));
  if (parts.every((path) => existsSync(path))) return parts;
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const where = ["date < TIMESTAMP '2001-05-15'", "date >= TIMESTAMP '2001-05-15'"];
  for (const [i, part] of parts.entries()) {
    const read = format === 'csv' ? `read_csv('${whole}')` : `read_parquet('${whole}')`;
    await connection.run(
      `COPY (SELECT * FROM ${read} WHERE ${where[i]}) TO '${part}' (FORMAT ${format}${format === 'csv' ? ', HEADER' : ''})`,
    );
  }
  connection.closeSync();
  instance.closeSync();
  return parts;
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const files = await split(await flightsFile(format, Number(times)));
const runs = [];
for (let round = 0; round < rounds; round++) {
  const { stdout, stderr, status } = spawnSync(node, ['--no-warnings', child, ...files], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  runs.push(JSON.parse(stdout));
}
console.log(
  `suites on ${Number(times) * 3} million rows of ${format}, median of ${rounds}, by the time of their profile`,
);
console.log(
  `  (profile ${(median(runs.map((run) => run.times.profile)) / 1000).toFixed(2)} s, all of it at most ${median(runs.map((run) => run.rss)).toFixed(0)} MB)`,
);
for (const name of Object.keys(runs[0].times)) {
  if (name === 'profile') continue;
  const ratio = median(runs.map(({ times: took }) => took[name] / took.profile));
  console.log(`  ${name.padEnd(20)} ${ratio.toFixed(2)}`);
}
