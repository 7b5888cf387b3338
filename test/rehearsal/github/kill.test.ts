import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Octokit } from '@octokit/rest';
import ts from 'typescript';
import { LocalGitHub } from '../../../src/rehearsal/github/server.js';
import { clientOf, silent } from './harness.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const at = { owner: 'acme', repo: 'models' };

/** The sources as JavaScript, where a process of its own can load them and their packages. */
async function compile(): Promise<string> {
  const out = await mkdtemp(join(root, 'node_modules', '.local-github-'));
  const source = join(root, 'src');
  for (const folder of ['common', 'rehearsal/github']) {
    const entries = await readdir(join(source, folder), { recursive: true, withFileTypes: true });
    for (const entry of entries.filter(({ name }) => name.endsWith('.ts'))) {
      const file = join(entry.parentPath, entry.name);
      const target = join(out, relative(source, file).replace(/ts$/, 'js'));
      await mkdir(dirname(target), { recursive: true });
      const { outputText } = ts.transpileModule(await readFile(file, 'utf8'), {
        compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
      });
      await writeFile(target, outputText);
    }
  }
  await writeFile(join(out, 'package.json'), '{ "type": "module" }');
  await writeFile(
    join(out, 'main.js'),
    `import { LocalGitHub } from './rehearsal/github/server.js';
    const hub = await LocalGitHub.start({ folder: process.argv[2] });
    const repository = await hub.repository({ owner: 'acme', name: 'models' });
    console.log(JSON.stringify({ url: hub.apiUrl, token: repository.token({ permissions: 'write-all' }) }));`,
  );
  return out;
}

async function begin(out: string, folder: string): Promise<{ child: ChildProcess; octokit: Octokit }> {
  const child = spawn(process.execPath, [join(out, 'main.js'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const [line = '{}'] = (await Promise.race([once(lines, 'line'), once(lines, 'close')])) as [string?];
  const { url, token } = JSON.parse(line) as { url: string; token: string };
  return { child, octokit: new Octokit({ auth: token, baseUrl: url, log: silent }) };
}

describe('a local GitHub that is killed', () => {
  it('has lost nothing that it had answered, and takes more', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'local-github-'));
    const out = await compile();
    const issues: number[] = [];
    const refs: string[] = [];
    try {
      const first = await LocalGitHub.start({ folder });
      const repository = await first.repository({ owner: 'acme', name: 'models' });
      const sha = await repository.commit({ branch: 'main', files: { a: 'a' }, message: 'a' });
      await first.stop();

      for (let round = 0; round < 3; round++) {
        const { child, octokit } = await begin(out, folder);
        const write = async (): Promise<void> => {
          for (let n = 0; ; n++) {
            const { data: issue } = await octokit.issues.create({ ...at, title: 'x'.repeat(200) });
            issues.push(issue.number);
            const ref = `refs/mlops/${round}/${n}`;
            await octokit.git.createRef({ ...at, ref, sha });
            refs.push(ref);
            if (n === 5 + round * 3) child.kill('SIGKILL');
          }
        };
        const side = async (): Promise<void> => {
          for (;;) await octokit.issues.create({ ...at, title: 'side' });
        };
        await Promise.allSettled([write(), side(), once(child, 'exit')]);
      }

      const hub = await LocalGitHub.start({ folder });
      const later = await hub.repository({ owner: 'acme', name: 'models' });
      const octokit = clientOf(hub, later, 'write-all');
      const kept = await octokit.paginate(octokit.issues.listForRepo, { ...at, per_page: 100 });
      const numbers = kept.map(({ number }) => number);
      expect(new Set(numbers).size).toBe(numbers.length);
      expect(issues.length).toBeGreaterThan(20);
      expect(issues.filter((number) => !numbers.includes(number))).toEqual([]);
      const { data: found } = await octokit.git.listMatchingRefs({ ...at, ref: 'mlops/' });
      const names = found.map(({ ref }) => ref);
      expect(refs.filter((ref) => !names.includes(ref))).toEqual([]);
      const { data: next } = await octokit.issues.create({ ...at, title: 'next' });
      expect(numbers).not.toContain(next.number);
      await hub.stop();
    } finally {
      await rm(folder, { recursive: true, force: true });
      await rm(out, { recursive: true, force: true });
    }
  });
});
