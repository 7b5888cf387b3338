// Builds dist/: one bundle of lazy chunks, and a stub of two lines for every action.
import { chmodSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ncc from '@vercel/ncc';
import { transformSync } from 'esbuild';
import { parse } from 'yaml';
import { bundledPackages, licensesText } from './licenses.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = process.argv[2] ?? join(root, 'dist');

// ncc leaves what it finds in its output folder.
rmSync(out, { recursive: true, force: true });
const { code, assets, stats } = await ncc(join(root, 'src/runtime/index.ts'), {
  minify: true,
  transpileOnly: true,
  cache: false,
  quiet: true,
  // 70 MB of native code that every machine fetches for itself: src/engine/load.ts brings it.
  externals: { '@duckdb/node-bindings': './duckdb-bindings.cjs' },
}).catch((error) => {
  // Its stack would print the bundler's own minified source.
  console.error(String(error.message).slice(0, 4000));
  process.exit(1);
});
mkdirSync(join(out, 'runtime'), { recursive: true });
writeFileSync(join(out, 'runtime/index.js'), code);
for (const [file, { source }] of Object.entries(assets)) {
  mkdirSync(dirname(join(out, 'runtime', file)), { recursive: true });
  writeFileSync(join(out, 'runtime', file), source);
}
writeFileSync(join(out, 'runtime/licenses.txt'), licensesText(bundledPackages(stats.compilation)));
writeFileSync(
  join(out, 'runtime/duckdb-bindings.cjs'),
  "module.exports = globalThis[Symbol.for('mlops-actions.duckdb')]();\n",
);

// ncc leaves lazy chunks as they are.
for (const file of readdirSync(join(out, 'runtime')).filter((name) => name.endsWith('.index.js'))) {
  const path = join(out, 'runtime', file);
  const { code } = transformSync(readFileSync(path, 'utf8'), {
    minify: true,
    format: 'esm',
    target: 'node20',
    legalComments: 'none',
  });
  writeFileSync(path, code);
}

function stub(name, file, call, head = '') {
  mkdirSync(join(out, name), { recursive: true });
  const [imported] = call.split('(');
  writeFileSync(
    join(out, name, file),
    `${head}import { ${imported} } from '../runtime/index.js';\nawait ${call};\n`,
  );
}

for (const name of readdirSync(join(root, 'actions'))) {
  const { runs } = parse(readFileSync(join(root, 'actions', name, 'action.yml'), 'utf8'));
  if (runs.main !== undefined) stub(name, 'index.js', `start('${name}')`);
  if (runs.post !== undefined) stub(name, 'post.js', `start('${name}', 'post')`);
}
stub('cli', 'index.js', 'startCommand()', '#!/usr/bin/env node\n');
chmodSync(join(out, 'cli/index.js'), 0o755);
writeFileSync(join(out, 'package.json'), '{ "type": "module" }\n');
