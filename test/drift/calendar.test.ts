import { compareProfiles } from '../../src/drift/compare.js';
import type { ColumnDrift } from '../../src/formats/drift-column.js';
import { many, profileOf, seeded } from './profiles.js';

const random = seeded(31);
const day = 86_400;
const start = Date.parse('2001-01-01') / 1000;
const settings = { alpha: 0.05, columns: new Map(), optional: [], random };

type Type = 'date' | 'timestamp';
const judge = (before: number[], now: number[], type: Type = 'timestamp'): ColumnDrift =>
  compareProfiles(
    profileOf({ t: { type, values: before } }),
    profileOf({ t: { type, values: now } }),
    settings,
  ).columns[0]!;

/** Times from day `from` on over `days`, those of `hours`, on days for which `open` holds. */
function times(
  n: number,
  from: number,
  days: number,
  hours = [0, 24],
  open = (_date: number) => true,
): number[] {
  return many(n, () => {
    let date: number;
    do date = from + Math.floor(random() * days);
    while (!open(date));
    const second = (hours[0]! + random() * (hours[1]! - hours[0]!)) * 3600;
    return start + date * day + Math.floor(second);
  });
}

describe('a column of times', () => {
  it('that only goes on is in order: its weeks and days are as before', () => {
    const found = judge(times(6000, 0, 60), times(3000, 60, 21));
    expect(found).toMatchObject({ kind: 'time', verdict: 'ok' });
    expect(found.tests.map(({ of }) => of)).toEqual(['weekdays', 'hours']);
    expect(found.reason).toMatch(/^later than the reference, as expected/);
  });

  it('that comes at other hours has changed, and says which', () => {
    const found = judge(times(6000, 0, 60), times(3000, 60, 21, [8, 20]));
    expect(found.verdict).toBe('drift');
    expect(found.reason).toMatch(/^the mix of hours of the day changed by .*: most of all \d\d:00–\d\d:59, /);
    expect(found.shares.map(({ label }) => label).slice(0, 2)).toEqual(['00:00–00:59', '01:00–01:59']);
    expect(found.tests.find(({ of }) => of === 'weekdays')!.effect).toBeLessThan(0.1);
  });

  it('that no longer comes on weekends has changed', () => {
    // 1 January 2001 was a Monday.
    const found = judge(
      times(6000, 0, 56),
      times(3000, 56, 28, [0, 24], (date) => date % 7 < 5),
    );
    expect(found.verdict).toBe('drift');
    expect(found.reason).toMatch(
      /^the mix of days of the week changed by .*most of all (Saturday|Sunday), 1[3-6][.0-9]* % → 0 %/,
    );
  });

  it('names the one day of the week that is gone', () => {
    // 7 January 2001 was a Sunday.
    const found = judge(
      times(6000, 0, 56),
      times(3000, 56, 28, [0, 24], (date) => date % 7 !== 6),
    );
    expect(found.reason).toMatch(/most of all Sunday, 1[3-6][.0-9]* % → 0 %/);
  });

  it('of odd days against even ones is no change of the week', () => {
    const found = judge(
      times(6000, 0, 28, [0, 24], (d) => d % 2 === 0),
      times(6000, 0, 28, [0, 24], (d) => d % 2 === 1),
    );
    expect(found.verdict).toBe('ok');
    expect(found.tests.map(({ of }) => of)).toEqual(['hours']);
  });

  it('without an hour, or without a whole week, is not asked for what it does not have', () => {
    const dates = (n: number, from: number, days: number) => times(n, from, days).map((x) => x - (x % day));
    expect(judge(dates(3000, 0, 28), dates(3000, 28, 28), 'date').tests.map(({ of }) => of)).toEqual([
      'weekdays',
    ]);
    expect(judge(times(3000, 0, 28), times(800, 28, 4)).tests.map(({ of }) => of)).toEqual(['hours']);
    expect(judge(dates(3000, 0, 3), dates(800, 28, 3), 'date').tests).toEqual([]);
  });

  it('of few rows is asked for parts of the day', () => {
    const found = judge(times(6000, 0, 60), times(420, 60, 3));
    expect(found.verdict).toBe('ok');
    expect(found.shares.length).toBeLessThan(24);
  });
});
