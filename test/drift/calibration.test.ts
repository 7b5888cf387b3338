import { type Comparison, compareProfiles } from '../../src/drift/compare.js';
import type { Profile } from '../../src/formats/profile.js';
import { many, normal, profileOf, seeded } from './profiles.js';

const alpha = 0.05;

/** Columns of every sort, drawn anew from one and the same distribution. */
function draw(n: number, random: () => number, shift = 0): Profile {
  const skewed = (categories: number): string => `c${Math.floor(categories * random() ** 3)}`;
  return profileOf({
    normal: { type: 'number', values: many(n, () => normal(random) + shift) },
    heavy: { type: 'number', values: many(n, () => 1 / random() ** 0.7) },
    rounded: { type: 'integer', values: many(n, () => Math.floor(normal(random) * 9)) },
    sparse: { type: 'number', values: many(n, () => (random() < 0.2 ? null : normal(random))) },
    flag: { type: 'boolean', values: many(n, () => String(random() < 0.03)) },
    few: { type: 'string', values: many(n, () => skewed(4)) },
    airports: { type: 'string', values: many(n, () => skewed(200)) },
    rare: { type: 'string', values: many(n, () => (random() < 0.01 ? null : skewed(20))) },
  });
}

const compare = (reference: Profile, current: Profile, random: () => number): Comparison =>
  compareProfiles(reference, current, { alpha, columns: new Map(), optional: [], random });

/** More alarms than this in as many runs happen less than once in 10,000 times when the rate is 5 %; docs/calibration.md has the whole table. */
const [runs, bound] = [50, 10];

describe('when nothing has changed', () => {
  it.each([
    [30, 30],
    [30, 500],
    [100, 200],
    [400, 550],
  ])('at most 5 %% of the runs alarm, with %i rows against %i', (n, m) => {
    const random = seeded(n + m);
    let alarms = 0;
    for (let run = 0; run < runs; run++) {
      const { columns } = compare(draw(m, random), draw(n, random), random);
      if (columns.some(({ alarm }) => alarm)) alarms++;
    }
    expect(alarms).toBeLessThanOrEqual(bound);
  });

  it('never calls unchanged what so few rows could not have shown', () => {
    const random = seeded(3);
    const { verdict, columns } = compare(draw(40, random), draw(40, random), random);
    expect(verdict).toBe('inconclusive');
    expect(columns.filter((column) => column.verdict === 'ok')).toEqual([]);
    expect(columns[0]!.reason).toMatch(/40 rows show a change only from .* reference is too small/);
  });
});

describe('when something has changed', () => {
  it('a shift of 0.3 standard deviations among eight columns is found in every run of 1,500 rows', () => {
    const random = seeded(17);
    const reference = draw(3000, random);
    let found = 0;
    for (let run = 0; run < 10; run++) {
      const { columns } = compare(reference, draw(1500, random, 0.3), random);
      if (columns.find(({ name }) => name === 'normal')!.verdict === 'drift') found++;
      expect(columns.filter(({ alarm }) => alarm).length).toBeLessThanOrEqual(2);
    }
    expect(found).toBe(10);
  });

  it('a change too small to matter is told, and does not alarm', () => {
    const random = seeded(23);
    const big = (shift: number): Profile =>
      profileOf({
        x: { type: 'number', values: many(60_000, () => Math.round(100 * (normal(random) + shift))) },
      });
    const { verdict, columns } = compare(big(0), big(0.05), random);
    expect(verdict).toBe('pass');
    expect(columns[0]!.tests[0]!.adjusted).toBeLessThan(0.001);
    expect(columns[0]!.reason).toContain('too little to matter');
  });
});
