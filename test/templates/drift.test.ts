import { join } from 'node:path';
import { systemClock } from '../../src/common/clock.js';
import { RecordingLogger } from '../../src/common/logger.js';
import { refHistoryStore } from '../../src/drift/charts/store.js';
import { connect } from '../../src/github/connect.js';
import type { GitHub } from '../../src/github/types.js';
import { projectFiles } from './project.js';
import { World } from './world.js';

const day = 86_400_000;
const rows = (shift: number): string =>
  `x,late\n${Array.from({ length: 3000 }, (_, i) => `${(((i * 613) % 997) / 997 + shift).toFixed(4)},${i % 3 === 0 ? 1 : 0}`).join('\n')}\n`;
const drift =
  'drift: { current: data/latest.csv, reference: data/reference.csv, multivariate: { rows: 500 } }\n';

describe('drift is checked on schedule, and somebody looks whether it is', () => {
  let world: World;
  let github: GitHub;
  beforeAll(async () => {
    world = await World.open();
    const { hub, repository } = world.bench;
    github = connect({
      token: repository.token({ permissions: 'write-all' }),
      run: { apiUrl: hub.apiUrl, owner: repository.owner, repository: repository.name },
      logger: new RecordingLogger(),
      clock: systemClock,
    });
    await bring(0);
  });
  afterAll(() => world.close());

  /** New data is there, with this shift of x. */
  const bring = async (shift: number): Promise<void> => {
    const { repository, folder } = world.bench;
    const files = await projectFiles(0.5, join(folder, 'platform'));
    await repository.commit({
      branch: repository.defaultBranch,
      message: 'Data',
      files: {
        ...files,
        'model.yml': `${files['model.yml']}${drift}`,
        'data/reference.csv': rows(0),
        'data/latest.csv': rows(shift),
      },
    });
  };
  const run = async (workflow: string): Promise<string> =>
    (await world.happens(await world.dispatch({}), workflow)).conclusion;
  const issues = async (): Promise<string[]> => (await world.record()).issues;
  const store = () => refHistoryStore(github, 'late', 'inputs');

  it('a daily check finds nothing, and leaves its history', async () => {
    expect([await run('model-drift.yml'), world.errors()]).toEqual(['success', '']);
    expect(await issues()).toEqual([]);
    expect((await store().read())!.checks).toMatchObject([{ verdict: 'pass', findings: [] }]);
  });

  it('drift is an issue, which is closed when it is over', async () => {
    await bring(0.4);
    expect(await run('model-drift.yml')).toBe('success');
    expect(await issues()).toEqual(['open: Drift of late (inputs): x, multivariate']);
    await bring(0);
    expect(await run('model-drift.yml')).toBe('success');
    expect(await issues()).toEqual(['closed: Drift of late (inputs): x, multivariate']);
  });

  it('the heartbeat says when checks have stopped, and is content when they go on', async () => {
    expect([await run('model-heartbeat.yml'), world.errors()]).toEqual(['success', '']);
    expect(await issues()).toHaveLength(1);
    // Three days pass.
    await store().update((history) => ({
      ...history,
      checks: history.checks.map((check) => ({
        ...check,
        at: new Date(Date.parse(check.at) - 3 * day).toISOString(),
      })),
    }));
    expect(await run('model-heartbeat.yml')).toBe('success');
    expect(await issues()).toContain('open: Drift checks of late (inputs) have stopped');
    expect(await run('model-drift.yml')).toBe('success');
    expect(await run('model-heartbeat.yml')).toBe('success');
    expect(await issues()).toContain('closed: Drift checks of late (inputs) have stopped');
  });
});
