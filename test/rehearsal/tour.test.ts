import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { processesOf } from './processes.js';
import { projectFolder } from './runner/harness.js';

interface State {
  readonly releases: readonly {
    tag_name: string;
    draft: boolean;
    target_commitish: string;
    assets: { state: string }[];
  }[];
  readonly deployments: readonly {
    environment: string;
    ref: string;
    task: string;
    production_environment: boolean;
    payload: { version: string; approval: { policy: string; approvers: { user: string }[] } };
    statuses: { state: string }[];
  }[];
  readonly issues: readonly {
    number: number;
    title: string;
    state: string;
    labels: { name: string }[];
    pull_request?: object;
  }[];
  readonly comments: readonly { issue_url: string; body: string }[];
  readonly pulls: readonly { number: number; state: string; merged_at: string | null }[];
  readonly runs: readonly { name: string; event: string; status: string; conclusion: string }[];
}

/** Whether a killed story leaves nothing that the next one stumbles over shows in one full run after two kills. */
describe('npm start', () => {
  let folder: string;
  let state: State;
  let told: string;

  /** Tells the story, or as much of it as is told before `until` holds. */
  async function tell(until: () => boolean = () => false): Promise<number | string | null> {
    const child = spawn(
      process.execPath,
      [join(projectFolder, 'dist/cli/index.js'), 'tour', '--state', folder],
      {
        cwd: projectFolder,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    // So that finding none at the end says something.
    if (process.platform === 'linux') expect(processesOf(folder)).not.toEqual([]);
    told = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text: Buffer) => (told += text.toString()));
    const watch = setInterval(() => {
      if (until()) child.kill('SIGKILL');
    }, 5);
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    clearInterval(watch);
    return signal ?? code;
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tour-'));
    const moments: Record<string, () => boolean> = {
      'while the months are sorted': () => existsSync(join(folder, 'data/2001-02.csv')),
      'while a model is trained': () => told.includes('check / Validate the data'),
      'while two environments serve': () => told.includes('production / Run actions/checkout'),
    };
    for (const [moment, until] of Object.entries(moments)) {
      expect([moment, await tell(until)]).toEqual([moment, 'SIGKILL']);
    }
    const code = await tell();
    if (code !== 0) throw new Error(`the story ended with ${code}:\n${told}`);
    state = JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8')) as State;
  }, 1_200_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('says where to look, and it is there', () => {
    for (const name of ['index.html', 'state.json', 'logs']) {
      expect(told).toContain(join(folder, name));
      expect(existsSync(join(folder, name))).toBe(true);
    }
    // Colours are for terminals.
    expect(told).not.toContain('\u001b');
  });

  it('leaves every version as a published release', () => {
    expect(state.releases.map(({ tag_name, draft }) => [tag_name, draft]).sort()).toEqual([
      ['flight-delay@v1.0.0', false],
      ['flight-delay@v1.1.0', false],
      ['flight-delay@v1.2.0', false],
    ]);
    for (const { assets } of state.releases) {
      expect(assets.length).toBeGreaterThan(3);
      expect(assets.filter((asset) => asset.state !== 'uploaded')).toEqual([]);
    }
  });

  it('leaves a deployment for every rollout, by the tag of its version', () => {
    const shown = ({ ref, statuses }: State['deployments'][number]): string =>
      `${ref} ${statuses.map((status) => status.state).join(' < ')}`;
    const of = (environment: string) => state.deployments.filter((one) => one.environment === environment);
    expect(of('production').map(shown)).toEqual([
      'flight-delay@v1.0.0 inactive < success < in_progress',
      'flight-delay@v1.1.0 success < in_progress',
      'flight-delay@v1.2.0 failure < in_progress',
    ]);
    expect(of('staging').map(shown)).toEqual([
      'flight-delay@v1.0.0 inactive < success < in_progress',
      'flight-delay@v1.1.0 inactive < success < in_progress',
      'flight-delay@v1.2.0 inactive < success < in_progress',
      // Retrained after the revert, it is the same version.
      'flight-delay@v1.1.0 success < in_progress',
    ]);
    expect(state.deployments).toHaveLength(7);
    for (const { task, ref, payload } of state.deployments) {
      expect([task, ref]).toEqual(['deploy:flight-delay', `flight-delay@v${payload.version}`]);
    }
    for (const { production_environment, payload } of of('production')) {
      expect(production_environment).toBe(true);
      expect(payload.approval).toMatchObject({ policy: 'environment', approvers: [{ user: 'lin' }] });
    }
  });

  it('leaves one incident of the rollout and one of the drift, both over', () => {
    const incidents = state.issues.filter((issue) => issue.pull_request === undefined);
    expect(
      incidents.map(({ title, state: open, labels }) => [title, open, labels.map(({ name }) => name)]),
    ).toEqual([
      [
        'Rollout of flight-delay 1.2.0 to production was rolled back',
        'closed',
        expect.arrayContaining(['rollout']),
      ],
      [
        expect.stringMatching(/^Drift of flight-delay \(inputs\): /),
        'closed',
        expect.arrayContaining(['drift']),
      ],
    ]);
  });

  it('leaves one comment on each pull request that was checked', () => {
    const numbers = new Set(state.pulls.map(({ number }) => String(number)));
    const comments = state.comments
      .map(({ issue_url, body }) => [issue_url.split('/').at(-1)!, body] as const)
      .filter(([number]) => numbers.has(number));
    expect(comments.map(([number]) => number)).toEqual(['1', '2']);
    for (const [, body] of comments) expect(body).toMatch(/flight-delay passes: \d of \d rules/);
    expect(state.pulls.every((pull) => pull.state === 'closed' && pull.merged_at !== null)).toBe(true);
  });

  it('leaves the runs of the four chapters, all over, each as it ended', () => {
    expect(state.runs.map(({ name, event, conclusion }) => `${name} on ${event}: ${conclusion}`)).toEqual([
      'model pull request on pull_request: success',
      'model delivery on push: success',
      'model pull request on pull_request: success',
      // It comments for forks only; in the first chapter it is not on the default branch yet.
      'model pull request report on workflow_run: skipped',
      'model delivery on push: success',
      'model delivery on push: failure',
      'model drift on schedule: success',
      'model delivery on workflow_dispatch: success',
      'model drift on schedule: success',
      'model drift on schedule: success',
    ]);
    expect(state.runs.filter(({ status }) => status !== 'completed')).toEqual([]);
  });

  it('leaves no process behind', async () => {
    // What ends by the end of a pipe does so a moment later.
    for (let tries = 0; tries < 50 && processesOf(folder).length > 0; tries++) await delay(100);
    expect(processesOf(folder)).toEqual([]);
  });
});
