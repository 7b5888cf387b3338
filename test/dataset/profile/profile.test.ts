import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'valibot';
import { histogram, quantile } from '../../../src/dataset/profile/derive.js';
import { mergeProfiles } from '../../../src/dataset/profile/merge.js';
import { profileTables } from '../../../src/dataset/profile/profile.js';
import { roundBits } from '../../../src/statistics/rounding.js';
import { type Engine, openEngine } from '../../../src/engine/engine.js';
import { inspectTable } from '../../../src/engine/table.js';
import { type Profile, profileSchema } from '../../../src/formats/profile.js';
import { duckdbLibrary } from '../../engine/library.js';

const folder = mkdtempSync(join(tmpdir(), 'profile-'));
const types = { x: 'number', i: 'integer', s: 'string', b: 'boolean', d: 'date' } as const;
let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ library: duckdbLibrary, temp: join(folder, 'tmp'), allowedFolders: [folder] });
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});

const profileOf = async (...texts: string[]): Promise<Profile> => {
  const tables = [];
  for (const [n, text] of texts.entries()) {
    const file = join(folder, `${n}.csv`);
    writeFileSync(file, text);
    tables.push((await inspectTable(engine, file, types)).table!);
  }
  return parse(profileSchema, await profileTables(engine, tables));
};
const countsOf = <T>(values: readonly T[]): [T, number][] => {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts];
};

describe('profile', () => {
  it('counts every value of columns that have few', async () => {
    const profile = await profileOf(
      'x,i,s,b,d\n1.5,1,a,true,2001-01-01\nInf,2,"",false,\nnan,1,ä,,2001-01-01\n-2,1,a,true,1969-12-31\n',
    );
    const day = Date.UTC(2001, 0, 1) / 1000;
    expect(profile.rows).toBe(4);
    const without = profile.columns.map(({ registers, lengths, ...rest }) => ({
      ...rest,
      ...(lengths && { lengths: { min: lengths.min, max: lengths.max, mean: lengths.mean } }),
      registers: typeof registers,
    }));
    expect(without.map(({ registers, ...rest }) => (expect(registers).toBe('string'), rest))).toEqual([
      {
        name: 'x',
        type: 'number',
        count: 3,
        nulls: 1,
        distinct: { value: 2, exact: true },
        moments: { mean: -0.25, m2: 6.125, min: -2, max: 1.5, nonFinite: 1 },
        values: {
          kind: 'exact',
          counts: [
            [-2, 1],
            [1.5, 1],
          ],
        },
      },
      {
        name: 'i',
        type: 'integer',
        count: 4,
        nulls: 0,
        distinct: { value: 2, exact: true },
        moments: { mean: 1.25, m2: 0.75, min: 1, max: 2, nonFinite: 0 },
        values: {
          kind: 'exact',
          counts: [
            [1, 3],
            [2, 1],
          ],
        },
      },
      {
        name: 's',
        type: 'string',
        count: 4,
        nulls: 0,
        distinct: { value: 3, exact: true },
        lengths: { min: 0, max: 1, mean: 0.75 },
        values: {
          kind: 'exact',
          counts: [
            ['a', 2],
            ['', 1],
            ['ä', 1],
          ],
        },
      },
      {
        name: 'b',
        type: 'boolean',
        count: 3,
        nulls: 1,
        distinct: { value: 2, exact: true },
        lengths: { min: 4, max: 5, mean: 13 / 3 },
        values: {
          kind: 'exact',
          counts: [
            ['true', 2],
            ['false', 1],
          ],
        },
      },
      {
        name: 'd',
        type: 'date',
        count: 3,
        nulls: 1,
        distinct: { value: 2, exact: true },
        moments: {
          mean: (2 * day - 86400) / 3,
          m2: expect.closeTo((2 / 3) * (day + 86400) ** 2, -8),
          min: -86400,
          max: day,
          nonFinite: 0,
        },
        values: {
          kind: 'exact',
          counts: [
            [-86400, 1],
            [day, 2],
          ],
        },
      },
    ]);
  });

  it('rounds numbers that are many, lists the most frequent of texts that are many', async () => {
    const n = 30_000;
    const xs = Array.from({ length: n }, (_, i) => Math.exp(Math.sin(i * 7.3) * 6) - 40);
    // The first rows show few values: the later ones must not be missed.
    const ids = xs.map((_, i) => (i < 25_000 ? `g${i % 7}` : `id${i}`));
    const text = `x,s\n${xs.map((x, i) => `${x},${ids[i]}`).join('\n')}\n`;
    const { columns } = await profileOf(text);
    const [x, s] = columns;
    expect(x!.values).toMatchObject({ kind: 'rounded', bits: 12 });
    expect(x!.values.counts).toEqual(countsOf(xs.map((v) => roundBits(v, 12))).sort(([a], [b]) => a - b));
    expect(x!.moments!.mean).toBeCloseTo(xs.reduce((a, b) => a + b) / n, 9);
    const sorted = [...xs].sort((a, b) => a - b);
    for (const p of [0.01, 0.25, 0.5, 0.9, 0.999]) {
      const exact = sorted[Math.ceil(p * n) - 1]!;
      expect(Math.abs(quantile(x!, p)! - exact)).toBeLessThanOrEqual(Math.abs(exact) * 2 ** -12);
    }
    expect(histogram(x!, 20).reduce((sum, bin) => sum + bin.count, 0)).toBe(n);
    expect(s!.distinct).toEqual({ value: 5007, exact: true });
    const many = await profileOf(
      `s\n${Array.from({ length: n }, (_, i) => (i % 3 === 0 ? `top${i % 30}` : `id${i}`)).join('\n')}\n`,
    );
    expect(many.columns[0]!.distinct).toEqual({ value: 20_010, exact: true });
    const { values } = many.columns[0]!;
    expect(values).toMatchObject({ kind: 'top', others: 20_000, error: 1 });
    expect(values.counts).toHaveLength(10);
  });

  it('reads several files as one set, whatever the order of their columns', async () => {
    const whole = await profileOf('x,s\n1,a\n2,b\n,a\n3,c\n');
    expect(await profileOf('x,s\n1,a\n2,b\n', 's,x\na,\nc,3\n')).toEqual(whole);
  });

  it('of a set is that of its parts, merged', async () => {
    const row = fc.record({
      x: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }), {
        nil: undefined,
      }),
      s: fc.option(fc.constantFrom('a', 'b', 'ü x', 'c,d'), { nil: undefined }),
    });
    const csv = (rows: readonly { x?: number; s?: string }[]): string =>
      `x,s\n${rows.map(({ x, s }) => `${x ?? ''},${s === undefined ? '' : `"${s}"`}\n`).join('')}`;
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1 }), fc.array(row, { minLength: 1 }), async (a, b) => {
        const merged = mergeProfiles(await profileOf(csv(a)), await profileOf(csv(b)));
        const whole = await profileOf(csv([...a, ...b]));
        expect(merged.rows).toBe(whole.rows);
        merged.columns.forEach((column, i) => {
          const { moments, lengths, ...rest } = whole.columns[i]!;
          const { moments: mm, lengths: ml, ...mrest } = column;
          expect(mrest).toEqual(rest);
          expect(ml?.max).toBe(lengths?.max);
          expect(mm?.min).toBe(moments?.min);
          if (moments !== undefined) {
            const scale = 1 + Math.max(Math.abs(moments.min), Math.abs(moments.max));
            expect(Math.abs(mm!.mean - moments.mean) / scale).toBeLessThan(1e-9);
            const [a, b] = [mm!.m2, moments.m2];
            if (a === null || b === null) expect(a).toBe(b);
            else expect(Math.abs(a - b) / (scale * scale * whole.rows)).toBeLessThan(1e-9);
          }
        });
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  it('merges rounded and listed values within their bounds', () => {
    const numbers = (from: number, n: number): Profile => ({
      kind: 'profile',
      schemaVersion: 1,
      engine: 'duckdb 1',
      rows: n,
      columns: [
        {
          name: 'x',
          type: 'number',
          count: n,
          nulls: 0,
          distinct: { value: n, exact: true },
          moments: {
            mean: from + (n - 1) / 2,
            m2: (n * (n * n - 1)) / 12,
            min: from,
            max: from + n - 1,
            nonFinite: 0,
          },
          values: {
            kind: 'exact',
            counts: Array.from({ length: n }, (_, i): [number, number] => [from + i, 1]),
          },
        },
      ],
    });
    const merged = mergeProfiles(numbers(0, 8000), numbers(8000, 8000));
    const whole = numbers(0, 16_000).columns[0]!;
    const [x] = merged.columns;
    expect(x!.values.kind).toBe('rounded');
    // Without registers, only what either knew.
    expect(x!.distinct).toEqual({ value: x!.values.counts.length, exact: false });
    expect(x!.moments!.m2).toBeCloseTo(whole.moments!.m2!, 2);
    expect(x!.values.counts.reduce((sum, [, n]) => sum + n, 0)).toBe(16_000);
    expect(quantile(x!, 0.75)! / quantile(whole, 0.75)!).toBeCloseTo(1, 3);
    const again = mergeProfiles(merged, numbers(0, 10));
    expect(again.columns[0]!.distinct.exact).toBe(false);
    expect(again.rows).toBe(16_010);
    const other = { ...numbers(0, 5), engine: 'duckdb 2' };
    expect(() => mergeProfiles(merged, other)).toThrow(/different engines/);
  });

  it('rounds within its bound, and to the same value again', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
        const rounded = roundBits(x, 12);
        expect(Math.abs(rounded - x)).toBeLessThanOrEqual(Math.abs(x) * 2 ** -12);
        expect(roundBits(rounded, 12)).toBe(rounded);
      }),
    );
  });

  it('has a mean of numbers near the largest, and says where their squares have no sum', async () => {
    const few = (await profileOf('x\n1e308\n1.2e308\n1.4e308\n')).columns[0]!.moments!;
    expect(few.mean / 1.2e308).toBeCloseTo(1, 12);
    expect(few.m2).toBeNull();
    const rows = Array.from({ length: 30_000 }, (_, i) => `${0.5 + i / 30_000}e308`).join('\n');
    const many = (await profileOf(`x\n${rows}\n`)).columns[0]!.moments!;
    expect(many.mean / 1e308).toBeCloseTo(1, 4);
    expect(many.m2).toBeNull();
  });
});
