// Other tools' own answers on the same draws: written as raw doubles, read by Python, which is named by the environment.
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const known = [
  { name: 'Evidently', variable: 'MLOPS_EVIDENTLY_PYTHON', script: 'evidently_runs.py' },
  { name: 'NannyML', variable: 'MLOPS_NANNYML_PYTHON', script: 'nannyml_runs.py' },
];

/** Keeps the draws of the first runs of each scenario, one file a scenario. */
export function openDraws(folder) {
  const scenarios = [];
  return {
    start({ name, n, m, columns, runs, scores = false }) {
      const file = `draws-${scenarios.length}.f64`;
      const stream = createWriteStream(join(folder, file));
      scenarios.push({ name, n, m, columns, runs, scores, file });
      return {
        async add(reference, current) {
          for (const { name: column } of columns) {
            for (const { values } of [reference[column], current[column]]) {
              const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
              if (!stream.write(bytes)) await once(stream, 'drain');
            }
          }
        },
        async end() {
          stream.end();
          await once(stream, 'close');
        },
      };
    },
    close: () => writeFile(join(folder, 'manifest.json'), JSON.stringify(scenarios)),
  };
}

/** Answers by tool; a tool that is not there says so by an absence with its reason. */
export async function askPeers(folder, tools = known) {
  return Promise.all(
    tools.map(async ({ name, variable, script }) => {
      const python = process.env[variable];
      if (python === undefined) return { name, missing: `${variable} names no Python with it` };
      const out = join(folder, `${script}.json`);
      const path = fileURLToPath(new URL(script, import.meta.url));
      const child = spawn(python, [path, folder, out], {
        stdio: ['ignore', 'ignore', 'pipe'],
        // One thread each: the other core is ours.
        env: {
          ...process.env,
          NML_DISABLE_USAGE_LOGGING: '1',
          OMP_NUM_THREADS: '1',
          PYTHONWARNINGS: 'ignore',
        },
      });
      let errors = '';
      child.stderr.on('data', (chunk) => (errors = (errors + chunk).slice(-2000)));
      const [code] = await once(child, 'close');
      if (code !== 0)
        return { name, missing: `it ended with code ${code}: ${errors.trim().split('\n').at(-1)}` };
      return { name, ...JSON.parse(await readFile(out, 'utf8')) };
    }),
  );
}
