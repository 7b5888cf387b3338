import fc from 'fast-check';
import { type ColumnWishes, compareProfiles } from '../../src/drift/compare.js';
import type { ColumnDrift } from '../../src/formats/drift.js';
import { driftSchema } from '../../src/formats/drift.js';
import type { ColumnProfile, ColumnType, Profile } from '../../src/formats/profile.js';
import * as v from 'valibot';
import { many, normal, profileOf, seeded } from './profiles.js';

type Values = readonly (number | string | null)[];
const random = seeded(9);
const n = 6000;
const settings = { alpha: 0.05, columns: new Map(), optional: [], random };

function judge(
  before: { type: ColumnType; values: Values },
  now: { type: ColumnType; values: Values },
  more: { columns?: ReadonlyMap<string, ColumnWishes> } = {},
): ColumnDrift {
  const { columns } = compareProfiles(profileOf({ x: before }), profileOf({ x: now }), {
    ...settings,
    ...more,
  });
  const [column] = columns;
  v.parse(driftSchema.entries.columns, columns);
  return column!;
}
const numbers = (make: () => number | null, count = n) => ({
  type: 'number' as const,
  values: many(count, make),
});
const integers = (make: () => number | null) => ({ type: 'integer' as const, values: many(n, make) });
const texts = (make: () => string | null, count = n) => ({
  type: 'string' as const,
  values: many(count, make),
});
const pick = (...from: string[]): string => from[Math.floor(random() * from.length)]!;
const standard = (): number => Math.round(normal(random) * 50);

describe('a column', () => {
  it('that moved is drift, with how far and from what to what', () => {
    const found = judge(
      numbers(standard),
      numbers(() => standard() + 50),
    );
    expect(found).toMatchObject({ kind: 'numeric', verdict: 'drift', alarm: true });
    expect(found.tests[0]!.effect).toBeCloseTo(1, 0);
    expect(found.reason).toMatch(/^the values moved by .* standard deviations: median/);
    expect(found.shares.reduce((sum, share) => sum + share.current, 0)).toBeCloseTo(1, 9);
  });

  it('that lost values is drift although the values that are left are the same', () => {
    const found = judge(
      numbers(standard),
      numbers(() => (random() < 0.2 ? null : standard())),
    );
    expect(found.verdict).toBe('drift');
    expect(found.reason).toMatch(/^rows without a value went from 0 % to (19|2\d)/);
  });

  it('that lost every value is drift, and one that never had any is not', () => {
    expect(
      judge(
        numbers(standard),
        numbers(() => null),
      ).verdict,
    ).toBe('drift');
    expect(
      judge(
        texts(() => pick('a', 'b')),
        texts(() => null),
      ).verdict,
    ).toBe('drift');
    expect(
      judge(
        numbers(() => null),
        numbers(standard),
      ).verdict,
    ).toBe('drift');
    expect(
      judge(
        numbers(() => null),
        texts(() => null),
      ),
    ).toMatchObject({ verdict: 'all-null', alarm: false });
  });

  it('with a new category is drift, and names it', () => {
    const found = judge(
      texts(() => pick('a', 'b', 'c')),
      texts(() => pick('a', 'b', 'c', 'new')),
    );
    expect(found.verdict).toBe('drift');
    expect(found.shares[0]).toMatchObject({ label: 'new', reference: 0 });
    expect(found.reason).toContain('a value that the reference does not have, such as "new"');
  });

  it('of many rare categories, other ones each time, is not drift', () => {
    const name = (): string => `c${Math.floor(40_000 * random() ** 2)}`;
    expect(judge(texts(name), texts(name)).alarm).toBe(false);
  });

  it('of few whole numbers is compared as categories', () => {
    const month = (): number => 1 + Math.floor(random() * 3);
    expect(judge(integers(month), integers(month))).toMatchObject({ kind: 'categorical', verdict: 'ok' });
    expect(
      judge(
        integers(month),
        integers(() => month() + 3),
      ).verdict,
    ).toBe('drift');
  });

  it('that is constant stays so without a word, and alarms when it becomes another constant', () => {
    expect(
      judge(
        numbers(() => 3.5),
        numbers(() => 3.5),
      ),
    ).toMatchObject({ verdict: 'constant', alarm: false });
    expect(
      judge(
        numbers(() => 3.5),
        numbers(() => 4),
      ).verdict,
    ).toBe('drift');
    expect(
      judge(
        numbers(() => 3.5),
        numbers(standard),
      ).verdict,
    ).toBe('drift');
  });

  it('that numbers the rows is an id', () => {
    let [a, b] = [0, 1_000_000];
    expect(
      judge(
        integers(() => a++),
        integers(() => b++),
      ).verdict,
    ).toBe('id');
    expect(
      judge(
        texts(() => `k${a++}`),
        texts(() => `k${b++}`),
      ).verdict,
    ).toBe('id');
  });

  it('of times is not drift because time goes on', () => {
    const time = (from: number) => ({
      type: 'timestamp' as const,
      values: many(n, () => Date.parse('2001-01-01') / 1000 + 86400 * (from + Math.floor(random() * 30))),
    });
    expect(judge(time(0), time(30))).toMatchObject({ kind: 'time', verdict: 'ok', alarm: false });
    expect(judge(time(0), time(30)).reason).toContain('later than the reference, as expected (2001-01-31 to');
    expect(judge(time(60), time(0)).reason).toContain('earlier than the reference');
  });

  it('that became text is mixed or of another type, and says which rows', () => {
    const now = texts(() => (random() < 0.01 ? 'n/a' : String(standard())));
    expect(judge(numbers(standard), now)).toMatchObject({ verdict: 'mixed', alarm: true });
    expect(judge(numbers(standard), now).reason).toContain('"n/a"');
    expect(
      judge(
        numbers(standard),
        texts(() => pick('red', 'blue')),
      ),
    ).toMatchObject({ verdict: 'type-changed', alarm: true });
    expect(judge(integers(standard), numbers(standard)).verdict).toBe('ok');
  });

  it('that only one profile rounded is compared as if both had', () => {
    const make = () => numbers(() => (random() < 0.4 ? 4097 : standard() + 4000));
    const [before, now] = [profileOf({ x: make() }), profileOf({ x: make() })];
    const { counts } = before.columns[0]!.values;
    const rounded = new Map<number, number>();
    for (const [x, count] of counts) {
      const value = Number(x) - (Number(x) % 2);
      rounded.set(value, (rounded.get(value) ?? 0) + count);
    }
    const values = { kind: 'rounded' as const, bits: 11, counts: [...rounded] };
    const coarse = { ...before, columns: [{ ...before.columns[0]!, values }] };
    expect(compareProfiles(coarse, now, settings).columns[0]!.measures.kolmogorovSmirnov).toBeLessThan(0.1);
  });

  it('that is ignored, or has an effect of its own that is not reached, does not alarm', () => {
    const [before, now] = [numbers(standard), numbers(() => standard() + 20)];
    expect(judge(before, now).verdict).toBe('drift');
    expect(judge(before, now, { columns: new Map([['x', { ignore: true }]]) }).verdict).toBe('ignored');
    expect(judge(before, now, { columns: new Map([['x', { effect: 0.8 }]]) }).verdict).toBe('ok');
  });
});

describe('few rows', () => {
  it('answer for what they can show, and say what that is', () => {
    const [reference, batch] = [numbers(standard, 20_000), numbers(standard, 500)];
    const found = judge(reference, batch);
    expect(found).toMatchObject({ verdict: 'ok', alarm: false });
    expect(found.tests[0]).toMatchObject({ method: 'anderson-darling', threshold: 0.1, sought: 0.2 });
    expect(found.reason).toMatch(
      /^no change found; so many rows show one from 0\.1\d standard deviations on$/,
    );
    const moved = numbers(() => standard() + 15, 500);
    expect(judge(reference, moved)).toMatchObject({ verdict: 'drift' });
  });

  it('that are too few say how many would do', () => {
    const found = judge(numbers(standard, 20_000), numbers(standard, 100));
    expect(found.verdict).toBe('insufficient');
    const needed = found.tests[0]!.rowsNeeded!;
    expect(needed).toBeGreaterThan(100);
    expect(needed).toBeLessThan(500);
    expect(judge(numbers(standard, 20_000), numbers(standard, needed)).verdict).not.toBe('insufficient');
  });

  it('that are very few, or nearly all alike, get the exact test', () => {
    const method = (make: () => number, count: number): string | undefined =>
      judge(numbers(make, 400), numbers(make, count)).tests[0]!.method;
    expect(method(standard, 30)).toBe('kolmogorov-smirnov-exact');
    expect(method(() => (random() < 0.99 ? 0 : standard() + 0.5), 400)).toBe('kolmogorov-smirnov-exact');
    expect(method(standard, 200)).toMatch(/^anderson-darling/);
  });

  it('of many categories are compared by the frequent ones, when those have most of the rows', () => {
    const skewed = (count: number): (() => string) => {
      return () => `c${Math.floor(count * random() ** 6)}`;
    };
    const found = judge(texts(skewed(300), 8000), texts(skewed(300), 500));
    expect(found.verdict).toBe('ok');
    expect(found.reason).toMatch(/the \d+ rarest values, with [\d.]+ % of the rows, were pooled/);
    // Where no few values stand for the rest, no statement is possible.
    const even = (): string => `c${Math.floor(300 * random())}`;
    expect(judge(texts(even, 8000), texts(even, 500)).verdict).toBe('insufficient');
  });

  it('one wild value changes neither the unit nor the verdict', () => {
    const wild = (): { type: 'number'; values: Values } => {
      const { type, values } = numbers(standard);
      return { type, values: [1e12, ...values] };
    };
    expect(judge(wild(), numbers(standard)).verdict).toBe('ok');
    expect(judge(numbers(standard), wild()).verdict).toBe('ok');
    expect(
      judge(
        wild(),
        numbers(() => standard() + 25),
      ).verdict,
    ).toBe('drift');
  });
});

describe('the columns together', () => {
  const sample = profileOf({ x: numbers(standard), y: texts(() => pick('a', 'b')) });

  it('a column that is gone alarms, a new one is told, a label may be late', () => {
    const only = (name: string): Profile => ({
      ...sample,
      columns: sample.columns.filter((c) => c.name === name),
    });
    const gone = compareProfiles(sample, only('x'), settings);
    expect(gone).toMatchObject({ verdict: 'fail', reasons: ['y: current data no longer has this column'] });
    expect(compareProfiles(only('x'), sample, settings)).toMatchObject({ verdict: 'pass' });
    expect(compareProfiles(sample, only('x'), { ...settings, optional: ['y'] }).verdict).toBe('pass');
  });

  // 0.9^28 > 0.05 > 0.9^29; with two columns, 0.9^35 > 0.025 > 0.9^36.
  it.each([
    [1, 28, 'inconclusive'],
    [1, 29, 'pass'],
    [2, 35, 'inconclusive'],
    [2, 36, 'pass'],
  ])('a table of %i constant columns and %i rows is judged %s', (count, rows, verdict) => {
    const profile = profileOf(
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`c${i}`, numbers(() => 3.5, rows)])),
    );
    expect(compareProfiles(profile, profile, settings).verdict).toBe(verdict);
  });

  it('does not pass when there is nothing to compare', () => {
    const nothing: Profile = { ...sample, columns: [] };
    expect(compareProfiles(nothing, nothing, settings).verdict).toBe('inconclusive');
    const empty = profileOf({ x: numbers(() => 0, 0), y: texts(() => '', 0) });
    expect(compareProfiles(sample, empty, settings).verdict).toBe('inconclusive');
  });

  it('one that cannot be measured does not keep the others from being told', () => {
    const broken = structuredClone(sample);
    const column = broken.columns[0]!;
    Object.defineProperty(column, 'values', {
      get: () => {
        throw new Error('not readable');
      },
    });
    const { verdict, columns } = compareProfiles(sample, broken, settings);
    expect(verdict).toBe('inconclusive');
    expect(columns[0]).toMatchObject({
      verdict: 'insufficient',
      alarm: false,
      reason: 'the column could not be compared: not readable',
    });
    expect(columns[1]!.verdict).toBe('ok');
  });

  it('no profile of any shape ends the comparison with an exception', () => {
    const value = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.string(), fc.constant(0));
    const column = fc.record({
      name: fc.constantFrom('a', 'b', 'c'),
      type: fc.constantFrom<ColumnType>('integer', 'number', 'string', 'boolean', 'date'),
      count: fc.nat(50),
      nulls: fc.nat(5),
      values: fc.array(fc.tuple(value, fc.nat(9)), { maxLength: 30 }),
    });
    const profile = fc
      .uniqueArray(column, { selector: ({ name }) => name, maxLength: 3 })
      .map((columns): Profile => ({
        kind: 'profile',
        schemaVersion: 1,
        engine: 'test',
        rows: 50,
        columns: columns.map(({ values, ...rest }): ColumnProfile => ({
          ...rest,
          distinct: { value: values.length, exact: true },
          values: { kind: 'exact', counts: values },
        })),
      }));
    fc.assert(
      fc.property(profile, profile, (a, b) => {
        const { columns } = compareProfiles(a, b, settings);
        v.parse(driftSchema.entries.columns, columns);
        const names = new Set([...a.columns, ...b.columns].map(({ name }) => name));
        expect(new Set(columns.map(({ name }) => name))).toEqual(names);
      }),
      { numRuns: 150 },
    );
  });

  it('a text column that lists only its most frequent values is compared by those', () => {
    const top = (shift: number): Profile => ({
      ...sample,
      rows: 100_000,
      columns: [
        {
          name: 'city',
          type: 'string',
          count: 100_000,
          nulls: 0,
          distinct: { value: 30_000, exact: false },
          values: {
            kind: 'top',
            counts: Array.from({ length: 50 }, (_, i): [string, number] => [`city${i + shift}`, 1000]),
            others: 50_000,
            error: 20,
          },
        },
      ],
    });
    // Half of the rows are of values that neither side lists: whether these are new, nobody can tell.
    const same = compareProfiles(top(0), top(0), settings);
    expect(same.verdict).toBe('inconclusive');
    expect(same.columns[0]!.reason).toContain('rows with a new value: their share cannot be told');
    const spectrum = [
      { before: 1000, now: 1000, values: 50 },
      { before: 2, now: 2, values: 25_000 },
    ];
    const overlaps = new Map([['city', { kind: 'spectrum' as const, spectrum }]]);
    expect(compareProfiles(top(0), top(0), { ...settings, overlaps }).verdict).toBe('pass');
    expect(compareProfiles(top(0), top(10), settings).columns[0]).toMatchObject({ verdict: 'drift' });
  });
});
