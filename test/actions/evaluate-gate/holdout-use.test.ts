import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderMarkdown } from '../../../src/report/markdown.js';
import { type Local, startLocal } from '../../github/local.js';
import { type Project, openProject, predictionsOf } from './project.js';

const evaluate = `holdout-use: spend
gates: [{ metric: roc_auc, min: 0.6 }]`;

describe('evaluate-gate on hold-out rows that have decided before', () => {
  let local: Local;
  let project: Project;
  beforeAll(async () => {
    local = await startLocal();
    project = await openProject(evaluate);
    for (const i of [1, 2, 3, 4]) await project.write({ [`p${i}.csv`]: predictionsOf(0.5 + i / 100) });
  });
  afterAll(async () => {
    await project.close();
    await local.close();
  });
  const gate = async (i: number, permissions: 'write-all' | 'read-all' = 'write-all') =>
    project.gate({ predictions: `p${i}.csv` }, { github: local.client({ permissions, attempts: 2 }) });

  it('counts models, not runs, and makes the bounds of later ones stricter', async () => {
    const first = await gate(1);
    expect(first.decision.holdoutUse).toMatchObject({
      use: 1,
      correction: 'spend',
      recorded: true,
      wornOut: false,
    });
    const second = await gate(2);
    expect(second.decision.holdoutUse).toMatchObject({ use: 2 });
    expect(second.decision.reasons[0]).toContain('with 95 % confidence over all 2 uses of these rows');
    expect(renderMarkdown(second.outcome.report!, { budget: 60_000 })).toContain('decide for the 2nd time');
    const width = ({ decision }: typeof first) =>
      decision.rules[0]!.challenger!.value - decision.rules[0]!.challenger!.lower!;
    expect(width(second) / width(first)).toBeGreaterThan(1.1);
    const again = await gate(1);
    expect(JSON.stringify(again.outcome.result)).toBe(JSON.stringify(first.outcome.result));
  });

  it('makes the bounds of groups stricter, too', async () => {
    const groups = await openProject(
      `${evaluate}\nfairness: [{ column: place, metric: accuracy_group_min, min: 0.3 }]\nmin-slice-rows: 100`,
    );
    // Rows of their own, that nothing has decided on.
    const holdout = await readFile(join(groups.folder, 'holdout.csv'), 'utf8');
    await groups.write({ 'holdout.csv': holdout.replaceAll('west', 'north') });
    const found = [];
    for (const i of [1, 2]) {
      await groups.write({ 'p.csv': predictionsOf(0.6, i / 100) });
      const { decision } = await groups.gate({}, { github: local.client() });
      found.push(decision.fairness![0]!);
    }
    const [first, second] = found;
    expect(second!.challenger!.value).toBeCloseTo(first!.challenger!.value, 2);
    expect(second!.challenger!.lower).toBeLessThan(first!.challenger!.lower!);
    expect(second!.reason).toContain('with 95 % confidence over all 2 uses of these rows');
    await groups.close();
  });

  it('counts two jobs that meet as two', async () => {
    const found = await Promise.all([gate(3), gate(4)]);
    expect(found.map(({ decision }) => decision.holdoutUse!.use).sort()).toEqual([3, 4]);
  });

  it('decides all the same where the token may only read, and says that nothing was recorded', async () => {
    await project.write({ 'p5.csv': predictionsOf(0.7) });
    const { decision, logger } = await gate(5, 'read-all');
    expect(decision.holdoutUse).toMatchObject({ use: 5, recorded: false });
    expect(logger.text()).toContain('could not be recorded');
    expect((await gate(5, 'read-all')).decision.holdoutUse!.use).toBe(5);
    expect((await gate(3, 'read-all')).decision.holdoutUse).toMatchObject({ recorded: true });
  });

  it('leaves the decision open where the rows can decide nothing any more', async () => {
    const worn = await openProject(evaluate.replace('spend', 'adaptive'));
    const github = local.client();
    const first = await worn.gate({}, { github });
    const { digest } = first.decision.holdoutUse!;
    const ref = `refs/mlops/holdout/late/${digest.slice('sha256:'.length)}`;
    const tip = (await github.refs.get(ref))!.sha;
    const ledger = JSON.parse((await github.commits.readFile(tip, 'uses.json'))!) as {
      challengers: object[];
    };
    const before = ledger.challengers.length;
    const more = Array.from({ length: 60 }, (_, i) => ({ challenger: `sha256:${i}`, commit: 'c' }));
    ledger.challengers.push(...more);
    const files = { 'uses.json': JSON.stringify(ledger) };
    await github.refs.fastForward(ref, await github.commits.create({ message: 'x', files, parent: tip }));
    await worn.write({ 'late.csv': predictionsOf(0.9) });
    const { decision } = await worn.gate({ predictions: 'late.csv' }, { github });
    expect(decision.holdoutUse).toMatchObject({ use: before + 61, wornOut: true });
    expect(decision.verdict).toBe('inconclusive');
    expect(decision.reasons[0]).toContain('cannot any more: take fresh hold-out rows');
    await worn.close();
  });

  it('begins anew with other rows, and refuses a count that cannot be read', async () => {
    const other = await openProject(evaluate);
    await other.write({
      'holdout.csv': `${'id,y\n'}${Array.from({ length: 1200 }, (_, i) => `r${i},${i % 2}`).join('\n')}\n`,
    });
    const { decision } = await other.gate({}, { github: local.client() });
    expect(decision.holdoutUse!.use).toBe(1);
    const [, hex] = decision.holdoutUse!.digest.split(':');
    const github = local.client();
    const ref = `refs/mlops/holdout/late/${hex}`;
    const parent = (await github.refs.get(ref))!.sha;
    const sha = await github.commits.create({ message: 'x', files: { 'uses.json': 'not JSON' }, parent });
    expect(await github.refs.fastForward(ref, sha)).toBe(true);
    await other.write({ 'q.csv': predictionsOf(0.4) });
    await expect(other.gate({ predictions: 'q.csv' }, { github })).rejects.toThrow(
      `${ref} does not hold the uses of the hold-out rows of late`,
    );
    await other.close();
  });
});
