import { drawCharts, inEra } from '../../../src/drift/charts/draw.js';
import { emptyHistory, mergeHistory } from '../../../src/drift/charts/history.js';
import { chartLimits } from '../../../src/drift/charts/limits.js';
import { chartSeries } from '../../../src/drift/charts/chart.js';
import type { NewPoint } from '../../../src/drift/performance/options.js';
import type { Chart, DriftHistory, HistorySeries } from '../../../src/formats/drift-history.js';
import { seededRandom } from '../../../src/statistics/random.js';

const day = (i: number): string => new Date(Date.UTC(2026, 0, 1) + i * 86_400_000).toISOString();
const settings = { 'false-alarm-every': 370, shift: 1, 'learn-from': 5 };

function normals(seed: number): () => number {
  const random = seededRandom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
}
function series(values: readonly number[], more: Partial<HistorySeries> = {}): HistorySeries {
  const points = values.map((value, i) => ({ key: `run ${i}`, at: day(i), rows: 100, value }));
  return { name: 'realised:log_loss', title: 'Log loss', points, ...more };
}
const point = (value: number, i: number, name = 'realised:log_loss'): NewPoint => ({
  series: name,
  title: 'Log loss',
  better: 'lower',
  point: { key: `run ${i}`, at: day(i), rows: 100, value },
});
const historyOf = (values: readonly number[]): DriftHistory =>
  values.reduce(
    (history, value, i) => mergeHistory(history, { points: [point(value, i)], streams: {}, run: String(i) }),
    emptyHistory('m', 'inputs'),
  );
const firstAlarm = (charts: readonly Chart[], method: Chart['method']): number =>
  charts.find((one) => one.method === method)!.points.findIndex(({ alarm }) => alarm);

describe('control charts of a series', () => {
  const limits = chartLimits(settings, 1);

  it('alarm falsely as seldom as they say, although they learn from few points', () => {
    // Short run lengths make a false alarm frequent enough to be counted: the mean of 100 of them.
    const often = chartLimits({ ...settings, 'false-alarm-every': 8 }, 1);
    const lengths: Record<Chart['method'], number[]> = { shewhart: [], cusum: [], ewma: [] };
    for (let run = 0; run < 100; run++) {
      const normal = normals(run + 1);
      const charts = chartSeries(series(Array.from({ length: 40 }, normal)), often, 4);
      for (const { method, points } of charts) {
        const at = points.findIndex(({ alarm }) => alarm);
        lengths[method].push(at < 0 ? 36 : at - 3);
      }
    }
    for (const list of Object.values(lengths)) {
      const mean = list.reduce((sum, length) => sum + length, 0) / list.length;
      const deviation = Math.sqrt(list.reduce((sum, length) => sum + (length - mean) ** 2, 0) / list.length);
      expect(Math.abs(mean - 8)).toBeLessThan((3 * deviation) / Math.sqrt(list.length));
    }
  });

  it('see a shift, CUSUM and EWMA the small one', () => {
    const normal = normals(3);
    const values = [
      ...Array.from({ length: 40 }, normal),
      ...Array.from({ length: 40 }, () => normal() + 1.5),
    ];
    const charts = chartSeries(series(values), limits, 5);
    for (const method of ['cusum', 'ewma'] as const) {
      expect(firstAlarm(charts, method)).toBeGreaterThanOrEqual(40);
      expect(firstAlarm(charts, method)).toBeLessThan(55);
    }
  });

  it('do not learn from a point that alarms, so the next one like it alarms, too', () => {
    const normal = normals(5);
    const values = [...Array.from({ length: 20 }, () => 10 + normal()), 30, 30, 10];
    const [shewhart] = chartSeries(series(values), limits, 5);
    expect(shewhart!.points.slice(-3).map(({ alarm }) => alarm)).toEqual([true, true, false]);
    expect(shewhart!.points.at(-1)!.upper).toBeLessThan(20);
  });

  it('go by ranks where values are not normal, and then alarm no oftener', () => {
    const often = chartLimits({ ...settings, 'false-alarm-every': 8 }, 1);
    const lengths: number[] = [];
    for (let run = 0; run < 100; run++) {
      const random = seededRandom(run + 1);
      // Mostly next to nothing, at times much.
      const values = Array.from({ length: 40 }, () => Math.log(1 - random.uniform()) ** 4);
      const [, cusum] = chartSeries(series(values, { scatter: 'any' }), often, 4);
      const at = cusum!.points.findIndex(({ alarm }) => alarm);
      lengths.push(at < 0 ? 36 : at - 3);
    }
    expect(lengths.reduce((sum, length) => sum + length, 0) / 100).toBeGreaterThan(7);
    const random = seededRandom(1);
    const effects = Array.from({ length: 60 }, (_, i) => random.uniform() ** 4 + (i < 30 ? 0 : 0.8));
    const found = chartSeries(series(effects, { scatter: 'any' }), limits, 5);
    expect(firstAlarm(found, 'cusum')).toBeGreaterThanOrEqual(30);
    expect(firstAlarm(found, 'cusum')).toBeLessThan(45);
  });

  it('call a change for the better no failure', () => {
    const normal = normals(6);
    const values = [...Array.from({ length: 20 }, () => 10 + normal()), 2];
    const verdict = (better: 'lower' | 'higher'): string =>
      chartSeries(series(values, { better }), limits, 5)[0]!.verdict;
    expect(verdict('lower')).toBe('pass');
    expect(verdict('higher')).toBe('fail');
  });

  it('say nothing of points that do not vary, or are too few', () => {
    const constant = chartSeries(series([0, 0, 0, 0, 0, 0, 0, 1]), limits, 5);
    expect(constant.every(({ verdict }) => verdict === 'inconclusive')).toBe(true);
    const few = chartSeries(series([1, 2, 3, 100]), limits, 5);
    expect(few.every(({ points }) => points.every(({ z }) => z === null))).toBe(true);
  });
});

describe('drawCharts', () => {
  const normal = normals(9);
  const past = historyOf(Array.from({ length: 20 }, () => 0.5 + 0.01 * normal()));

  it('fails where the newest point is too bad, and says by how much', () => {
    const { verdict, reasons } = drawCharts({
      model: 'm',
      scope: 'inputs',
      history: past,
      run: 'now',
      points: [point(0.7, 20)],
    });
    expect(verdict).toBe('fail');
    expect(reasons[0]).toMatch(
      /^Log loss: 0\.7 lies \d\.?\d* standard deviations above the 20 points before it/,
    );
  });

  it('passes in order, learns where it is new, and gives several charts one error rate together', () => {
    const ask = (points: NewPoint[]) =>
      drawCharts({ model: 'm', scope: 'inputs', history: past, run: 'now', points });
    const one = ask([point(0.5, 20)]);
    expect(one.verdict).toBe('pass');
    const two = ask([point(0.5, 20), point(3, 20, 'other')]);
    expect(two.verdict).toBe('pass');
    expect(two.reasons.join(' ')).toContain('1 chart of 2 still learns');
    expect(two.result.charts[0]!.limit).toBeGreaterThan(one.result.charts[0]!.limit);
    expect(two.result.charts[0]!.arl).toBeCloseTo(6 * 370, 6);
    expect(ask([point(3, 20, 'other')]).verdict).toBe('inconclusive');
  });

  it('learns anew when the model changes', () => {
    const { verdict } = drawCharts({
      model: 'm',
      scope: 'inputs',
      history: past,
      run: 'now',
      points: inEra([point(0.7, 20)], 'v2.0.0'),
    });
    expect(verdict).toBe('inconclusive');
  });
});
