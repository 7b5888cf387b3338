import * as v from 'valibot';
import { checkPerformance } from '../../../src/drift/performance/check.js';
import type { Task } from '../../../src/drift/performance/measure.js';
import type { PerformanceColumns } from '../../../src/drift/performance/options.js';
import { findMetric } from '../../../src/evaluation/metrics/registry.js';
import { driftPerformanceSchema } from '../../../src/spec/sections/drift-performance.js';
import { seededRandom } from '../../../src/statistics/random.js';
import { type Workplace, workplace } from '../data.js';

type Row = Readonly<Record<string, string | number>>;
const at = (i: number): string => new Date(Date.UTC(2026, 2, 1) + i * 60_000).toISOString();

describe('checkPerformance, of other tasks', () => {
  let place: Workplace;
  let count = 0;
  beforeAll(async () => {
    place = await workplace();
  });
  afterAll(() => place.close());

  function check(
    task: Task,
    columns: Partial<PerformanceColumns>,
    spec: object,
    log: Row[],
    reference: Row[],
  ) {
    const name = `${++count}`;
    return checkPerformance({
      engine: place.data.engine,
      task,
      settings: v.parse(driftPerformanceSchema, { predictions: 'x', time: 'at', ...spec })!,
      columns: { time: 'at', label: 'label', threshold: 0.5, ...columns },
      files: {
        predictions: [place.csv(`log-${name}.csv`, log)],
        reference: [place.csv(`reference-${name}.csv`, reference)],
      },
      measure: (metric) => {
        const found = findMetric(metric, task);
        return 'metric' in found ? found.metric : found;
      },
      profile: place.data.profileSource,
      compare: place.compare,
      at: () => ({ file: 'model.yml' }),
      now: new Date(Date.UTC(2027, 0, 1)),
      run: '1',
      seed: 1,
    });
  }

  /** Three classes whose probabilities are true. */
  function threeClasses(rows: number, seed: number, right = true): Row[] {
    const random = seededRandom(seed);
    return Array.from({ length: rows }, (_, i) => {
      const raw = [random.uniform() ** 3, random.uniform() ** 3, random.uniform() ** 3];
      const sum = raw.reduce((total, one) => total + one, 0);
      const p = raw.map((one) => one / sum);
      let u = right ? random.uniform() : 0.999 * random.uniform();
      let label = 0;
      while (label < 2 && (u -= right ? p[label]! : 1 / 3) >= 0) label++;
      return { at: at(i), red: p[0]!, green: p[1]!, blue: p[2]!, label: ['red', 'green', 'blue'][label]! };
    });
  }
  const score = { red: 'red', green: 'green', blue: 'blue' };
  const rules = ['accuracy', 'log_loss', 'brier', 'f1_macro', 'balanced_accuracy', 'mcc'].map((metric) =>
    metric === 'log_loss' || metric === 'brier' ? { metric, max: 0.9 } : { metric, min: 0.5 },
  );

  it('estimates every metric of several classes, near to what the labels say', async () => {
    const { result } = await check(
      'multiclass-classification',
      { score },
      { rules, concept: { margin: 0.05 } },
      threeClasses(2500, 1),
      threeClasses(2500, 2),
    );
    expect(result.estimated!.heldAgainst).toHaveLength(6);
    expect(result.estimated!.heldAgainst.filter(({ agrees }) => !agrees)).toEqual([]);
    for (const { estimated, realised } of result.estimated!.heldAgainst) {
      expect(Math.abs(estimated.value - realised.value)).toBeLessThan(0.04);
    }
    expect(result.concept!.verdict).toBe('pass');
    expect(result.concept!.loss).toBe('error');
  });

  it('sees when labels of several classes have nothing to do with the scores any more', async () => {
    const { result } = await check(
      'multiclass-classification',
      { score },
      { rules, concept: { margin: 0.05 } },
      threeClasses(1500, 3, false),
      threeClasses(2500, 2),
    );
    expect(result.realised!.verdict).toBe('fail');
    expect(result.estimated!.verdict).toBe('inconclusive');
    expect(result.concept!.verdict).toBe('fail');
  });

  function regression(rows: number, seed: number, bias = 0): Row[] {
    const random = seededRandom(seed);
    return Array.from({ length: rows }, (_, i) => {
      const target = 100 * random.uniform();
      return { at: at(i), predicted: target + bias + 10 * (random.uniform() - 0.5), label: target };
    });
  }
  const regressionSpec = {
    rules: [
      { metric: 'mae', 'max-increase': 0.5 },
      { metric: 'mean_error', max: 1, min: -1 },
    ],
    concept: { margin: 1, 'largest-error': 20 },
  };

  it('judges a regression by its errors, in their unit', async () => {
    const good = await check(
      'regression',
      { prediction: 'predicted' },
      regressionSpec,
      regression(1500, 4),
      regression(2000, 5),
    );
    expect(good.verdict).toBe('pass');
    expect(good.result.estimated).toBeNull();
    expect(good.result.concept).toMatchObject({ loss: 'absolute-error', largestError: 20, verdict: 'pass' });
    expect(good.result.concept!.mean).toBeCloseTo(2.5, 0);
    expect(good.result.concept!.detectors.map(({ method }) => method)).toEqual(['page-hinkley', 'adwin']);
    const bad = await check(
      'regression',
      { prediction: 'predicted' },
      regressionSpec,
      regression(1500, 6, 5),
      regression(2000, 5),
    );
    expect(bad.result.realised!.rules.map(({ verdict }) => verdict)).toEqual(['fail', 'pass', 'fail']);
    expect(bad.result.concept!.verdict).toBe('fail');
  });

  it('takes labels that are written otherwise for the same, and knows the positive class', async () => {
    const random = seededRandom(9);
    const rows = (label: (one: number) => string): Row[] =>
      Array.from({ length: 600 }, (_, i) => {
        const p = random.uniform();
        return { at: at(i), p, said: p >= 0.5 ? 'yes' : 'no', label: label(random.uniform() < p ? 1 : 0) };
      });
    const text = (one: number): string => (one === 1 ? 'yes' : 'no');
    const spec = { rules: [{ metric: 'recall', min: 0.6 }], 'min-coverage': '50%' };
    const { result } = await check(
      'binary-classification',
      { score: 'p', prediction: 'said', positive: 'yes' },
      spec,
      rows(text),
      rows(text),
    );
    expect(result.realised!.rules[0]!.current!.value).toBeCloseTo(0.75, 1);
    await expect(
      check('binary-classification', { score: 'p' }, spec, rows(text), rows(text)),
    ).rejects.toThrow('which of the labels no and yes is the positive class');
    const numbers = await check(
      'binary-classification',
      { score: 'p' },
      spec,
      rows((one) => `${one}`),
      rows((one) => `${one}.0`),
    );
    expect(numbers.result.realised!.rules[0]!.current!.value).toBeCloseTo(0.75, 1);
    expect(numbers.result.estimated!.calibration.used).toBe('as-is');
  });
});
