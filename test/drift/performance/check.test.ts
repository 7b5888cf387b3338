import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import type { UserError } from '../../../src/common/errors.js';
import { checkPerformance } from '../../../src/drift/performance/check.js';
import type { PerformanceOptions } from '../../../src/drift/performance/options.js';
import { findMetric } from '../../../src/evaluation/metrics/registry.js';
import { driftPerformanceSchema as formatSchema } from '../../../src/formats/drift-performance.js';
import { type StreamState, streamStateSchema } from '../../../src/formats/drift-history.js';
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

describe('an alarm of the stream that is over', () => {
  let place: Workplace;
  beforeAll(async () => {
    place = await workplace();
  });
  afterAll(() => place.close());

  it('is not heard again while the newest outcomes are in order, and ends by evidence', async () => {
    const random = seededRandom(40);
    const reference = place.csv('before.csv', make({ rows: 3000, seed: 1 }));
    let stream: StreamState | undefined;
    const month = async (k: number, rows: number, wrong: number) => {
      // A share of the labels is turned round: so much more of the predictions are wrong.
      const log = make({ rows, seed: 50 + k }).map((row, i) => ({
        ...row,
        at: at(k * 10_000 + i),
        late: random.uniform() < wrong ? 1 - row.late : row.late,
      }));
      const outcome = await checkPerformance({
        engine: place.data.engine,
        task: 'binary-classification',
        settings: v.parse(specSchema, { ...spec, rules: [], concept: { margin: 0.05 } })!,
        columns: { id: 'id', time: 'at', label: 'late', score: 'p', threshold: 0.5 },
        files: { predictions: [place.csv(`month-${k}.csv`, log)], reference: [reference] },
        measure: (metric) => ({ wrong: metric, remedy: '' }),
        profile: place.data.profileSource,
        compare: place.compare,
        at: () => ({ file: 'model.yml' }),
        now: new Date(start + (k + 1) * 10_000 * minute - 1),
        run: String(k),
        era: 'v1',
        seed: 1,
        ...(stream && { stream }),
      });
      stream = v.parse(streamStateSchema, JSON.parse(JSON.stringify(outcome.stream)));
      return outcome.result.concept!;
    };
    expect((await month(1, 2000, 0)).verdict).toBe('pass');
    expect((await month(2, 1500, 0.4)).verdict).toBe('fail');
    const after = await month(3, 150, 0);
    expect(after.verdict).toBe('inconclusive');
    expect(after.alarmAt).not.toBeNull();
    expect(after.reasons[0]).toMatch(
      /newest 150 outcomes is 0\.\d+, within that; there is not yet enough evidence/,
    );
    let last = after;
    for (let k = 4; k < 12 && last.verdict !== 'pass'; k++) last = await month(k, 1000, 0);
    expect(last).toMatchObject({ verdict: 'pass', alarmAt: null });
    // The share that is told is the one since then: that of all outcomes would be above what is allowed.
    const [, share] = /since it was last in order again, is (0\.\d+); nothing says/.exec(last.reasons[0]!)!;
    expect(Number(share)).toBeLessThan(last.accepted + last.margin);
  });
});

describe('labels on their way', () => {
  let place: Workplace;
  beforeAll(async () => {
    place = await workplace();
  });
  afterAll(() => place.close());

  async function check(files: { log: string; labels: string }, over: object = {}) {
    const reference = place.csv('known.csv', make({ rows: 3000, seed: 1 }));
    return checkPerformance({
      engine: place.data.engine,
      task: 'binary-classification',
      settings: v.parse(specSchema, { ...spec, labels: 'labels.csv', concept: undefined, ...over })!,
      columns: { id: 'id', time: 'at', label: 'late', score: 'p', threshold: 0.5 },
      files: { predictions: [files.log], labels: [files.labels], reference: [reference] },
      measure: (metric) => {
        const found = findMetric(metric, 'binary-classification');
        return 'metric' in found ? found.metric : found;
      },
      profile: place.data.profileSource,
      compare: place.compare,
      at: () => ({ file: 'model.yml' }),
      now,
      run: '1',
      era: 'v1',
      seed: 1,
    });
  }

  it('a file of labels without a row is no fault: there are none yet, and the estimate stands in', async () => {
    const log = place.csv(
      'young.csv',
      make({ rows: 1500, seed: 7 }).map(({ id, at: time, p }) => ({ id, at: time, p })),
    );
    const labels = join(place.folder, 'none.csv');
    writeFileSync(labels, 'id,late\n');
    const { result } = await check({ log, labels }, { 'mature-after': '30d' });
    expect(result.reasons[0]).toBe('No labels yet: the files of labels have no rows.');
    expect(result.realised!.maturity.labelled).toBe(0);
    expect(result.estimated!.verdict).toBe('pass');
  });

  it('joins whole numbers as ids, also where one file writes them with a fraction', async () => {
    const rows = make({ rows: 1500, seed: 8 }).map((row, i) => ({ ...row, id: String(i) }));
    const log = place.csv(
      'whole.csv',
      rows.map(({ id, at: time, p }) => ({ id, at: time, p })),
    );
    const labels = place.csv(
      'fractions.csv',
      rows.map(({ id, late }) => ({ id: `${id}.0`, late })),
    );
    expect((await check({ log, labels })).result.realised!.maturity.labelled).toBe(1500);
  });

  it('says that ids are written differently when that is why none joins', async () => {
    const rows = make({ rows: 1500, seed: 8 }).map((row, i) => ({ ...row, id: `row${i}` }));
    const log = place.csv(
      'small.csv',
      rows.map(({ id, at: time, p }) => ({ id, at: time, p })),
    );
    const written = place.csv(
      'capitals.csv',
      rows.map(({ id, late }) => ({ id: id.toUpperCase(), late })),
    );
    const { result } = await check({ log, labels: written });
    expect(result.realised!.maturity.labelled).toBe(0);
    expect(result.reasons[0]).toMatch(
      /^No label belongs to a prediction, since ids are written differently: "row\d+" in the log, "ROW\d+" with the labels\. Written alike, 1,500 would/,
    );
    const others = place.csv(
      'others.csv',
      rows.map(({ id, late }) => ({ id: `z${id}`, late })),
    );
    expect((await check({ log, labels: others })).result.reasons[0]).toBe(
      'No label belongs to a prediction: not one id of the labels is in the log.',
    );
  });
});
