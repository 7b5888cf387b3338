import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecordingLogger } from '../../src/common/logger.js';
import { prepareData } from '../../src/spec/data.js';
import { loadSpec } from '../../src/spec/load.js';

const folder = mkdtempSync(join(tmpdir(), 'data-'));
afterAll(() => rmSync(folder, { recursive: true }));

const spec = async (fetch: string) => {
  const file = join(folder, 'model.yml');
  writeFileSync(
    file,
    `name: m
task: regression
data: { contract: c.yaml, fetch: ${JSON.stringify(fetch)}, train: 't*.csv', holdout: h.csv }
train: { run: 'true' }
evaluate: { run: 'true', label: y, prediction: p, gates: [{ metric: rmse, max: 1 }] }
`,
  );
  return loadSpec(file);
};
const options = () => ({
  workspace: folder,
  environment: { PATH: process.env.PATH ?? '' },
  logger: new RecordingLogger(),
  signal: new AbortController().signal,
});

describe('prepareData', () => {
  it('runs data.fetch where model.yml is, then finds the files', async () => {
    const fetch = 'echo "for $MLOPS_PURPOSE of $MLOPS_MODEL"; touch t1.csv t2.csv h.csv';
    const given = options();
    const files = await prepareData({ ...given, spec: await spec(fetch), purposes: ['train', 'holdout'] });
    expect(files).toEqual({
      train: [join(folder, 't1.csv'), join(folder, 't2.csv')],
      holdout: [join(folder, 'h.csv')],
    });
    expect(given.logger.text()).toContain('for train,holdout of m');
  });

  it('takes patterns from inputs before those of the spec, and leaves out what neither has', async () => {
    writeFileSync(join(folder, 'mine.csv'), '');
    const files = await prepareData({
      ...options(),
      spec: await spec('true'),
      purposes: ['train', 'current'],
      override: { train: ['mine.csv'] },
    });
    expect(files).toEqual({ train: [join(folder, 'mine.csv')] });
  });

  it('says which command failed, and where it is written', async () => {
    const given = {
      ...options(),
      spec: await spec('echo no such bucket >&2; exit 3'),
      purposes: ['train'] as const,
    };
    await expect(prepareData(given)).rejects.toThrow(
      /model\.yml:3:\d+: data\.fetch ended with exit code 3: no such bucket/,
    );
  });

  it('shows what the command says without secrets and commands for the runner, also in the error', async () => {
    const given = options();
    const loading = prepareData({
      ...given,
      environment: { ...given.environment, DATABASE_URL: 'postgres://u:p4ssw0rd@host/db' },
      spec: await spec('echo ::stop-commands::x; echo "cannot reach $DATABASE_URL" >&2; exit 3'),
      purposes: ['train'],
    });
    await expect(loading).rejects.toThrow('exit code 3: cannot reach postgres://u:***@host/db');
    expect(given.logger.records.map(({ message }) => message)).toContain(':\u200b:stop-commands::x');
    expect(given.logger.text()).not.toContain('p4ssw0rd');
  });

  it('names all patterns without files at once', async () => {
    rmSync(join(folder, 'h.csv'), { force: true });
    const given = { ...options(), spec: await spec('rm -f t*.csv'), purposes: ['train', 'holdout'] as const };
    await expect(prepareData(given)).rejects.toThrow(
      /model\.yml:3:\d+: .*"t\*\.csv"[^]*model\.yml:3:\d+: .*"h\.csv"/,
    );
  });
});
