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

const stub = (name, call) => {
  mkdirSync(join(out, name), { recursive: true });
  return (file, head = '') =>
    writeFileSync(
      join(out, name, file),
      `${head}import { ${call(file).fn} } from '../runtime/index.js';\nawait ${call(file).text};\n`,
    );
};
for (const name of readdirSync(join(root, 'actions'))) {
  const { runs } = parse(readFileSync(join(root, 'actions', name, 'action.yml'), 'utf8'));
  if (runs.using === 'composite') continue;
  const write = stub(name, (file) => ({
    fn: 'start',
    text: file === 'post.js' ? `start('${name}', 'post')` : `start('${name}')`,
  }));
  write('index.js');
  if (runs.post !== undefined) write('post.js');
}
stub('cli', () => ({ fn: 'startCommand', text: 'startCommand()' }))('index.js', '#!/usr/bin/env node\n');
chmodSync(join(out, 'cli/index.js'), 0o755);
writeFileSync(join(out, 'package.json'), '{ "type": "module" }\n');
