import * as v from 'valibot';
import type { UserError } from '../../../src/common/errors.js';
import { checkPerformance } from '../../../src/drift/performance/check.js';
import type { PerformanceOptions } from '../../../src/drift/performance/options.js';
import { findMetric } from '../../../src/evaluation/metrics/registry.js';
import { driftPerformanceSchema as formatSchema } from '../../../src/formats/drift-performance.js';
import { streamStateSchema } from '../../../src/formats/drift-history.js';
import { driftPerformanceSchema as specSchema } from '../../../src/spec/sections/drift-performance.js';
import { seededRandom } from '../../../src/statistics/random.js';
import { type Workplace, workplace } from '../data.js';

const start = Date.UTC(2026, 2, 1);
const minute = 60_000;
const now = new Date(start + 3000 * minute);
const at = (i: number): string => new Date(start + i * minute).toISOString();

interface Made {
  readonly rows: number;
  readonly seed: number;
  /** The score of a uniform number; the label comes true with probability `truth` of the score. */
  score?(u: number): number;
  truth?(score: number, i: number): number;
}
const calibrated = (score: number): number => score;

/** Predictions one a minute, with their labels. */
function make({ rows, seed, score = (u) => u, truth = calibrated }: Made) {
  const random = seededRandom(seed);
  return Array.from({ length: rows }, (_, i) => {
    const p = Math.round(score(random.uniform()) * 1e6) / 1e6;
    return { id: `r${seed}-${i}`, at: at(i), p, late: random.uniform() < truth(p, i) ? 1 : 0 };
  });
}
const spec = {
  predictions: 'log.csv',
  time: 'at',
  rules: [
    { metric: 'roc_auc', min: 0.75 },
    { metric: 'log_loss', 'max-increase': 0.05 },
  ],
  concept: { margin: 0.05 },
};

describe('checkPerformance', () => {
  let place: Workplace;
  let reference: string;
  let count = 0;
  beforeAll(async () => {
    place = await workplace();
    reference = place.csv('reference.csv', make({ rows: 4000, seed: 1 }));
  });
  afterAll(() => place.close());

  type Log = ReturnType<typeof make>;
  async function check(
    log: Log,
    more: Partial<PerformanceOptions> & {
      spec?: object;
      labels?: readonly { id: string; late: number | null }[];
    } = {},
  ) {
    const { spec: own = {}, labels, files, ...rest } = more;
    const name = `${++count}`;
    const predictions = labels === undefined ? log : log.map(({ id, at: time, p }) => ({ id, at: time, p }));
    const settings = v.parse(specSchema, { ...spec, ...own })!;
    const outcome = await checkPerformance({
      engine: place.data.engine,
      task: 'binary-classification',
      settings,
      columns: { id: 'id', time: 'at', label: 'late', score: 'p', threshold: 0.5 },
      files: {
        predictions: [place.csv(`log-${name}.csv`, predictions)],
        ...(labels && { labels: [place.csv(`labels-${name}.csv`, labels)] }),
        reference: [reference],
        ...files,
      },
      measure: (metric) => {
        const found = findMetric(metric, 'binary-classification');
        return 'metric' in found ? found.metric : found;
      },
      profile: place.data.profileSource,
      compare: place.compare,
      at: (path) => ({ file: 'model.yml', line: 1 + path.length }),
      now,
      run: '1',
      seed: 1,
      ...rest,
    });
    // What leaves is as its format says, and survives JSON.
    expect(v.parse(formatSchema, JSON.parse(JSON.stringify(outcome.result)))).toEqual(outcome.result);
    return outcome;
  }

  it('passes a model in order, on all counts', async () => {
    const { result, points, stream } = await check(make({ rows: 2000, seed: 2 }));
    expect(result.verdict).toBe('pass');
    expect(result.predictions!.verdict).toBe('pass');
    expect(result.realised!.rules.map(({ verdict }) => verdict)).toEqual(['pass', 'pass']);
    expect(result.estimated!.heldAgainst.every(({ agrees }) => agrees)).toBe(true);
    expect(result.estimated!.calibration.used).toBe('as-is');
    expect(result.concept!.verdict).toBe('pass');
    expect(result.concept!.outcomes).toBe(2000);
    expect(points.map(({ series }) => series)).toEqual([
      'realised:roc_auc',
      'realised:log_loss',
      'estimated:roc_auc',
      'estimated:log_loss',
    ]);
    expect(v.parse(streamStateSchema, JSON.parse(JSON.stringify(stream)))).toEqual(stream);
  });

  it('sees that scores no longer mean what they meant, and stops believing the estimate', async () => {
    const turned = make({ rows: 2000, seed: 3, truth: (p, i) => (i < 1000 ? p : 0.5 + (0.5 - p) / 3) });
    const { result, verdict } = await check(turned);
    expect(verdict).toBe('fail');
    expect(result.predictions!.verdict).toBe('pass');
    expect(result.realised!.verdict).toBe('fail');
    expect(result.estimated!.verdict).toBe('inconclusive');
    expect(result.estimated!.reasons[0]).toMatch(
      /Where labels are known, roc_auc is 0\.\d+, and the estimate says/,
    );
    expect(result.concept!.verdict).toBe('fail');
    const alarm = (Date.parse(result.concept!.alarmAt!) - start) / minute;
    expect(alarm).toBeGreaterThan(1000);
    expect(alarm).toBeLessThan(1300);
    expect(result.concept!.reasons[0]).toMatch(/^Since 2026-03-0\d .* the share of errors is above 0\.\d+/);
  });

  it('estimates what labels would say, when the predictions become less certain', async () => {
    const unsure = make({ rows: 2000, seed: 4, score: (u) => 0.35 + 0.3 * u });
    const { result } = await check(unsure, { labels: unsure.slice(0, 1), spec: { concept: undefined } });
    const [auc] = result.estimated!.rules;
    expect(auc!.verdict).toBe('fail');
    expect(result.predictions!.verdict).toBe('fail');
    const known = await check(unsure);
    const truth = known.result.realised!.rules[0]!.current!.value;
    expect(truth).toBeGreaterThan(auc!.current!.lower!);
    expect(truth).toBeLessThan(auc!.current!.upper!);
    expect(result.estimated!.assumptions).toHaveLength(2);
  });

  it('corrects scores that are too sure by the reference, and then estimates well', async () => {
    const sure = (p: number): number => 0.5 + (p - 0.5) / 2;
    const own = place.csv('sure.csv', make({ rows: 4000, seed: 21, truth: sure }));
    const log = make({ rows: 2000, seed: 22, truth: sure });
    const { result } = await check(log, { files: { reference: [own] } as never });
    const { calibration, heldAgainst } = result.estimated!;
    expect(calibration.used).toBe('isotonic');
    expect(calibration.error).toBeGreaterThan(0.1);
    expect(calibration.errorAfter).toBeLessThan(0.05);
    expect(heldAgainst.every(({ agrees }) => agrees)).toBe(true);
  });

  it('judges only mature predictions, and says when too few of them have a label', async () => {
    const log = make({ rows: 2000, seed: 5 });
    const mature = { 'mature-after': '2000m' };
    const all = await check(log, { labels: log, spec: mature });
    expect(all.result.realised!.maturity).toMatchObject({ predictions: 2000, mature: 1001, labelled: 1001 });
    expect(all.result.estimated!.rows).toBe(999);
    const few = await check(log, { labels: log.slice(0, 500), spec: mature });
    expect(few.result.realised!.maturity.coverage).toBeCloseTo(500 / 1001, 9);
    expect(few.result.realised!.verdict).toBe('inconclusive');
    expect(few.result.realised!.reasons[0]).toContain(
      '50 % of 1,001 mature predictions have a label, and 90 % are wanted',
    );
    const none = await check(log, { labels: log, spec: { 'mature-after': '9d' } });
    expect(none.result.realised!.reasons).toEqual(['No prediction is mature yet.']);
    expect(none.result.realised!.verdict).toBe('inconclusive');
  });

  it('says when labels came for some scores rather than others', async () => {
    const log = make({ rows: 2000, seed: 6 });
    const { result } = await check(log, { labels: log.filter(({ p }, i) => p > 0.3 || i % 2 === 0) });
    expect(result.realised!.maturity.labelledAlike).toBeLessThan(1e-6);
    expect(result.realised!.reasons.join(' ')).toContain(
      'Labels came for other predictions than they are missing for',
    );
  });

  it('reads a stream on where the last run ended, and a second attempt reads the same', async () => {
    const log = make({ rows: 2000, seed: 7 });
    const early = new Date(start + 1000 * minute - 1);
    const spec2 = { 'mature-after': '0s' };
    const first = await check(log, { now: early, spec: spec2 });
    expect(first.result.concept).toMatchObject({ added: 1000, outcomes: 1000 });
    const second = await check(log, { spec: spec2, stream: first.stream! });
    expect(second.result.concept).toMatchObject({ added: 1000, outcomes: 2000 });
    const again = await check(log, { spec: spec2, stream: first.stream! });
    expect(again.stream).toEqual(second.stream);
    const whole = await check(log, { spec: spec2 });
    expect(second.stream).toMatchObject({
      n: whole.stream!.n,
      sum: whole.stream!.sum,
      pageHinkley: whole.stream!.pageHinkley,
      adwin: whole.stream!.adwin,
    });
    // Another model's errors are another stream.
    const other = await check(log, { spec: spec2, stream: first.stream!, era: 'v2.0.0' });
    expect(other.result.concept!.outcomes).toBe(2000);
    expect(other.result.concept!.added).toBe(2000);
  });

  it('takes the alarm back when the errors are few again, and not before', async () => {
    const bad = (i: number): boolean => i >= 500 && i < 1000;
    const log = make({ rows: 2000, seed: 8, truth: (p, i) => (bad(i) ? 1 - p : p) });
    const { result } = await check(log);
    expect(result.concept!.alarms).toHaveLength(1);
    expect(result.concept!.recoveries).toHaveLength(1);
    expect(result.concept!.verdict).not.toBe('fail');
    const [alarm, recovery] = [result.concept!.alarms[0]!, result.concept!.recoveries[0]!];
    expect(alarm > at(500) && alarm < at(700)).toBe(true);
    expect(recovery > at(1000)).toBe(true);
  });

  it('leaves rows without a score or a time out, and says so', async () => {
    const log = make({ rows: 500, seed: 9 }).map((row, i) => ({
      ...row,
      p: i % 100 === 0 ? (null as never) : row.p,
      at: i % 250 === 1 ? '' : row.at,
    }));
    const { result } = await check(log);
    expect(result.reasons).toContain('5 rows of the log without a prediction were left out.');
    expect(result.reasons).toContain('2 rows of the log without a time were left out.');
    expect(result.realised!.maturity.labelled).toBe(493);
  });

  it.each([
    ['an id twice', (log: Log) => [log, [...log, { ...log[0]! }]], 'stands for several predictions'],
    [
      'labels that contradict',
      (log: Log) => [[...log, { ...log[0]!, late: 1 - log[0]!.late }], log],
      'labels that contradict each other',
    ],
  ] as const)('refuses %s', async (_, change, message) => {
    const [labels, predictions] = change(make({ rows: 50, seed: 10 }));
    await expect(check(predictions as Log, { labels: labels as Log })).rejects.toThrow(message);
  });

  it('refuses what is no probability, no metric, no column, with what to do', async () => {
    const log = make({ rows: 50, seed: 11 });
    await expect(check(log.map((row) => ({ ...row, p: row.p + 1 })))).rejects.toThrow('no probability');
    const problem = async (more: object): Promise<UserError> => {
      try {
        await check(log, more);
      } catch (error) {
        return error as UserError;
      }
      throw new Error('passed');
    };
    const metric = await problem({ spec: { rules: [{ metric: 'roc_acu', min: 0.5 }] } });
    expect(metric.problems[0]).toMatchObject({ remedy: 'did you mean "roc_auc"?' });
    const column = await problem({
      columns: { id: 'id', time: 'att', label: 'late', score: 'p', threshold: 0.5 },
    });
    expect(column.problems[0]).toMatchObject({ remedy: 'did you mean "at"?' });
    const nothing = await problem({ files: { reference: undefined }, spec: { concept: { margin: 0.1 } } });
    expect(nothing.message).toContain('nothing says which mean loss is accepted');
  });

  it('says why it estimates nothing without a reference', async () => {
    const { result } = await check(make({ rows: 200, seed: 12 }), {
      files: { reference: undefined } as never,
      spec: { concept: { margin: 0.1, accepted: 0.3 } },
    });
    expect(result.estimated).toBeNull();
    expect(result.predictions).toBeNull();
    expect(result.reasons.at(-1)).toContain('No estimate without labels: there is no labelled reference');
    expect(result.realised!.rules[1]!.reason).toContain('nothing to be compared with: there is no reference');
  });
});
