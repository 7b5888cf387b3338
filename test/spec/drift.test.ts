import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSpec } from '../../src/spec/load.js';

const head = `name: late
task: binary-classification
data: { contract: c.yaml, train: a.csv, holdout: b.csv }
train: { run: ./train }
evaluate: { run: ./predict, label: late, score: p, gates: [{ metric: roc_auc, min: 0.6 }] }
`;

describe('drift in model.yml', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'spec-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const load = (drift: string) => {
    writeFileSync(join(folder, 'model.yml'), `${head}${drift}\n`);
    return loadSpec(join(folder, 'model.yml'));
  };

  it('has a policy with defaults', async () => {
    const { value } = await load('drift: { current: x.csv }');
    expect(value.drift).toMatchObject({
      policy: { alarm: { k: 1, n: 1 } },
      'recover-after': 1,
      'overdue-after': 2 * 86_400_000,
    });
    const policy = (await load('drift: { current: x.csv, policy: { alarm: 3 of 7, skew: warn } }')).value;
    expect(policy.drift!.policy).toEqual({ alarm: { k: 3, n: 7 }, skew: 'warn' });
  });

  it.each([
    ['policy: { alarm: 4 of 3 }', /the first number must be from 1 to the second/],
    ['policy: { alarm: 0 of 3 }', /the first number must be from 1 to the second/],
    ['policy: { alarm: 2 of 40 }', /at most 30 windows are remembered/],
    ['policy: { alarm: often }', /must be such as "2 of 3"/],
    ['policy: { input: warn }', /model\.yml:6:.*input.*did you mean "inputs"/],
    [
      'policy: { inputs: retrain }',
      /model\.yml:6:\d+: this asks for retraining, and drift\.retrain names no workflow/,
    ],
    ['overdue-after: soon', /"soon" is not a duration/],
  ])('%s is refused at its place', async (drift, problem) => {
    await expect(load(`drift: { current: x.csv, ${drift} }`)).rejects.toThrow(problem);
  });
});
