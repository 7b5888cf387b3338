// Whether the cost of a table grows with its columns or faster: drafting a contract and validating with every check on, of
// a table and of one four times as wide; processor time a column as a ratio within one run.
//   node scripts/bench/wide.mjs [columns, default 1000] [rows, default 1000] [csv | parquet]
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { wideData } from './wide-data.mjs';

const [columns = '1000', rows = '1000', format = 'csv'] = process.argv.slice(2);
const node = fileURLToPath(new URL('../../node_modules/node/bin/node', import.meta.url));
const child = fileURLToPath(new URL('wide.child.mjs', import.meta.url));

function run(folder, work) {
  const { stdout, stderr, status } = spawnSync(node, ['--no-warnings', child, folder, work], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

const widths = [Number(columns), 4 * Number(columns)];
const folders = [];
for (const width of widths) folders.push(await wideData(width, Number(rows), format));
console.log(`${widths.join(' and ')} columns by ${rows} rows of ${format}, every check on`);
for (const work of ['infer', 'validate']) {
  const [narrow, wide] = folders.map((folder) => run(folder, work));
  const ratio = wide.processor / narrow.processor / 4;
  const cost = [narrow, wide].map(({ processor }) => `${processor.toFixed(1)} s`).join(' and ');
  console.log(
    `  ${work.padEnd(10)} a column of the wide one costs ${ratio.toFixed(2)} times as much (${cost} of the processor, at most ${wide.megabytes.toFixed(0)} MB)`,
  );
}
