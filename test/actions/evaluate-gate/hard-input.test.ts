import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Dependencies } from '../../../src/actions/dependencies.js';
import { definition } from '../../../src/actions/evaluate-gate/inputs.js';
import { main } from '../../../src/actions/evaluate-gate/main.js';
import { readInputs } from '../../../src/actions/inputs.js';
import { systemClock } from '../../../src/common/clock.js';
import { UserError } from '../../../src/common/errors.js';
import { RecordingLogger } from '../../../src/common/logger.js';
import { type Decision, decisionSchema } from '../../../src/formats/decision.js';
import { renderHtml } from '../../../src/report/html.js';
import { renderMarkdown } from '../../../src/report/markdown.js';
import { duckdbLibrary } from '../../engine/library.js';

/** What a user might give, from the files to the verdict or the error. */
interface Given {
  readonly task?: string;
  /** Keys of `evaluate`, as YAML. */
  readonly evaluate?: string;
  readonly gates?: string;
  readonly holdout?: string;
  readonly predictions?: string;
  /** Default: the challenger's. */
  readonly champion?: string;
}

const rows = 60;
const table = (header: string, row: (i: number) => string, n = rows): string =>
  [header, ...Array.from({ length: n }, (_, i) => row(i))].join('\n') + '\n';
const label = (i: number): number => (i % 3 === 0 ? 1 : 0);
const score = (i: number): string => (0.25 + 0.4 * label(i) + 0.005 * (i % 20)).toFixed(3);

const usual = {
  task: 'binary-classification',
  evaluate: 'label: y, id: k, score: p',
  gates: '{ metric: accuracy, min: 0.5 }, { metric: log_loss, max-increase: 0.1, versus: champion }',
  holdout: table('k,y,place', (i) => `k${i},${label(i)},${i % 2 === 0 ? 'east' : 'west'}`),
  predictions: table('k,p', (i) => `k${i},${score(i)}`),
};
const change = (text: string, line: number, to: string): string =>
  text
    .split('\n')
    .map((old, i) => (i === line ? to : old))
    .join('\n');

describe('evaluate-gate, given what it should not be given', () => {
  let folder: string;
  let count = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gate-hard-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function run(given: Given): Promise<Decision> {
    const { task, evaluate, gates, holdout, predictions, champion } = { ...usual, ...given };
    const workspace = join(folder, String(++count));
    await mkdir(workspace, { recursive: true });
    const spec = `name: m
task: ${task}
data: { contract: c, train: t, holdout: h.csv }
train: { run: x }
evaluate: { run: x, ${evaluate}, gates: [${gates}] }
`;
    await writeFile(join(workspace, 'model.yml'), spec);
    await writeFile(join(workspace, 'h.csv'), holdout);
    await writeFile(join(workspace, 'p.csv'), predictions);
    await writeFile(join(workspace, 'q.csv'), champion ?? predictions);
    const raw: Record<string, string> = {
      token: 't',
      comment: 'false',
      predictions: 'p.csv',
      'champion-predictions': 'q.csv',
    };
    const outcome = await main(
      readInputs(definition.inputs, (name) => raw[name]),
      {
        run: { workspace, temp: join(workspace, 'temp'), event: {} },
        logger: new RecordingLogger(),
        clock: systemClock,
        signal: new AbortController().signal,
        environment: {},
        duckdb: () => Promise.resolve(duckdbLibrary),
      } as unknown as Dependencies,
    );
    // What is not a number may stand nowhere, neither in the record nor in what people read.
    const text = JSON.stringify(outcome.result);
    const decision = v.parse(decisionSchema, JSON.parse(text));
    for (const shown of [renderMarkdown(outcome.report!, { budget: 60_000 }), renderHtml(outcome.report!)]) {
      expect(shown).not.toMatch(/\b(NaN|undefined|Infinity)\b/);
    }
    expect(decision.reasons.join('\n')).not.toMatch(/\b(NaN|undefined|Infinity)\b|∞/);
    return decision;
  }

  it.each<[string, Given, RegExp]>([
    [
      'ids twice in the predictions',
      { predictions: change(usual.predictions, 5, 'k3,0.5') },
      /p\.csv:6: id "k3" is there already in line 5/,
    ],
    [
      'ids twice in the hold-out rows',
      { holdout: change(usual.holdout, 2, 'k0,0,east') },
      /h\.csv:3: id "k0" is there already/,
    ],
    ['an id missing', { predictions: change(usual.predictions, 7, ',0.4') }, /p\.csv:8: no id in column "k"/],
    [
      'a row without prediction',
      { predictions: table('k,p', (i) => `k${i},${score(i)}`, 59) },
      /no prediction for the hold-out row with id "k59"/,
    ],
    [
      'a prediction without row',
      { predictions: table('k,p', (i) => `k${i},${score(i)}`, 61) },
      /id "k60" is in no hold-out row/,
    ],
    [
      'other rows altogether',
      { predictions: table('k,p', (i) => `x${i},${score(i)}`) },
      /no prediction for the hold-out row with id "k0".*59 more/,
    ],
    [
      'NaN for a score',
      { predictions: change(usual.predictions, 4, 'k3,NaN') },
      /p\.csv:5: nothing, or NaN, in column "p"/,
    ],
    [
      'an infinite score',
      { predictions: change(usual.predictions, 4, 'k3,inf') },
      /p\.csv:5: .*Infinity in column "p" is no probability/,
    ],
    [
      'a score of −0.1',
      { predictions: change(usual.predictions, 4, 'k3,-0.1') },
      /p\.csv:5: −?-?0\.1 in column "p" is no probability/,
    ],
    [
      'logits for probabilities',
      { predictions: table('k,p', (i) => `k${i},${label(i) * 8 - 3}`) },
      /p\.csv:2: 5 in column "p" is no probability \(and 59 more\)/,
    ],
    [
      'text for a score',
      { predictions: change(usual.predictions, 4, 'k3,high') },
      /p\.csv:5: .*"high" is not of type number/,
    ],
    ['an empty file of predictions', { predictions: '' }, /p\.csv: the file is empty/],
    ['predictions without rows', { predictions: 'k,p\n' }, /p\.csv.*has no rows/],
    ['an empty hold-out file', { holdout: '' }, /h\.csv: the file is empty/],
    ['hold-out data without rows', { holdout: 'k,y,place\n' }, /no rows/],
    ['no column of labels', { evaluate: 'label: z, id: k, score: p' }, /there is no column "z"/],
    ['no column of scores', { evaluate: 'label: y, id: k, score: pp' }, /there is no column "pp"/],
    [
      'a label missing',
      { holdout: change(usual.holdout, 9, 'k8,,east') },
      /h\.csv:10: no label in column "y"/,
    ],
    ['three labels', { holdout: change(usual.holdout, 9, 'k8,2,east') }, /has 3 labels \(0, 1, 2\)/],
    [
      'a positive class that is not there',
      { evaluate: 'label: y, id: k, score: p, positive: 7' },
      /no row is labelled "7"/,
    ],
    [
      'an unknown metric',
      { gates: '{ metric: acuracy, min: 0.5 }' },
      /model\.yml:5:\d+: there is no metric "acuracy" → did you mean "accuracy"\?/,
    ],
    [
      'a metric of another task',
      { gates: '{ metric: rmse, max: 0.5 }' },
      /"rmse" is a metric of regression, and this model's task is binary-classification/,
    ],
    [
      'a limit that no model can reach',
      { gates: '{ metric: accuracy, min: 1.2 }' },
      /min 1\.2 can never pass/,
    ],
    [
      'rules that contradict each other',
      { gates: '{ metric: brier, min: 0.3 }, { metric: brier, max: 0.2 }' },
      /min 0\.3.*max 0\.2|max 0\.2.*min 0\.3/,
    ],
    ['a margin below zero', { gates: '{ metric: accuracy, max-drop: -0.1, versus: champion }' }, /max-drop/],
    [
      'a drop of what should drop',
      { gates: '{ metric: log_loss, max-drop: 0.1, versus: champion }' },
      /max-drop limits nothing → write max-increase/,
    ],
    ['a rule that asks for nothing', { gates: '{ metric: accuracy }' }, /a gate needs one of/],
    [
      'a weight below zero',
      {
        evaluate: 'label: y, id: k, score: p, sample-weight: w',
        holdout: table('k,y,w', (i) => `k${i},${label(i)},${i === 4 ? -1 : 1}`),
      },
      /h\.csv:6: -1 in column "w" is no weight/,
    ],
    [
      'a weight of zero',
      {
        evaluate: 'label: y, id: k, score: p, sample-weight: w',
        holdout: table('k,y,w', (i) => `k${i},${label(i)},${i === 4 ? 0 : 1}`),
      },
      /h\.csv:6: 0 in column "w" is no weight/,
    ],
    [
      'an infinite weight',
      {
        evaluate: 'label: y, id: k, score: p, sample-weight: w',
        holdout: table('k,y,w', (i) => `k${i},${label(i)},${i === 4 ? 'inf' : 1}`),
      },
      /h\.csv:6: .*Infinity.*weight/,
    ],
    [
      'a row without a group',
      {
        evaluate: 'label: y, id: k, score: p, group: g',
        holdout: table('k,y,g', (i) => `k${i},${label(i)},${i === 4 ? '' : 'a'}`),
      },
      /h\.csv:6: nothing in column "g"/,
    ],
    [
      'a slice column that is not there',
      { evaluate: 'label: y, id: k, score: p, slices: [placee]' },
      /there is no column "placee".*did you mean "place"/,
    ],
    [
      'numbers for classes',
      {
        task: 'multiclass-classification',
        evaluate: 'label: y, prediction: c',
        gates: '{ metric: accuracy, min: 0.1 }',
        holdout: table('y', (i) => String(i * 1.5), 1200),
        predictions: table('c', () => '1', 1200),
      },
      /1,200 different labels: these are no classes/,
    ],
    [
      'as many predicted classes as rows',
      {
        task: 'multiclass-classification',
        evaluate: 'label: y, prediction: c',
        gates: '{ metric: accuracy, min: 0.1 }',
        holdout: table('y', (i) => `c${i % 3}`, 6000),
        predictions: table('c', (i) => `x${i}`, 6000),
      },
      /more than 5,000 different values: these are no classes/,
    ],
    [
      'classes for a regression',
      {
        task: 'regression',
        evaluate: 'label: y, id: k, prediction: p',
        gates: '{ metric: mae, max: 1 }',
        predictions: table('k,p', (i) => `k${i},late`),
      },
      /p\.csv:2: .*"late" is not of type number/,
    ],
    [
      'words as labels of a regression',
      {
        task: 'regression',
        evaluate: 'label: place, id: k, prediction: p',
        gates: '{ metric: mae, max: 1 }',
      },
      /h\.csv:2: .*"east" is not of type number/,
    ],
    [
      'relevance below zero',
      {
        task: 'ranking',
        evaluate: 'label: y, query: place, score: p, id: k',
        gates: '{ metric: ndcg@5, min: 0.1 }',
        holdout: change(usual.holdout, 3, 'k2,-1,east'),
      },
      /h\.csv:4: -1/,
    ],
    [
      'probabilities that add up to 1.2',
      {
        task: 'multiclass-classification',
        evaluate: 'label: y, score: { a: pa, b: pb }',
        gates: '{ metric: accuracy, min: 0.1 }',
        holdout: table('y', (i) => 'ab'[i % 2]!),
        predictions: change(
          table('pa,pb', () => '0.4,0.6'),
          3,
          '0.6,0.6',
        ),
      },
      /p\.csv:4: .*add up to 1\.2, not 1/,
    ],
    [
      'a class of which no score tells',
      {
        task: 'multiclass-classification',
        evaluate: 'label: y, score: { a: pa, b: pb }',
        gates: '{ metric: accuracy, min: 0.1 }',
        holdout: table('y', (i) => 'abc'[i % 3]!),
        predictions: table('pa,pb', () => '0.4,0.6'),
      },
      /names no column for the label "c"/,
    ],
    [
      'a mean of a column that is not there',
      { task: 'example-scores', evaluate: 'id: k', gates: '{ mean-of: cost, max: 1 }' },
      /there is no column "cost"/,
    ],
    [
      'an infinite cost',
      {
        task: 'example-scores',
        evaluate: 'id: k',
        gates: '{ mean-of: p, max: 1 }',
        predictions: change(usual.predictions, 4, 'k3,inf'),
      },
      /p\.csv:5: .*Infinity/,
    ],
  ])('%s is an error that says where', async (_, given, message) => {
    const error: unknown = await run(given).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toMatch(message);
  });

  it.each<[string, Given, Decision['verdict'], RegExp]>([
    [
      'rows in another order',
      { predictions: table('k,p', (i) => `k${59 - i},${score(59 - i)}`), champion: usual.predictions },
      'pass',
      /higher by at most 0\.0\d+ with 95 % confidence/,
    ],
    [
      'one class only',
      { gates: '{ metric: roc_auc, min: 0.5 }', holdout: table('k,y', (i) => `k${i},0`) },
      'fail',
      /no row is labelled positive; a metric that cannot be computed fails the gate/,
    ],
    [
      'one class only, of log loss',
      { gates: '{ metric: log_loss, max: 5 }', holdout: table('k,y', (i) => `k${i},0`) },
      'inconclusive',
      /which these 60 rows cannot settle/,
    ],
    [
      'nothing predicted positive',
      { gates: '{ metric: precision, min: 0.5 }', predictions: table('k,p', (i) => `k${i},0.1`) },
      'fail',
      /no row is predicted positive/,
    ],
    [
      'a champion that predicts nothing positive',
      {
        gates: '{ metric: precision, max-drop: 0.5, versus: champion }',
        champion: table('k,p', (i) => `k${i},0.1`),
      },
      'inconclusive',
      /so nothing can be compared/,
    ],
    [
      'one row',
      { gates: '{ metric: accuracy, min: 0.5 }', holdout: 'k,y\nk0,1\n', predictions: 'k,p\nk0,0.9\n' },
      'inconclusive',
      /which this 1 row cannot settle/,
    ],
    [
      'one row, of a mean',
      {
        gates: '{ metric: brier, max-increase: 0.5, versus: champion }',
        holdout: 'k,y\nk0,1\n',
        predictions: 'k,p\nk0,0.9\n',
      },
      'inconclusive',
      /cannot settle/,
    ],
    [
      'two rows, perfectly separated',
      {
        gates: '{ metric: roc_auc, min: 0.5 }',
        holdout: 'k,y\nk0,1\nk1,0\n',
        predictions: 'k,p\nk0,0.9\nk1,0.1\n',
      },
      'inconclusive',
      /cannot settle/,
    ],
    [
      'perfect separation',
      { gates: '{ metric: roc_auc, min: 0.99 }', predictions: table('k,p', (i) => `k${i},${label(i)}`) },
      'inconclusive',
      /ROC AUC is 1,/,
    ],
    [
      'a probability of 0 for what happened',
      { gates: '{ metric: log_loss, max: 0.5 }', predictions: change(usual.predictions, 1, 'k0,0') },
      'inconclusive',
      /Log loss is/,
    ],
    [
      'one score for all',
      { gates: '{ metric: roc_auc, min: 0.6 }', predictions: table('k,p', (i) => `k${i},0.4`) },
      'fail',
      /ROC AUC is 0\.5/,
    ],
    [
      'a metric that resamples may not define',
      {
        gates: '{ metric: precision, min: 0.1 }',
        predictions: table('k,p', (i) => `k${i},${i === 0 ? 0.9 : 0.1}`),
      },
      'inconclusive',
      /cannot settle/,
    ],
    [
      'one group',
      {
        evaluate: 'label: y, id: k, score: p, group: g',
        holdout: table('k,y,g', (i) => `k${i},${label(i)},a`),
      },
      'inconclusive',
      /60 rows in 1 group cannot settle$/m,
    ],
    [
      'one group has all positives',
      {
        evaluate: 'label: y, id: k, score: p, group: g',
        gates: '{ metric: roc_auc, min: 0.5 }',
        holdout: table('k,y,g', (i) => `k${i},${label(i)},${label(i) === 1 ? 'a' : `b${i}`}`),
      },
      'inconclusive',
      /cannot settle/,
    ],
    [
      'one weight above all',
      {
        evaluate: 'label: y, id: k, score: p, sample-weight: w',
        holdout: table('k,y,w', (i) => `k${i},${label(i)},${i === 0 ? 1e12 : 1}`),
      },
      'inconclusive',
      /cannot settle/,
    ],
    [
      'weights at the ends of numbers',
      {
        evaluate: 'label: y, id: k, score: p, sample-weight: w',
        gates: '{ metric: brier, max: 1 }',
        holdout: table('k,y,w', (i) => `k${i},${label(i)},${i % 2 === 0 ? 1e-300 : 1e-299}`),
      },
      'pass',
      /Brier score is/,
    ],
    [
      'numbers at the ends of numbers',
      {
        task: 'example-scores',
        evaluate: 'id: k',
        gates: '{ mean-of: p, max: 1 }',
        predictions: table('k,p', (i) => `k${i},${i % 2 === 0 ? 1e300 : -1e300}`),
      },
      'inconclusive',
      /cannot settle/,
    ],
    [
      'labels with spaces, quotes and pipes',
      {
        task: 'multiclass-classification',
        evaluate: 'label: y, prediction: c, id: k, slices: [y]',
        gates: '{ metric: f1_macro, min: 0.2 }',
        holdout: table('k,y', (i) => `k${i},${['"a | b"', '"<b>&`x`"', 'Grüße 🚀'][i % 3]}`),
        predictions: table('k,c', (i) => `k${i},${['"a | b"', '"<b>&`x`"', 'Grüße 🚀'][i % 3]}`),
      },
      'pass',
      /F1/,
    ],
    [
      'a slice of a few rows',
      { evaluate: 'label: y, id: k, score: p, slices: [place]' },
      'pass',
      /higher by at most 0\.0\d+ with 95 % confidence/,
    ],
    [
      'a recall without positives in resamples',
      {
        gates: '{ metric: recall, min: 0.5 }',
        holdout: table('k,y', (i) => `k${i},${i === 0 ? 1 : 0}`),
        predictions: table('k,p', (i) => `k${i},0.9`),
      },
      'inconclusive',
      /cannot settle/,
    ],
    [
      'all of one value, of R²',
      {
        task: 'regression',
        evaluate: 'label: y, id: k, prediction: p',
        gates: '{ metric: r2, min: 0.5 }',
        holdout: table('k,y', (i) => `k${i},3`),
      },
      'fail',
      /all rows have one value/,
    ],
    [
      'no query with anything relevant',
      {
        task: 'ranking',
        evaluate: 'label: y, query: place, score: p, id: k',
        gates: '{ metric: ndcg@5, min: 0.5 }',
        holdout: table('k,y,place', (i) => `k${i},0,q${i % 5}`),
      },
      'fail',
      /./,
    ],
  ])('%s is a verdict with its reason', async (_, given, verdict, reason) => {
    const decision = await run(given);
    expect(decision.verdict).toBe(verdict);
    expect(decision.reasons.join('\n')).toMatch(reason);
    expect(Object.values(decision.metrics).every(Number.isFinite)).toBe(true);
  });
});
