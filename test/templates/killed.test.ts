import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { LocalGitHub } from '../../src/rehearsal/github/server.js';
import { processesOf } from '../rehearsal/processes.js';
import { node24, projectFolder } from '../rehearsal/runner/harness.js';
import { Stage as Platform } from '../rollout/stage.js';
import { projectFiles } from './project.js';

describe('a delivery that is killed and started again', () => {
  let folder: string;
  let checkout: string;
  let production: Platform;
  let staging: Platform;

  const git = (...args: string[]): void => {
    execFileSync('git', ['-C', checkout, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args]);
  };
  const change = async (skill: number): Promise<void> => {
    const files = await projectFiles(skill, join(folder, 'platform'));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(checkout, path)), { recursive: true });
      writeFileSync(join(checkout, path), text);
    }
    git('add', '-A');
    git('commit', '-qm', `Skill ${skill}`);
  };
  const hubFolder = (): string => join(folder, 'state/github');

  /** Rehearses the delivery in a process of its own, and kills it as soon as `until` holds. */
  async function deliver(until: () => boolean = () => false): Promise<number | string | null> {
    const args = ['rehearse', 'model-delivery.yml', '--event', 'push', '--approve'];
    const given = {
      repository: checkout,
      state: join(folder, 'state'),
      var: `SERVING_URL=${production.url}`,
    };
    const options = Object.entries(given).flatMap(([name, value]) => [`--${name}`, value]);
    const child = spawn(node24, [join(projectFolder, 'dist/cli/index.js'), ...args, ...options], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // So that finding none at the end says something.
    if (process.platform === 'linux') expect(processesOf(folder)).not.toEqual([]);
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text: Buffer) => (said += text.toString()));
    const watch = setInterval(() => {
      if (until()) child.kill('SIGKILL');
    }, 2);
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    clearInterval(watch);
    if (code !== null && code !== 0) throw new Error(`the rehearsal ended with ${code}:\n${said}`);
    return signal ?? code;
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'killed-'));
    checkout = join(folder, 'late-trains');
    mkdirSync(checkout);
    git('init', '-q', '-b', 'main');
    mkdirSync(join(folder, 'platform'));
    staging = await Platform.open(join(folder, 'platform/staging'), {});
    production = await Platform.open(join(folder, 'platform/production'), {});
    const hub = await LocalGitHub.start({ folder: hubFolder() });
    const repository = await hub.repository({ owner: 'local', name: basename(checkout) });
    await repository.setEnvironment({ name: 'production', reviewers: ['you'] });
    await hub.stop();
  });
  afterAll(async () => {
    await Promise.all([staging.close(), production.close()]);
    rmSync(folder, { recursive: true, force: true });
  });

  it('ends as if it had not been killed', async () => {
    await change(0.5);
    expect(await deliver()).toBe(0);
    await change(0.9);
    const lock = join(hubFolder(), 'local', basename(checkout), 'git/refs/mlops/locks/late');
    const before = readFileSync(lock, 'utf8');
    const moments: Record<string, () => boolean> = {
      'while it registers': () => existsSync(lock) && readFileSync(lock, 'utf8') !== before,
      'in the middle of staging': () => staging.log.includes('start 1.1.0 '),
      'in the middle of the canary': () => production.log.includes('set-weight 1.1.0 0.5'),
    };
    for (const [moment, until] of Object.entries(moments)) {
      expect([moment, await deliver(until)]).toEqual([moment, 'SIGKILL']);
    }
    expect(await deliver()).toBe(0);

    const state = JSON.parse(readFileSync(join(folder, 'state/state.json'), 'utf8')) as {
      releases: { tag_name: string; draft: boolean }[];
      deployments: { environment: string; ref: string; statuses: { state: string }[] }[];
      issues: object[];
      runs: { status: string; conclusion: string }[];
    };
    expect(state.releases.map(({ tag_name, draft }) => [tag_name, draft])).toEqual([
      ['late@v1.0.0', false],
      ['late@v1.1.0', false],
    ]);
    expect(
      state.deployments.map(
        ({ environment, ref, statuses }) =>
          `${environment} ${ref} ${statuses.map((s) => s.state).join(' < ')}`,
      ),
    ).toEqual([
      'staging late@v1.0.0 inactive < success < in_progress',
      'production late@v1.0.0 inactive < success < in_progress',
      'staging late@v1.1.0 success < in_progress',
      'production late@v1.1.0 success < in_progress',
    ]);
    expect(state.issues).toEqual([]);
    expect([staging.read('champion'), production.read('champion')]).toEqual(['1.1.0', '1.1.0']);
    expect(state.runs.map(({ status, conclusion }) => `${status} ${conclusion}`).sort()).toEqual([
      ...Array<string>(3).fill('completed cancelled'),
      ...Array<string>(2).fill('completed success'),
    ]);
    expect(processesOf(folder)).toEqual([]);
  }, 600_000);
});
