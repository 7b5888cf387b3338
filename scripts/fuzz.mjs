// Feeds broken files and documents to the real code, for a time, and says what it does not bear:
//   npm run fuzz                              10 minutes, or MLOPS_FUZZ_MINUTES
//   MLOPS_FUZZ_SEED=7 npm run fuzz            other cases
//   npm run fuzz -- --case 123 [--kind specs] one case again, as its file in fuzz-failures/ says
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { keepFailure } from './fuzz/failures.mjs';
import { runWorkers } from './fuzz/run.mjs';

const { values } = parseArgs({ options: { case: { type: 'string' }, kind: { type: 'string' } } });
const number = (name, usual) => {
  const text = process.env[name] || String(usual);
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  console.error(`${name} is "${text}", and no number`);
  process.exit(1);
};
const seed = Math.floor(number('MLOPS_FUZZ_SEED', 20260101));
const minutes = number('MLOPS_FUZZ_MINUTES', 10);
const limitMs = 1000 * number('MLOPS_FUZZ_LIMIT_SECONDS', 20);
const home = fileURLToPath(new URL('../fuzz-failures/', import.meta.url));
const one = values.case === undefined ? undefined : Number(values.case);

console.log(`seed ${seed}, ${one === undefined ? `${minutes} minutes` : `case ${one}`}`);
const counts = new Map();
let failures = 0;
await runWorkers({
  seed,
  only: values.kind,
  first: one ?? 0,
  last: one === undefined ? Infinity : one + 1,
  workers: one === undefined ? Math.min(4, availableParallelism()) : 1,
  until: one === undefined ? performance.now() + 60_000 * minutes : Infinity,
  limitMs,
  onCase(found) {
    counts.set(found.kind, (counts.get(found.kind) ?? 0) + 1);
    if (found.problems.length === 0) return;
    failures++;
    const kept = keepFailure(found, { seed, only: values.kind, home });
    console.log(
      `\ncase ${found.index} (${found.kind}) → ${kept}\n  ${found.problems.slice(0, 5).join('\n  ')}`,
    );
  },
});
const total = [...counts.values()].reduce((sum, n) => sum + n, 0);
console.log(
  `\n${total} cases (${[...counts].map(([kind, n]) => `${kind} ${n}`).join(', ')}), ${failures} failed`,
);
if (total === 0) console.log('no case was run');
process.exitCode = failures > 0 || total === 0 ? 1 : 0;
