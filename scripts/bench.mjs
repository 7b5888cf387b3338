// Runs benchmarks, each a script of its own in scripts/bench/ that says what it takes:
//   npm run bench                    start-up, and the others on little data
//   npm run bench -- data 10 csv     one of them
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [name, ...rest] = process.argv.slice(2);
const scriptOf = (section) => fileURLToPath(new URL(`bench/${section}.mjs`, import.meta.url));
const small = [
  ['startup'],
  ['data', '1'],
  ['validation', '1'],
  ['suites', '1'],
  ['wide', '250', '200'],
  ['gate', '100000'],
];
if (name !== undefined && !existsSync(scriptOf(name))) {
  console.error(`there is no benchmark "${name}": there are ${small.map(([one]) => one).join(', ')}`);
  process.exit(1);
}
for (const [section, ...args] of name === undefined ? small : [[name, ...rest]]) {
  const { status } = spawnSync(process.execPath, [scriptOf(section), ...args], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
