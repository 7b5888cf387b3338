// What it costs to start an action, as ratios within one run: a noisy machine slows both sides of a ratio.
//   node scripts/bench/startup.mjs [rounds, default 15]
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const node = join(root, 'node_modules/node/bin/node');
const rounds = Number(process.argv[2] ?? 15);
const folder = mkdtempSync(join(tmpdir(), 'mlops-bench-'));

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Milliseconds of whole processes, the commands taking turns so that drift of the machine hits all. */
function timeInTurns(commands) {
  const times = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, { args, env }] of Object.entries(commands)) {
      const started = process.hrtime.bigint();
      spawnSync(node, args, { env: { PATH: process.env.PATH, ...env }, stdio: 'ignore', cwd: folder });
      if (round > 0) times[name].push(Number(process.hrtime.bigint() - started) / 1e6);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, list]) => [name, median(list)]));
}

try {
  // What an action costs that only imports @actions/core: bundled by the same tool.
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const core = join(root, 'node_modules/@actions/core/lib/core.js');
  writeFileSync(
    join(folder, 'core.js'),
    `import { getInput, info } from ${JSON.stringify(core)};\ninfo(getInput('x'));\n`,
  );
  const ncc = join(root, 'node_modules/@vercel/ncc/dist/ncc/cli.js');
  execFileSync(
    process.execPath,
    [ncc, 'build', 'core.js', '-o', 'core', '--minify', '--no-cache', '--quiet'],
    { cwd: folder },
  );

  const env = {
    GITHUB_REPOSITORY: 'acme/flights',
    GITHUB_WORKSPACE: folder,
    RUNNER_TEMP: folder,
    GITHUB_API_URL: 'http://127.0.0.1:9',
    INPUT_MODEL: 'model.yml',
    INPUT_TOKEN: 'x',
  };
  const names = [
    'validate-data',
    'train-on-gpu-runner',
    'evaluate-gate',
    'register-model',
    'fetch-model',
    'deploy-canary',
    'drift-check',
  ];
  const times = timeInTurns({
    empty: { args: ['-e', '0'], env: {} },
    core: { args: [join(folder, 'core/index.js')], env },
    // A missing model.yml: the action starts, reads its inputs and ends with its error.
    ...Object.fromEntries(names.map((name) => [name, { args: [join(root, 'dist', name, 'index.js')], env }])),
  });
  console.log(`start-up, median of ${rounds}, as a ratio to an action that only imports @actions/core`);
  console.log(`  (node alone ${times.empty.toFixed(0)} ms, with @actions/core ${times.core.toFixed(0)} ms)`);
  for (const name of names) console.log(`  ${name.padEnd(20)} ${(times[name] / times.core).toFixed(2)}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
