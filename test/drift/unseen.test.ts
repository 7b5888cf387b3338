import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { estimateDistinct, mergeRegisters, registersError } from '../../src/dataset/profile/registers.js';
import { type Comparison, type DriftSettings, compareProfiles } from '../../src/drift/compare.js';
import { overlapsOf } from '../../src/drift/overlap.js';
import type { ColumnDrift } from '../../src/formats/drift.js';
import { clopperPearson } from '../../src/statistics/intervals.js';
import { type Workplace, workplace } from './data.js';
import { many, profileOf, seeded } from './profiles.js';

const texts = (values: readonly string[]) => profileOf({ x: { type: 'string', values } });
const settings = (random: () => number): DriftSettings => ({
  alpha: 0.05,
  columns: new Map(),
  optional: [],
  random,
});

function judge(before: readonly string[], now: readonly string[], random = seeded(1)): ColumnDrift {
  return compareProfiles(texts(before), texts(now), settings(random)).columns[0]!;
}

/** Columns in which new values are usual to different degrees. */
const draws: readonly [string, (random: () => number) => string][] = [
  ['a steep tail', (random) => `c${Math.floor(2_000 * random() ** 4)}`],
  ['a Zipf-like tail', (random) => `c${Math.floor(random() ** -1.2)}`],
  ['even values', (random) => `c${Math.floor(1_500 * random())}`],
  ['mostly ids', (random) => `c${random() < 0.15 ? Math.floor(9 * random()) : Math.floor(1e9 * random())}`],
];

describe('values that the reference does not have', () => {
  it.each(draws)('are no alarm while as many come as chance brings: %s', (_, draw) => {
    const random = seeded(31);
    const runs = 60;
    let alarms = 0;
    for (let run = 0; run < runs; run++) {
      const side = (rows: number): string[] => many(rows, () => draw(random));
      if (judge(side(1_200), side(600), random).alarm) alarms++;
    }
    // One-sided 99.9 %: a true rate of 5 % exceeds it once in 1,000 seeds. docs/calibration.md has the whole table.
    expect(clopperPearson(alarms, runs, 0.998).lower).toBeLessThanOrEqual(0.05);
  });

  it.each(draws.slice(0, 3))('are drift when all, half or a fifth of the rows have one: %s', (_, draw) => {
    const random = seeded(8);
    for (const share of [1, 0.5, 0.2]) {
      const before = many(4_000, () => draw(random));
      const now = many(3_000, () => (random() < share ? `new ${draw(random)}` : draw(random)));
      expect({ share, verdict: judge(before, now, random).verdict }).toEqual({ share, verdict: 'drift' });
    }
  });

  it('are found among 10,000 rare ones, which a pool of rare values hides', () => {
    const before = many(20_000, () => '').map((_, i) => `c${i % 10_000}`);
    const all = judge(
      before,
      before.map((value) => `new ${value}`),
    );
    expect(all).toMatchObject({ verdict: 'drift', alarm: true });
    expect(all.tests[1]).toMatchObject({ of: 'unseen', measure: 'unseen-share', statistic: 1, effect: 1 });
    expect(all.reason).toMatch(/^100 % of the rows have a value that the reference does not have/);
    const half = judge(
      before,
      before.map((value, i) => (i % 2 === 0 ? value : `new ${value}`)),
    );
    expect(half.reason).toMatch(/^50 % of the rows have a value .* certain within 48\.\d % to 50\.\d %/);
    const few = before.slice(0, 2_000).map((_, i) => `c${i % 1_000}`);
    expect(
      judge(
        few,
        few.map((value) => `new ${value}`),
      ).verdict,
    ).toBe('drift');
  });

  it('cannot be told apart where nothing can, with rows that would do, or none', () => {
    const side = (rows: number): string[] => many(rows, () => '').map((_, i) => `c${i % 1_000}`);
    const unclear = judge(side(2_000), side(2_000));
    expect(unclear.verdict).toBe('insufficient');
    expect(unclear.reason).toContain(
      '2,000 rows cannot show any change; the reference is too small for any number of rows to show it',
    );
    expect(judge(side(20_000), side(2_000)).reason).toContain(
      'cannot show any change; about 5,000 rows would',
    );
    expect(judge(side(20_000), side(5_000)).reason).not.toContain('cannot show any change');
    // A few values are frequent enough by chance: "ok" then says how much it does not speak for.
    const random = seeded(2);
    const drawn = (): string[] => many(2_000, () => `c${Math.floor(1_000 * random())}`);
    expect(judge(drawn(), drawn()).reason).toMatch(
      /rarest values, with 9\d(\.\d)? % of the rows, were pooled/,
    );
  });

  it('below what matters are told, and no alarm', () => {
    const before = many(60_000, () => '').map((_, i) => `c${i % 9_000}`);
    const now = before.map((value, i) => (i % 50 === 0 ? `new ${i}` : value));
    const found = judge(before, now);
    const unseen = found.tests.find(({ of }) => of === 'unseen')!;
    expect(unseen.effect).toBeCloseTo(0.02, 3);
    expect(unseen.adjusted).toBeLessThan(0.001);
    expect(found.alarm).toBe(false);
  });
});

describe('values of which a profile lists only the most frequent', () => {
  let place: Workplace;
  beforeAll(async () => {
    place = await workplace();
  });
  afterAll(() => place.close());

  const write = (name: string, values: readonly string[]): string => {
    const path = join(place.folder, name);
    writeFileSync(path, `value\n${values.join('\n')}\n`);
    return path;
  };
  const compare = async (before: readonly string[], now: readonly string[], rows: boolean) => {
    const { data } = place;
    const [reference, current] = [
      await data.open([write('before.csv', before)], {}),
      await data.open([write('now.csv', now)], {}),
    ];
    const profiles = { reference: await data.profile(reference), current: await data.profile(current) };
    const overlaps = await overlapsOf({
      engine: data.engine,
      ...profiles,
      tables: rows ? { reference, current } : undefined,
      distinct: (registers) => ({
        value: estimateDistinct(registers.reduce(mergeRegisters)),
        error: registersError,
      }),
    });
    const found: Comparison = compareProfiles(profiles.reference, profiles.current, {
      ...settings(seeded(4)),
      overlaps,
    });
    return { ...found.columns[0]!, overlap: overlaps.get('value') };
  };
  const users = many(45_000, () => '').map((_, i) => `u${i % 15_000}`);

  it('are counted in the rows, where both sides have them', async () => {
    const same = await compare(users, users, true);
    expect(same.overlap).toEqual({ kind: 'spectrum', spectrum: [{ before: 3, now: 3, values: 15_000 }] });
    expect(same.alarm).toBe(false);
    const half = users.map((user, i) => (i % 2 === 0 ? user : `new ${user}`));
    expect(await compare(users, half, true)).toMatchObject({ verdict: 'drift', alarm: true });
  });

  it('are bounded by the registers, where the reference is a profile', async () => {
    const other = await compare(
      users,
      users.map((user) => `new ${user}`),
      false,
    );
    expect(other).toMatchObject({ verdict: 'drift', overlap: { kind: 'distinct' } });
    expect(other.reason).toMatch(
      /^at least 3\d\.\d % of the rows have a value that the reference does not have/,
    );
    const same = await compare(users, users, false);
    expect(same.verdict).toBe('insufficient');
    expect(same.reason).toContain('give data as the reference');
  });
});
