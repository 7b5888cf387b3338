import { type Project, openProject } from './project.js';
import { renderMarkdown } from '../../../src/report/markdown.js';
import { programs } from './folds-programs.js';

const trainRows = 120;
const holdoutRows = 40;

/** Row i: x tells the label, but for a share of the rows that are labelled at random. */
function data(name: string, count: number, noise: number): string {
  const lines = Array.from({ length: count }, (_, i) => {
    const label = i % 2;
    const isNoise = ((i * 7919) % 1009) / 1009 < noise;
    return `${name}${i},${(label * 4 + ((i * 31) % 17) / 17).toFixed(3)},${isNoise ? ((i * 104_729) % 97) % 2 : label}`;
  });
  return ['id,x,y', ...lines].join('\n') + '\n';
}

const spec = (limit: number, evaluate = ''): string => `name: small
task: binary-classification
data: { contract: c.yaml, train: train.csv, holdout: holdout.csv }
train: { run: '"${process.execPath}" train.mjs', params: { bend: 0 } }
evaluate:
  run: '"${process.execPath}" predict.mjs'
  label: y
  id: id
  score: p
  folds: 5
  gates: [{ metric: accuracy, min: ${limit} }]
  ${evaluate}
`;

let project: Project;
const open = async (files: Readonly<Record<string, string>> = {}): Promise<void> => {
  project = await openProject('gates: []');
  await project.write({
    'model.yml': spec(0.93),
    'train.csv': data('t', trainRows, 0),
    'holdout.csv': data('h', holdoutRows, 0),
    ...programs,
    'model/model.json': '{"cut":2.5}',
    ...files,
  });
};
const gate = (inputs = {}): ReturnType<Project['gate']> =>
  project.gate({ predictions: '', candidate: 'model', ...inputs });
afterEach(() => project.close());

describe('cross-validation', () => {
  it('judges a limit on training and hold-out rows, where the hold-out rows alone cannot settle it', async () => {
    await open({ 'model.yml': spec(0.93).replace('folds: 5', '') });
    expect((await gate()).decision.verdict).toBe('inconclusive');
    await project.write({ 'model.yml': spec(0.93) });
    const { decision, outcome } = await gate();
    expect(decision.verdict).toBe('pass');
    // 160 of 160 right: Clopper–Pearson's 0.05^(1/160), 1.5 times as far from 1 with 5 folds.
    expect(decision.rules[0]!.challenger!.lower).toBeCloseTo(1 - 1.5 * (1 - 0.05 ** (1 / 160)), 6);
    expect(decision.rules[0]!.folds!.holdout!.lower).toBeCloseTo(0.05 ** (1 / 40), 6);
    expect(decision.folds).toMatchObject({ count: 5, rows: 120, files: [{ path: 'train.csv' }] });
    expect(decision.reasons[0]).toMatch(/\(120 training rows in 5 folds and 40 hold-out rows\)$/);
    const report = renderMarkdown(outcome.report!, { budget: 60_000 });
    expect(report).toContain('Cross-validation');
    expect(report).toContain('40 hold-out rows and 120 training rows');
  });

  it('gives the same decision when it is run again', async () => {
    await open({ 'train.csv': data('t', trainRows, 0.2), 'holdout.csv': data('h', holdoutRows, 0.2) });
    const [first, second] = [(await gate()).decision, (await gate()).decision];
    expect(second).toEqual(first);
  });

  it('trains each model without the rows that it predicts', async () => {
    await open();
    const { logger } = await gate();
    const seen = logger
      .text()
      .split('\n')
      .flatMap((line) => /trained on (\S+)/.exec(line)?.[1]!.split(',') ?? []);
    // Each row is in four of five trainings.
    expect(seen).toHaveLength(4 * trainRows);
    expect(new Set(seen).size).toBe(trainRows);
    const predicted = logger
      .text()
      .split('\n')
      .flatMap((line) => /predicted (t\S+)/.exec(line)?.[1]!.split(',') ?? []);
    expect([...predicted].sort()).toEqual([...new Set(seen)].sort());
    expect(logger.text()).not.toContain('SEEN BEFORE');
  });

  it('hands parameters to the trainings', async () => {
    await open();
    const { logger } = await gate({ parameters: 'bend=3' });
    expect(logger.text()).toContain('bend 3');
    await expect(gate({ parameters: 'bent=3' })).rejects.toThrow(/no parameter "bent".*did you mean "bend"/);
  });

  it('fails a limit that the hold-out rows alone break', async () => {
    await open({ 'model.yml': spec(0.8), 'model/model.json': '{"cut":99}' });
    const { decision } = await gate();
    expect(decision.verdict).toBe('fail');
    expect(decision.reasons[0]).toMatch(/^on the hold-out rows alone, /);
  });

  it('is inconclusive where the training has seen all rows, since the hold-out rows come out worse', async () => {
    const noisy = { 'train.csv': data('t', trainRows, 0.9), 'holdout.csv': data('h', holdoutRows, 0.9) };
    await open({ ...noisy, 'model.yml': spec(0.4), 'train.mjs': programs['cheat.mjs']! });
    await project.write({ 'model/model.json': '{"cut":2.5,"known":{}}' });
    const { decision } = await gate();
    expect(decision.rules[0]!.folds!.training!.value).toBe(1);
    expect(decision.verdict).toBe('inconclusive');
    expect(decision.reasons[0]).toContain('train.run must read only the files in MLOPS_TRAIN_DATA');
  });

  it('refuses trainings that all make the same model', async () => {
    await open({ 'train.mjs': programs['constant.mjs']! });
    await expect(gate()).rejects.toThrow(
      /model\.yml:4:\d+: the trainings of all 5 folds made the same model.*MLOPS_TRAIN_DATA/,
    );
  });

  it.each<[string, Record<string, string>, RegExp]>([
    [
      'fails',
      { 'train.mjs': 'console.log("no such column"); process.exit(3)' },
      /train\.run ended with exit code 3 without fold 1 of 5:\nno such column/,
    ],
    ['leaves no model', { 'train.mjs': '' }, /train\.run ended well without fold 1 of 5, and left no model/],
    [
      'takes too long',
      {
        'train.mjs': 'setTimeout(() => {}, 60000)',
        'model.yml': spec(0.9).replace('train: {', 'train: { time-limit: 300ms,'),
      },
      /took longer than 300 ms without fold 1 of 5/,
    ],
  ])('names the fold whose training %s', async (_, files, message) => {
    await open(files);
    await expect(gate()).rejects.toThrow(message);
  });

  it.each<[string, string, RegExp]>([
    [
      'no limit',
      spec(0.9).replace('min: 0.9', 'max-drop: 0.1'),
      /:10:\d+: evaluate\.folds judges limits.*add a gate/,
    ],
    ['repeats', spec(0.9, 'repeats: 3'), /:12:\d+: evaluate\.folds and evaluate\.repeats do not go together/],
    [
      'a threshold to choose',
      spec(0.9, 'threshold: { maximise: f1 }'),
      /:12:\d+: with evaluate\.folds, no threshold/,
    ],
    [
      'a ranking by one model',
      spec(0.9).replace('accuracy', 'precision@10'),
      /:11:\d+: "precision@10 min 0\.9" ranks all rows/,
    ],
    [
      'more folds than rows',
      spec(0.9),
      /train\.csv: evaluate\.folds asks for 5 folds, and the training data have 3 rows/,
    ],
  ])('refuses %s', async (what, text, message) => {
    await open({ 'model.yml': text, ...(what.startsWith('more') && { 'train.csv': data('t', 3, 0) }) });
    await expect(gate()).rejects.toThrow(message);
  });
});
