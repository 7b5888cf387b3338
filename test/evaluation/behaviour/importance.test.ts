import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { shuffledPlaces } from '../../../src/evaluation/behaviour/changes.js';
import { importanceOf, leansOn, measureImportance } from '../../../src/evaluation/behaviour/importance.js';
import { findMetric } from '../../../src/evaluation/metrics/registry.js';
import type { Metric, Task } from '../../../src/evaluation/metrics/metric.js';
import type { EvaluationRows } from '../../../src/evaluation/rows.js';
import { readRules } from '../../../src/evaluation/rules.js';
import type { Gate } from '../../../src/spec/sections/evaluate.js';
import { importanceSchema } from '../../../src/spec/sections/evaluate-behaviour.js';
import { binomialCdf } from '../../../src/statistics/special.js';
import { seededRandom } from '../../../src/statistics/random.js';
import { type Bench, type Model, type Row, openBench } from './model.js';

const reference = JSON.parse(
  readFileSync(new URL('../../reference/importance.json', import.meta.url), 'utf8'),
) as {
  features: number[][];
  labels: number[];
  repeats: number;
  importance: Record<string, { mean: number; std: number }[]>;
};

function metricOf(name: string, task: Task): Metric {
  const found = findMetric(name, task);
  if ('wrong' in found) throw new Error(found.wrong);
  return found.metric;
}

describe('importance by shuffling', () => {
  it.each(['roc_auc', 'log_loss', 'accuracy'])('of %s, as scikit-learn', (name) => {
    const { features, labels, repeats: theirs } = reference;
    const rowsOf = (table: readonly (readonly number[])[]): EvaluationRows => {
      const scores = Float64Array.from(
        table,
        ([a, b, c]) => 1 / (1 + Math.exp(-(2.5 * a! + 1.2 * b! + 0.1 * c!))),
      );
      return {
        task: 'binary-classification',
        labels: Uint8Array.from(labels),
        scores,
        predicted: Uint8Array.from(scores, (p) => (p >= 0.5 ? 1 : 0)),
      };
    };
    const metric = metricOf(name, 'binary-classification');
    const repeats = 200;
    const random = seededRandom(7);
    reference.importance[name]!.forEach(({ mean, std }, column) => {
      const shuffled = Array.from({ length: repeats }, () => {
        const order = shuffledPlaces(features.length, random);
        return rowsOf(
          features.map((row, i) => row.map((x, c) => (c === column ? features[order[i]!]![c]! : x))),
        );
      });
      const found = importanceOf(metric, rowsOf(features), shuffled, {
        confidence: 0.95,
        seed: 1,
        maxUnits: 100,
      })!;
      // Five standard errors of the difference of two means of shuffles.
      expect(Math.abs(found.value - mean)).toBeLessThan(5 * std * Math.sqrt(1 / repeats + 1 / theirs));
      expect(found.lower).toBeLessThan(found.value);
      expect(found.upper).toBeGreaterThan(found.value);
    });
  });

  it('bounds what it would be on all rows, at least as often as is promised', () => {
    // y = x + e, predicted by b·x: shuffling x costs 2·b·Var(x) of squared error.
    const metric = metricOf('mse', 'regression');
    const random = seededRandom(11);
    const [runs, rows, repeats] = [400, 80, 3];
    for (const b of [1, 0.02]) {
      const truth = (2 * b) / 12;
      let [tooHigh, tooLow] = [0, 0];
      for (let run = 0; run < runs; run++) {
        const x = Float64Array.from({ length: rows }, () => random.uniform());
        const targets = x.map((value) => value + 0.6 * (random.uniform() - 0.5));
        const of = (values: Float64Array): EvaluationRows => ({
          task: 'regression',
          targets,
          predicted: values.map((value) => b * value),
        });
        const shuffled = Array.from({ length: repeats }, () => {
          const order = shuffledPlaces(rows, random);
          return of(x.map((_, i) => x[order[i]!]!));
        });
        const { lower, upper } = importanceOf(metric, of(x), shuffled, { confidence: 0.95, seed: 1 })!;
        if (lower > truth) tooHigh++;
        if (upper < truth) tooLow++;
      }
      // More often wrong than 5 %, beyond what chance does one time in a thousand?
      for (const wrong of [tooHigh, tooLow])
        expect(1 - binomialCdf(wrong - 1, runs, 0.05)).toBeGreaterThan(0.001);
    }
  });

  it('is not known where a shuffle leaves no value', () => {
    const metric = metricOf('precision', 'binary-classification');
    const rows = (predicted: number[]): EvaluationRows => ({
      task: 'binary-classification',
      labels: Uint8Array.of(1, 0, 1, 0),
      scores: Float64Array.from(predicted),
      predicted: Uint8Array.from(predicted),
    });
    const options = { confidence: 0.95, seed: 1 };
    expect(importanceOf(metric, rows([1, 0, 1, 0]), [rows([0, 0, 0, 0])], options)).toBeUndefined();
  });
});

describe('importance on hold-out data', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(() => bench.close());

  /** Two columns say the same, one is noise. */
  const rows: Row[] = Array.from({ length: 60 }, (_, i) => ({
    ...{ k: String(i), age: String(i), twin: String(i), noise: String((i * 7) % 60), y: i >= 30 ? '1' : '0' },
  }));
  const model: Model = ({ k, age, twin }) => ({ k: k!, p: (Number(age) + Number(twin)) / 120 });
  const measure = async (
    one: object = {},
    own: Model = model,
    gates: Gate[] = [{ metric: 'accuracy', min: 0.5 }],
  ) => {
    const spec = v.parse(importanceSchema, one);
    const at = () => ({ file: 'model.yml' });
    const rules = readRules(gates, 'binary-classification', at);
    return measureImportance(spec, rules, await bench.options(rows, own, { evaluate: { id: 'k' } }));
  };

  it('is that of each column, the most important first, labels and ids left out', async () => {
    const found = await measure();
    expect(found).toMatchObject({
      ...{ verdict: null, metric: 'accuracy', title: 'Accuracy', value: 1, rows: 60, repeats: 5 },
      ...{ confidence: 0.95, seed: 1, repeated: { rows: 60, changed: 0 } },
    });
    expect(found.columns.map(({ name }) => name).sort()).toEqual(['age', 'noise', 'twin']);
    expect(found.columns[2]).toMatchObject({
      ...{
        name: 'noise',
        columns: ['noise'],
        importance: { value: 0 },
        limit: null,
        verdict: null,
        reason: null,
      },
    });
    expect(found.columns[0]!.importance!.value).toBeGreaterThanOrEqual(found.columns[1]!.importance!.value);
    expect(found.columns[1]!.importance!.value).toBeGreaterThan(0.1);
    // 60 rows as they are, and each of three columns shuffled five times.
    expect(bench.asked).toHaveLength(60 * 16);
    expect(leansOn(found)).toMatch(
      /^The model leans most on (age|twin): shuffled, Accuracy gets worse by 0\.\d+, then (age|twin) \(0\.\d+\)$/,
    );
  });

  it('is that of columns that are shuffled together, beside the others', async () => {
    const found = await measure({ together: { both: ['age', 'twin'] }, repeats: 2 });
    expect(found.columns.map(({ name, columns }) => [name, columns])).toEqual([
      ['both', ['age', 'twin']],
      ['noise', ['noise']],
    ]);
    const shuffled = bench.asked.slice(60, 180);
    expect(shuffled.every(({ age, twin }) => age === twin)).toBe(true);
    expect(shuffled.slice(0, 60)).not.toEqual(shuffled.slice(60));
    const [both] = found.columns;
    expect(both!.importance!.value).toBeGreaterThan(0.3);
  });

  it('is held to a limit, on its bounds', async () => {
    const of = async (limit: number, columns = ['noise']) =>
      (await measure({ columns, 'max-importance': { [columns[0]!]: limit } })).columns[0]!;
    const passed = await of(0.2);
    expect(passed).toMatchObject({ limit: 0.2, verdict: 'pass' });
    expect(passed.reason).toMatch(
      /^When noise is shuffled, Accuracy gets worse by 0, at most 0\.\d+ with 95 % confidence; 0\.2 is allowed$/,
    );
    const open = await of(0.001);
    expect(open.verdict).toBe('inconclusive');
    expect(open.reason).toMatch(
      /between −0\.\d+ and 0\.\d+ \(each bound with 95 % confidence\); 0\.001 is allowed, which these rows cannot settle$/,
    );
    const failed = await of(0.01, ['age']);
    expect(failed.verdict).toBe('fail');
    expect(failed.reason).toMatch(
      /^When age is shuffled, .*, at least 0\.\d+ with 95 % confidence; 0\.01 is allowed$/,
    );
    const both = await measure({ 'max-importance': { age: 0.01, noise: 0.2 } });
    expect(both.verdict).toBe('fail');
  });

  it('is by the metric that is named, or the first gate’s', async () => {
    const gates: Gate[] = [
      { metric: 'brier', max: 0.5 },
      { metric: 'accuracy', min: 0.1 },
    ];
    expect((await measure({ columns: 'noise' }, model, gates)).metric).toBe('brier');
    expect((await measure({ columns: 'noise', metric: 'log_loss' }, model, gates)).metric).toBe('log_loss');
    const byLoss = await measure({ columns: 'age', metric: 'brier' });
    expect(byLoss.columns[0]!.importance!.value).toBeGreaterThan(0);
    await expect(measure({ metric: 'brierr' })).rejects.toThrow(/model\.yml.*brierr.*did you mean "brier"/);
  });

  it('is not known where a shuffle leaves the metric without a value', async () => {
    let calls = 0;
    const lazy: Model = ({ k }) => ({ k: k!, p: ++calls > 120 ? 0.1 : 0.9 });
    const found = await measure(
      { columns: 'noise', metric: 'precision', repeats: 1, 'max-importance': { noise: 0.1 } },
      lazy,
    );
    expect(found.columns[0]).toMatchObject({
      ...{ importance: null, verdict: 'inconclusive' },
      reason: 'Precision has no value when noise is shuffled, so its importance is not known; 0.1 is allowed',
    });
    await expect(
      measure({ columns: 'noise', metric: 'precision' }, ({ k }) => ({ k: k!, p: 0.1 })),
    ).rejects.toThrow(
      'Precision has no value on the 60 sampled rows: no row is predicted positive → sample more rows, or name another metric',
    );
  });

  it.each<[object, string]>([
    [
      { together: { noise: ['age', 'twin'] } },
      '"noise" is the name of a column, and of columns that are shuffled together → choose another name',
    ],
    [
      { 'max-importance': { nois: 0.1 } },
      '"nois" is not among the columns that are shuffled → did you mean "noise"?',
    ],
    [{ 'max-importance': { zzzzzz: 0.1 } }, 'that are shuffled → there are age, twin, noise'],
    [{ columns: ['agee'] }, 'the hold-out data have no column "agee" → did you mean "age"?'],
  ])('%j is refused', async (one, message) => {
    await expect(measure(one)).rejects.toThrow(message);
  });

  it('is in a sentence that names three columns, of which it is sure', () => {
    const column = (name: string, value: number, lower: number) => ({
      ...{ name, columns: [name], importance: { value, lower, upper: 1, method: 'm' } },
      ...{ limit: null, verdict: null, reason: null },
    });
    const record = (...columns: ReturnType<typeof column>[]) =>
      leansOn({ columns, title: 'AUC', confidence: 0.9 } as unknown as Parameters<typeof leansOn>[0]);
    expect(record(column('a', 0.123, 0.1))).toBe(
      'The model leans most on a: shuffled, AUC gets worse by 0.12',
    );
    expect(
      record(
        column('a', 0.4, 0.1),
        column('b', 0.3, 0),
        column('c', 0.2, 0.1),
        column('d', 0.1, 0.05),
        column('e', 0.1, 0.05),
      ),
    ).toBe('The model leans most on a: shuffled, AUC gets worse by 0.4, then c (0.2), d (0.1)');
    expect(record(column('a', 0.4, 0))).toBe(
      'Shuffling any one column does AUC no harm that shows with 90 % confidence',
    );
  });
});
