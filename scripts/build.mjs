// Builds dist/: one bundle of lazy chunks, and a stub of two lines for every action.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = process.argv[2] ?? join(root, 'dist');

// ncc leaves what it finds in its output folder.
rmSync(out, { recursive: true, force: true });
execFileSync(
  process.execPath,
  [
    join(root, 'node_modules/@vercel/ncc/dist/ncc/cli.js'),
    'build',
    join(root, 'src/runtime/index.ts'),
    '--out',
    join(out, 'runtime'),
    '--transpile-only',
    '--minify',
    '--license',
    'licenses.txt',
    '--no-cache',
    '--quiet',
  ],
  { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
);

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
