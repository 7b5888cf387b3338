// What a gate costs: two models, 20 slices, seven metrics, from Parquet files to the verdict, beside scikit-learn with
// numpy resampling the same rows. The peer runs a few of the 2,000 resamples, and the rest is scaled in the open.
//   node scripts/bench/gate.mjs [rows, default 1000000]
// MLOPS_BENCH_PYTHON names a Python that has numpy, pyarrow and scikit-learn, as for scripts/bench/data.mjs.
import '../typescript.mjs';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';

const [rows = '1000000'] = process.argv.slice(2);
const python = process.env.MLOPS_BENCH_PYTHON;
const rounds = Number(process.env.MLOPS_BENCH_ROUNDS ?? 5);
const replicates = 2000;
const node = fileURLToPath(new URL('../../node_modules/node/bin/node', import.meta.url));
const at = (file) => fileURLToPath(new URL(file, import.meta.url));
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

const folder = mkdtempSync(join(tmpdir(), 'gate-bench-'));
try {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run('SET threads = 1; SELECT setseed(0.5)');
  await connection.run(
    `CREATE TABLE t AS SELECT *, (u < 0.3)::INT AS y FROM (SELECT random() AS u, random() AS a, random() AS b, i FROM range(${Number(rows)}) r(i))`,
  );
  const score = (x) => `1 / (1 + exp(-(1.5 * y - 0.7 + ln(${x} / (1 - ${x})) * 0.7)))`;
  for (const [name, columns] of [
    ['labels', "y, 's' || (i % 20) AS slice"],
    ['challenger', `${score('a * 0.999998 + 0.000001')} AS p`],
    ['champion', `${score('b * 0.999998 + 0.000001')} AS p`],
  ]) {
    await connection.run(
      `COPY (SELECT ${columns} FROM t ORDER BY i) TO '${join(folder, name)}.parquet' (FORMAT parquet)`,
    );
  }
  connection.closeSync();
  instance.closeSync();

  const ours = [];
  for (let round = 0; round < rounds; round++) {
    const run = spawnSync(node, ['--no-warnings', at('gate.child.mjs'), folder], { encoding: 'utf8' });
    if (run.status !== 0) throw new Error(run.stderr);
    ours.push(JSON.parse(run.stdout));
  }
  const cpu = median(ours.map((run) => run.cpu));
  const memory = Math.max(...ours.map((run) => run.megabytes));
  console.log(
    `gate: ${cpu.toFixed(1)} s of processor time, ${median(ours.map((run) => run.wall)).toFixed(1)} s by the clock, ${memory.toFixed(0)} MB, ${ours[0].verdict}`,
  );
  if (python === undefined) console.log('scikit-learn: skipped, no Python is named for it');
  else {
    const run = spawnSync(python, [at('peers/gate.py'), folder], { encoding: 'utf8' });
    if (run.status !== 0) throw new Error(run.stderr);
    const peer = JSON.parse(run.stdout);
    const whole = peer.reading + peer.each * replicates;
    console.log(
      `scikit-learn: ${peer.reading.toFixed(1)} s to read, ${peer.each.toFixed(2)} s for one resample (median of ${peer.times}), so ${whole.toFixed(0)} s of processor time for ${replicates}, by scaling`,
    );
    console.log(
      `ratio: ${(whole / cpu).toFixed(0)}. The gate takes closed forms where there are any, and leaves groups out instead of resampling where rows are many; resampling itself is not ${(whole / cpu).toFixed(0)} times faster.`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
