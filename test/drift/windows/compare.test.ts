import * as v from 'valibot';
import { compareWindows } from '../../../src/drift/windows/compare.js';
import { driftWindowsSchema as formatSchema } from '../../../src/formats/drift-windows.js';
import { driftWindowsSchema as specSchema } from '../../../src/spec/sections/drift-windows.js';
import { seededRandom } from '../../../src/statistics/random.js';
import { type Workplace, workplace } from '../data.js';

const hour = 3_600_000;
/** A Monday. */
const monday = Date.UTC(2026, 2, 2);
type Row = { at: string; load: number; kind: string };

/** Rows of some hours from Monday: loads are twice as high at weekends, and `more` is added to all. */
function rows(from: number, hours: number, perHour: number, seed: number, more = 0): Row[] {
  const random = seededRandom(seed);
  return Array.from({ length: hours * perHour }, (_, i) => {
    const time = new Date(monday + (from + Math.floor(i / perHour)) * hour + (i % perHour) * 1000);
    const weekend = time.getUTCDay() === 0 || time.getUTCDay() === 6;
    const kind = random.uniform() < (weekend ? 0.8 : 0.2) ? 'leisure' : 'work';
    return { at: time.toISOString(), load: more + (weekend ? 20 : 10) + 4 * random.uniform(), kind };
  });
}

describe('compareWindows', () => {
  let place: Workplace;
  let reference: string;
  let count = 0;
  beforeAll(async () => {
    place = await workplace();
    reference = place.csv('reference.csv', rows(0, 24 * 28, 12, 1));
  });
  afterAll(() => place.close());

  async function check(current: readonly Row[], spec: object, from = reference) {
    const outcome = await compareWindows({
      engine: place.data.engine,
      reference: [from],
      current: [place.csv(`current-${++count}.csv`, current)],
      types: {},
      settings: v.parse(specSchema, { time: 'at', ...spec })!,
      profile: place.data.profileSource,
      compare: place.compare,
      at: (path) => ({ file: 'model.yml', line: path.length }),
      seed: 1,
    });
    expect(v.parse(formatSchema, JSON.parse(JSON.stringify(outcome.result)))).toEqual(outcome.result);
    return outcome;
  }
  const weekend = (seed: number, more = 0): Row[] => rows(24 * 5, 48, 40, seed, more);

  it('calls a weekend changed against all days, and in order against weekends', async () => {
    const plain = await check(weekend(2), { every: '2d' });
    expect(plain.verdict).toBe('fail');
    expect(plain.result.windows.at(-1)!.plain.drifted).toEqual(['load', 'kind']);

    const { result, verdict, reasons } = await check(weekend(2), { every: '2d', season: ['weekend'] });
    expect(verdict).toBe('pass');
    const last = result.windows.at(-1)!;
    expect(last.plain.drifted).toEqual(['load', 'kind']);
    expect(last.matched).toMatchObject({ verdict: 'pass', drifted: [], referenceRows: 8 * 24 * 12 });
    for (const { name, explained } of last.columns) {
      if (name !== 'at') expect(explained).toBeGreaterThan(0.8);
    }
    expect(reasons.join(' ')).toMatch(
      /Against the whole reference load \(\d+ %\), kind \(\d+ %\) changed, too: that goes with the weekend/,
    );
  });

  it('sees a change that the season does not explain', async () => {
    const { verdict, result } = await check(weekend(3, 6), { every: '2d', season: ['weekend'] });
    expect(verdict).toBe('fail');
    expect(result.windows.at(-1)!.matched!.drifted).toEqual(['load']);
  });

  it('matches proportions, too: a mixed week against the same hours and weekdays', async () => {
    // Mostly weekend, a little of Monday: the reference sample must have the same mixture.
    const mixed = [...weekend(4), ...rows(24 * 7, 6, 40, 5)];
    const { verdict, result } = await check(mixed, { rows: mixed.length, season: ['weekday', 'hour'] });
    expect(verdict).toBe('pass');
    expect(result.windows[0]!.plain.verdict).toBe('fail');
    // Each of its 54 hours 40 rows of 48 that the reference has.
    expect(result.windows[0]!.matched!.referenceRows).toBe(54 * 48);
  });

  it('cuts windows of equal size, the oldest first, and leaves what fills none', async () => {
    const current = rows(0, 100, 10, 6);
    const byRows = await check(current, { rows: 300, last: 2 });
    expect(byRows.result.windows.map((one) => one.rows)).toEqual([300, 300]);
    expect(byRows.result.left).toEqual({ newer: 100, older: 300, untimed: 0 });
    const byDay = await check(current, { every: '1d' });
    expect(byDay.result.windows.map((one) => one.rows)).toEqual([240, 240, 240, 240]);
    expect(byDay.result.windows[0]!.from).toBe('2026-03-02T00:00:00.000Z');
    expect(byDay.result.left).toEqual({ newer: 40, older: 0, untimed: 0 });
    const week = await check(rows(0, 24 * 14, 2, 7), { every: '7d' });
    expect(week.result.windows.map((one) => one.from.slice(0, 10))).toEqual(['2026-03-02', '2026-03-09']);
    expect(week.points.filter(({ series }) => series === 'window:load')).toHaveLength(2);
  });

  it('does not compare what the reference has none of', async () => {
    const weekdays = place.csv('weekdays.csv', rows(0, 24 * 5, 12, 8));
    const { verdict, result, reasons } = await check(
      weekend(9),
      { every: '2d', season: ['weekday'] },
      weekdays,
    );
    expect(verdict).toBe('inconclusive');
    expect(result.windows[0]).toMatchObject({ matched: null, unmatched: 1 });
    expect(reasons.join(' ')).toContain('100 % of its rows are of a weekday that the reference has none of');
  });

  it('is inconclusive where no window is full, and refuses what is no time', async () => {
    const { verdict, reasons } = await check(rows(0, 2, 10, 10), { rows: 500 });
    expect(verdict).toBe('inconclusive');
    expect(reasons).toEqual(['No window of 500 rows is full yet: 20 rows so far.']);
    await expect(check(rows(0, 2, 10, 11), { time: 'load' })).rejects.toThrow('holds no times (number)');
    await expect(check(rows(0, 2, 10, 11), { time: 'att' })).rejects.toThrow('has no column "att"');
  });
});
