// What the full profile of a file, and drift against a profile, cost beside reading each of its columns once (the floor),
// and beside Python: whole processes, bundled as they are shipped, taking turns; median of five. Ratios of the wall clock
// and, for a machine that is busy with other things, of the processor's time.
//   node scripts/bench/data.mjs [times: 3 million rows each, default 10] [parquet | csv | plain.parquet | plain.csv …]
// MLOPS_BENCH_PYTHON, MLOPS_BENCH_WHYLOGS and MLOPS_BENCH_EVIDENTLY name Pythons that have the peers; they work on
// 3 million rows (MLOPS_BENCH_PEER_TIMES times so many) of the last format, since they keep all rows in memory.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.mjs';
import { flightsFile } from './flights.mjs';

const [times = '10', ...kinds] = process.argv.slice(2);
const rounds = Number(process.env.MLOPS_BENCH_ROUNDS ?? 5);
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const node = here('../../node_modules/node/bin/node');
const folder = mkdtempSync(join(tmpdir(), 'mlops-bench-'));
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Seconds and peak memory (MB) of a whole process; it says its processor time itself, in its last line. */
function run([program, ...args]) {
  const started = process.hrtime.bigint();
  const { stdout, stderr, status } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1e8 });
  const wall = Number(process.hrtime.bigint() - started) / 1e9;
  if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr.slice(-500)}`);
  return { wall, ...JSON.parse(stdout.trim().split('\n').at(-1)) };
}

function inTurns(commands) {
  const found = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, command] of Object.entries(commands)) found[name].push(run(command));
  }
  return (name, key) => median(found[name].map((one) => one[key]));
}

try {
  const child = bundle(here('data.child.mjs'), folder);
  const ours = (work, file, kept = join(folder, 'profile.json')) => [node, child, work, file, kept];
  const defaults = ['plain.parquet', 'parquet', 'csv'];
  for (const kind of kinds.length > 0 ? kinds : defaults) {
    const plain = kind.startsWith('plain.');
    const file = await flightsFile(kind.replace('plain.', ''), Number(times), { plain });
    const of = inTurns({
      floor: ours('floor', file),
      profile: ours('profile', file),
      drift: ours('drift', file),
    });
    const ratio = (key, work = 'profile', base = 'floor') => (of(work, key) / of(base, key)).toFixed(2);
    const size = `${plain ? 3 : 3 * Number(times)} million rows of ${kind}, ${(statSync(file).size / 1e6).toFixed(0)} MB`;
    console.log(`profile of ${size}, median of ${rounds}`);
    console.log(
      `  ${ratio('wall')} times the floor (${of('profile', 'wall').toFixed(2)} s), ${ratio('processor')} times its processor time, ${of('profile', 'megabytes').toFixed(0)} MB`,
    );
    console.log(
      `  with drift against such a profile: ${ratio('wall', 'drift', 'profile')} times the profile alone, ${of('drift', 'megabytes').toFixed(0)} MB`,
    );
  }
  const peers = {
    pandas: [process.env.MLOPS_BENCH_PYTHON, 'profile_pandas.py'],
    whylogs: [process.env.MLOPS_BENCH_WHYLOGS, 'profile_whylogs.py'],
    Evidently: [process.env.MLOPS_BENCH_EVIDENTLY, 'profile_evidently.py'],
  };
  const format = kinds.at(-1)?.replace('plain.', '') ?? 'parquet';
  const small = await flightsFile(format, Number(process.env.MLOPS_BENCH_PEER_TIMES ?? 1));
  console.log(`the same work by others, ${format}`);
  for (const [name, [python, script]] of Object.entries(peers)) {
    if (python === undefined) {
      console.log(`  ${name}: skipped, no Python is named for it`);
      continue;
    }
    try {
      const of = inTurns({ ours: ours('profile', small), peer: [python, here(`peers/${script}`), small] });
      const ratio = (key) => (of('peer', key) / of('ours', key)).toFixed(1);
      console.log(
        `  ${name}: ${ratio('wall')} times our time, ${ratio('processor')} times our processor time, ${of('peer', 'megabytes').toFixed(0)} MB`,
      );
    } catch (error) {
      console.log(`  ${name}: failed (${error.message.trim().split('\n').at(-1)})`);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
