import { renderMarkdown } from '../../../src/report/markdown.js';
import { type Project, openProject, predictionsOf, specOf } from './project.js';

/** Predicts from a skill in the model's folder, and a wobble of the seed. */
const program = `
import { readFileSync, writeFileSync } from 'node:fs';
const { MLOPS_MODEL_DIR, MLOPS_DATA, MLOPS_PREDICTIONS, MLOPS_SEED = '0' } = process.env;
const { skill, deaf } = JSON.parse(readFileSync(MLOPS_MODEL_DIR + '/model.json', 'utf8'));
const seed = deaf ? 0 : Number(MLOPS_SEED);
const rows = readFileSync(MLOPS_DATA, 'utf8').trim().split('\\n').slice(1);
const out = rows.map((row, i) => {
  const [id, y] = row.split(',');
  const noise = ((i * 7919) % 1009) / 1009 - 0.5;
  const wobble = ((((i + 1) * (seed + 1) * 104729) % 997) / 997 - 0.5) * 0.3;
  return id + ',' + Math.min(1, Math.max(0, 0.5 + skill * 0.4 * (y - 0.5) + 0.35 * noise + wobble)).toFixed(4);
});
writeFileSync(MLOPS_PREDICTIONS, ['id,p', ...out].join('\\n') + '\\n');
`;
const spec = (more: string) =>
  specOf(`gates:
  - { metric: roc_auc, min: 0.6 }
  - { metric: log_loss, max-increase: 0.1, versus: champion }
slices: [place]
${more}`).replace("run: 'false'", 'run: node predict.mjs');
const model = (skill: number, deaf = false) => JSON.stringify({ skill, deaf });

describe('evaluate-gate over repeats', () => {
  let project: Project;
  beforeAll(async () => {
    project = await openProject('gates: [{ metric: roc_auc, min: 0.6 }]');
    await project.write({
      'predict.mjs': program,
      'model/model.json': model(0.6),
      'seeds/1/model.json': model(0.62),
      'seeds/2/model.json': model(0.57),
      'deaf/model.json': model(0.6, true),
      'live/model.json': model(0.55),
    });
  });
  afterAll(() => project.close());
  const gate = (raw: Readonly<Record<string, string>>) =>
    project.gate({ predictions: '', champion: 'live', ...raw });

  it('evaluates each model with several seeds, and decides on the whole', async () => {
    await project.write({ 'model.yml': spec('repeats: 3') });
    const { decision, outcome } = await gate({ seed: '7' });
    expect(decision.verdict).toBe('pass');
    expect(decision.repeats).toMatchObject({
      kind: 'evaluations',
      list: [{ seed: 7 }, { seed: 8 }, { seed: 9 }],
    });
    const values = decision.repeats!.list.map(({ metrics }) => metrics.roc_auc!);
    expect(new Set(values).size).toBe(3);
    expect(decision.rules[0]!.challenger!.value).toBeCloseTo(values.reduce((a, b) => a + b) / 3, 12);
    expect(decision.metrics.roc_auc).toBe(decision.rules[0]!.challenger!.value);
    expect(decision.reasons[0]).toContain('on average over 3 repeats');
    expect(decision.slices.map(({ verdict }) => verdict)).toEqual(['pass', 'pass']);
    const markdown = renderMarkdown(outcome.report!, { budget: 60_000 });
    expect(markdown).toContain('over 3 repeats');
    expect(markdown).toContain('<summary>Repeats (3)</summary>');
    expect(markdown).toMatch(/\| 2 \(seed 8\) \| 0\.\d+ \|/);
    const again = await gate({ seed: '7' });
    expect(JSON.stringify(again.outcome.result)).toBe(JSON.stringify(outcome.result));
  });

  it('decides on models that were trained with other seeds', async () => {
    await project.write({ 'model.yml': spec('repeats: 3') });
    const { decision } = await gate({ repeats: 'seeds/*' });
    expect(decision.repeats!.kind).toBe('models');
    expect(new Set(decision.repeats!.list.map(({ digest }) => digest)).size).toBe(3);
    const one = await gate({ repeats: 'seeds/1, seeds/2' });
    expect(JSON.stringify(one.outcome.result)).toBe(
      JSON.stringify((await gate({ repeats: 'seeds/*' })).outcome.result),
    );
    await project.write({
      'p2.csv': predictionsOf(0.5),
      'p3.csv': predictionsOf(0.65),
      'model.yml': spec(''),
    });
    const files = await gate({ predictions: 'p.csv', repeats: 'p[23].csv' });
    expect(files.decision.repeats!.list.map(({ digest }) => digest)).toEqual([null, null, null]);
  });

  it('says where repeats show nothing, or do not fit', async () => {
    await project.write({ 'model.yml': spec('repeats: 2') });
    const { decision, logger } = await gate({ candidate: 'deaf' });
    expect(decision.reasons.join('\n')).toContain('All 2 evaluations predicted the same');
    expect(logger.text()).toContain('draws nothing from MLOPS_SEED');
    await expect(gate({ repeats: 'seeds/*' })).rejects.toThrow(
      /model\.yml:\d+:\d+: evaluate\.repeats asks for 2 models, and there are 3/,
    );
    await expect(gate({ predictions: 'p.csv' })).rejects.toThrow(/one file of predictions is given/);
    await expect(gate({ repeats: 'nowhere/*' })).rejects.toThrow(/names "nowhere\/\*", and nothing is there/);
    await project.write({ 'model.yml': spec('') });
    await expect(gate({ repeats: 'seeds/1,model' })).rejects.toThrow(
      /the models 1 and 3 of the repeats are the same/,
    );
  });
});
