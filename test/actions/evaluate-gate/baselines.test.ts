import { createHash } from 'node:crypto';
import { renderMarkdown } from '../../../src/report/markdown.js';
import { type Project, openProject, predictionsOf, specOf } from './project.js';

describe('evaluate-gate against a file', () => {
  let project: Project;
  beforeAll(async () => {
    project = await openProject('gates: [{ metric: roc_auc, min: 0.6 }]');
  });
  afterAll(() => project.close());

  const gates = (baseline: string) =>
    specOf(`gates:
  - { metric: roc_auc, max-drop: 0.05, baseline: ${baseline} }
  - { metric: log_loss, max-relative-increase: 0.2, baseline: ${baseline} }
slices: [place]`);

  it('of an earlier decision is unpaired; of predictions, paired; and both files are named', async () => {
    const first = await project.gate();
    await project.write({
      'baselines/main.json': JSON.stringify(first.outcome.result),
      'model.yml': gates('baselines/main.json'),
    });
    const stated = await project.gate();
    expect(stated.decision.verdict).toBe('pass');
    const [auc, loss] = stated.decision.rules;
    expect(auc!.difference).toMatchObject({ value: 0, method: 'unpaired' });
    expect(auc!.reason).toContain('that of the baseline (baselines/main.json)');
    expect(loss!.reason).toContain('without an interval and so taken as exact');
    expect(stated.decision.reasons.join('\n')).not.toContain('other hold-out rows');
    expect(stated.decision.champion).toBeNull();
    expect(stated.outcome.outputs['champion-version']).toBe('');
    expect(stated.decision.slices.every(({ verdict }) => verdict === 'described')).toBe(true);

    const elsewhere = structuredClone(first.decision);
    elsewhere.data.files[0]!.sha256 = `sha256:${'0'.repeat(64)}`;
    await project.write({ 'baselines/main.json': JSON.stringify(elsewhere) });
    const moved = await project.gate();
    expect(moved.decision.reasons.join('\n')).toContain('main.json was measured on other hold-out rows');
    expect(moved.logger.text()).toContain('other hold-out rows');

    const predictions = predictionsOf(0.6, 0.02);
    await project.write({ 'baselines/main.csv': predictions, 'model.yml': gates('baselines/main.csv') });
    const paired = await project.gate();
    expect(paired.decision.rules.map(({ difference }) => difference!.method)).toEqual([
      'paired-delong',
      'paired-student-t',
    ]);
    expect(paired.decision.rules[1]!.relative!.method).toBe('fieller');
    const width = (found: typeof paired) =>
      found.decision.rules[0]!.difference!.upper! - found.decision.rules[0]!.difference!.lower!;
    expect(width(paired)).toBeLessThan(width(stated) / 5);
    const sha256 = `sha256:${createHash('sha256').update(predictions).digest('hex')}`;
    expect(paired.decision.baselines).toEqual([{ path: 'baselines/main.csv', sha256 }]);
    expect(paired.decision.slices.map(({ verdict }) => verdict)).toEqual(['pass', 'pass']);
    expect(renderMarkdown(paired.outcome.report!, { budget: 60_000 })).toContain('the baseline');
  });

  it('says where it is asked for what it does not state', async () => {
    await project.write({ 'b.json': '{ "roc_auc": 0.7 }', 'model.yml': gates('b.json') });
    await expect(project.gate()).rejects.toThrow(
      /model\.yml:\d+:\d+: b\.json says nothing of log_loss → it states roc_auc/,
    );
    await project.write({ 'model.yml': gates('none.json') });
    await expect(project.gate()).rejects.toThrow(
      /none\.json: the file does not exist|none\.json: does not exist/,
    );
  });
});
