// Fails when dist/ is not what the sources build, or is larger than it may be.
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const limit = 7e6;

execFileSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' });
// `git diff` would not see chunks that are new.
const changed = execFileSync('git', ['status', '--porcelain', '--', 'dist'], { cwd: root, encoding: 'utf8' });
const size = readdirSync(join(root, 'dist'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
console.log(`dist: ${(size / 1e6).toFixed(2)} MB of ${limit / 1e6} MB`);
if (changed !== '') {
  console.error(`dist/ differs from what the sources build; run \`npm run build\` and commit:\n${changed}`);
  process.exitCode = 1;
}
if (size > limit) {
  console.error('dist/ is too large');
  process.exitCode = 1;
}
