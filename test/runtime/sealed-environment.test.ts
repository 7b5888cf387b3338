import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { actionsThatRunCommands } from './command-users.js';
import { commandActions } from '../../src/runtime/registry.js';

const node24 = resolve('node_modules/node/bin/node');

/** The shown JSON of a process that sealed its environment. */
function seal(temp: string) {
  const { stdout, stderr, pid } = spawnSync(
    node24,
    ['--import', resolve('scripts/typescript.mjs'), resolve('test/runtime/seal.child.ts'), 'a b', '$c'],
    {
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH ?? '',
        RUNNER_TEMP: temp,
        INPUT_TOKEN: 'ghs_secret',
        ACTIONS_RUNTIME_TOKEN: 'runtime-secret',
        GITHUB_OUTPUT: '/somewhere/output',
        OWN: 'kept',
      },
    },
  );
  const shown = JSON.parse(stdout.trim().split('\n').at(-1)!) as {
    seen: Record<string, string>;
    initial: string[];
    argv: string[];
    pid: number;
  };
  return { ...shown, stderr, spawned: pid };
}

const onLinux = process.platform === 'linux' ? it : it.skip;

describe('a sealed environment', () => {
  onLinux('hides credentials from other processes and keeps them for this one', () => {
    const temp = mkdtempSync(join(tmpdir(), 'seal-'));
    try {
      const { seen, initial, argv, pid, spawned, stderr } = seal(temp);
      expect(seen).toEqual({
        INPUT_TOKEN: 'ghs_secret',
        ACTIONS_RUNTIME_TOKEN: 'runtime-secret',
        GITHUB_OUTPUT: '/somewhere/output',
        OWN: 'kept',
      });
      expect(initial).toEqual(['OWN', 'MLOPS_SEALED_ENVIRONMENT']);
      expect(argv).toEqual(['a b', '$c']);
      // The runner sends its signals to the process that it started.
      expect(pid).toBe(spawned);
      expect(readdirSync(temp)).toEqual([]);
      expect(stderr).not.toContain('execve');
    } finally {
      rmSync(temp, { recursive: true });
    }
  });

  it('covers every action that runs commands of the user', () => {
    expect([...commandActions].sort()).toEqual(actionsThatRunCommands());
  });
});
