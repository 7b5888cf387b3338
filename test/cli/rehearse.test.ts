import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readRehearseArguments } from '../../src/cli/options.js';
import { rehearseCommand } from '../../src/cli/rehearse.js';

const project = fileURLToPath(new URL('../..', import.meta.url));
const workflow = `
name: CI
on: [push, pull_request, workflow_dispatch]
jobs:
  build:
    runs-on: ubuntu-latest
    environment: production
    steps:
      - uses: actions/checkout@v5
      - run: cat *.txt; test -x tool.sh; echo "$GITHUB_EVENT_NAME \${{ vars.X }} \${{ secrets.S }}"
`;

describe('mlops rehearse', () => {
  let folder: string;
  let shown: string;
  const write = (path: string, text: string, mode = 0o644): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text, { mode });
  };
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      cwd: folder,
      encoding: 'utf8',
    });
  const rehearse = (...args: string[]): Promise<string> => {
    shown = '';
    return rehearseCommand(
      readRehearseArguments(['--repository', folder, '--verbose', ...args], { S: 'from the environment' }),
      { project, node24: join(project, 'node_modules/node/bin/node') },
      { write: (text) => (shown += text), colours: false, ask: undefined },
      new AbortController().signal,
    );
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cli-'));
    git('init', '-q', '-b', 'main');
    write('.github/workflows/ci.yml', workflow);
    write('a.txt', 'committed\n');
    write('tool.sh', '#!/bin/sh\n', 0o755);
    write('.gitignore', 'ignored.txt\n');
    git('add', '-A');
    git('commit', '-qm', 'first');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('runs the working tree as it is, again and again, and leaves the checkout alone', async () => {
    write('a.txt', 'changed\n');
    write('new.txt', 'new\n');
    write('ignored.txt', 'ignored\n');
    const before = git('status', '--porcelain');
    expect(await rehearse('ci.yml', '--var', 'X=1', '--secret', 'S')).toBe('success');
    expect(shown).toMatch(/changed\n\s+new\n\s+push 1 \*\*\*/);
    expect(shown).not.toContain('ignored\n');
    expect(await rehearse('ci.yml', '--event', 'pull_request')).toBe('success');
    expect(shown).toContain('pull_request');
    expect(git('status', '--porcelain')).toBe(before);
    const state = JSON.parse(readFileSync(join(folder, '.rehearsal/state.json'), 'utf8')) as {
      runs: { event: string }[];
      pulls: object[];
    };
    expect(state.runs.map((run) => run.event).sort()).toEqual(['pull_request', 'push']);
    expect(state.pulls).toHaveLength(1);
  });

  it('works in a repository without a commit', async () => {
    rmSync(join(folder, '.git'), { recursive: true });
    git('init', '-q', '-b', 'main');
    expect(await rehearse('ci.yml')).toBe('success');
    expect(await rehearse('ci.yml', '--event', 'pull_request')).toBe('success');
  });

  it('says what is wrong with what it was given', async () => {
    await expect(rehearse('cj.yml')).rejects.toThrow(/cj\.yml: does not exist/);
    expect(() => readRehearseArguments(['--event', 'psuh', '--input', 'x', '--secret', 'NONE'], {})).toThrow(
      /WORKFLOW is missing[\s\S]*psuh[\s\S]*"x" has no value[\s\S]*NONE has no value/,
    );
    expect(() => readRehearseArguments(['a.yml', '--unknown'], {})).toThrow(/--unknown/);
    rmSync(join(folder, '.git'), { recursive: true });
    await expect(rehearse('ci.yml')).rejects.toThrow(/is in no git repository/);
  });
});
