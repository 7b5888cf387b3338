// What thirty checks (validation.yaml) cost beside the profile of the same file, and beside the same checks in Python:
// ratios of the wall clock and of the processor's time within one run, median of five.
//   node scripts/bench/validation.mjs [times: 3 million rows each, default 10] [parquet | csv]
// MLOPS_BENCH_PYTHON and MLOPS_BENCH_GX name Pythons with pandas and with Great Expectations; without one it is skipped.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.mjs';
import { flightsFile } from './flights.mjs';

const [times = '10', format = 'parquet'] = process.argv.slice(2);
const rounds = Number(process.env.MLOPS_BENCH_ROUNDS ?? 5);
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const node = here('../../node_modules/node/bin/node');
const folder = mkdtempSync(join(tmpdir(), 'mlops-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const script = bundle(here('validation.child.mjs'), folder);
const child = (work) => [node, script, work];
const contract = here('validation.yaml');

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Seconds and peak memory of a whole process, as it says itself at its end. */
function run([program, ...args], file) {
  const started = process.hrtime.bigint();
  const { stdout, stderr, status } = spawnSync(program, [...args, file, contract], {
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  if (status !== 0) throw new Error(`${args.at(-1)}: ${stderr.slice(-500)}`);
  const said = JSON.parse(stdout.trim().split('\n').at(-1));
  if ((said.findings ?? said.failed ?? []).length > 0) throw new Error(`${args.at(-1)} found ${stdout}`);
  return { ...said, wall: Number(process.hrtime.bigint() - started) / 1e9 };
}

function inTurns(commands, file) {
  const found = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, command] of Object.entries(commands)) found[name].push(run(command, file));
  }
  return (name, key) => median(found[name].map((one) => one[key]));
}

const file = await flightsFile(format, Number(times));
const of = inTurns({ profile: child('profile'), both: child('both'), validate: child('validate') }, file);
const more = (key) => (of('both', key) / of('profile', key) - 1).toFixed(2);
console.log(`thirty checks on ${Number(times) * 3} million rows of ${format}, median of ${rounds}`);
console.log(
  `  beside the profile: ${more('seconds')} of its time, ${more('processor')} of its processor time`,
);
console.log(
  `  alone: ${(of('validate', 'processor') / of('profile', 'processor')).toFixed(2)} of the profile's processor time`,
);
const [alone, together] = ['validate', 'both'].map((name) => of(name, 'megabytes').toFixed(0));
console.log(`  memory at most ${alone} MB alone, ${together} MB with the profile`);

const peers = {
  pandas: [process.env.MLOPS_BENCH_PYTHON, here('peers/validation_pandas.py')],
  'Great Expectations': [process.env.MLOPS_BENCH_GX, here('peers/validation_gx.py')],
};
const small = await flightsFile(format, Number(process.env.MLOPS_BENCH_PEER_TIMES ?? 1));
for (const [name, command] of Object.entries(peers)) {
  if (command[0] === undefined) {
    console.log(`  ${name}: skipped, no Python is named for it`);
    continue;
  }
  const peer = inTurns({ ours: child('validate'), peer: command }, small);
  const ratio = peer('peer', 'wall') / peer('ours', 'wall');
  console.log(
    `  ${name}: ${ratio.toFixed(1)} times our time (whole processes), ${peer('peer', 'megabytes').toFixed(0)} MB`,
  );
}
