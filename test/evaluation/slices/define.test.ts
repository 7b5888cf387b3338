import fc from 'fast-check';
import * as v from 'valibot';
import type { Column } from '../../../src/engine/columns.js';
import { maxSlices, sliceColumns, sliceUp } from '../../../src/evaluation/slices/define.js';
import { columnOf } from '../../../src/evaluation/slices/parts.js';
import { type SliceDefinition, sliceSchema } from '../../../src/spec/sections/evaluate-slices.js';

const data: Readonly<Record<string, Column>> = {
  origin: ['ATL', 'ORD', 'ATL', null, 'ORD', 'ATL', '', 'JFK'],
  distance: Float64Array.from([100, 500, 999, 1000, NaN, 3000, 499.9, 0]),
  day: Float64Array.from([1, 2, 1, 2, 1, 2, 1, 1]),
};

function cut(definition: SliceDefinition, columns: Readonly<Record<string, Column>> = data) {
  const { column, slices, leftOut } = sliceUp(definition, (part) => columns[columnOf(part)]!);
  return {
    column,
    leftOut,
    slices: Object.fromEntries(slices.map(({ value, places }) => [String(value), [...places]])),
    named: slices.filter((slice) => slice.named).map(({ column: of, value }) => `${of}: ${value}`),
  };
}

describe('slices', () => {
  it('are the values of a column, the largest first; no value is one of its own', () => {
    const { slices, named } = cut('origin');
    expect(slices).toEqual({ ATL: [0, 2, 5], null: [3, 6], ORD: [1, 4], JFK: [7] });
    expect(Object.keys(slices)).toEqual(['ATL', 'null', 'ORD', 'JFK']);
    expect(named).toEqual([]);
    expect(cut('day').slices).toEqual({ '1': [0, 2, 4, 6, 7], '2': [1, 3, 5] });
  });

  it('are ranges that hold their lower end; NaN is in none', () => {
    const { slices, named } = cut({ column: 'distance', ranges: [0, 500, 1000] });
    expect(slices).toEqual({
      '0 to 500': [0, 6, 7],
      '500 to 1000': [1, 2],
      '1000 or more': [3, 5],
      null: [4],
    });
    expect(named).toEqual(['distance: 0 to 500', 'distance: 500 to 1000']);
  });

  it('are ranges of days and times, in UTC where no zone is given', () => {
    const at = (text: string): number => Date.parse(text) / 1000;
    const seen = Float64Array.from([
      ...['2025-12-31T23:59:59Z', '2026-01-01T00:00:00Z', '2026-03-31T22:00:00Z', '2026-04-01T00:00:00Z'].map(
        at,
      ),
      NaN,
    ]);
    const { slices, named } = cut(
      { column: 'seen', ranges: ['2026-01-01', '2026-04-01T00:00+02:00', '2026-04-01T00:00:00'] },
      { seen },
    );
    expect(slices).toEqual({
      'below 2026-01-01': [0],
      '2026-01-01 to 2026-04-01T00:00+02:00': [1],
      '2026-04-01T00:00+02:00 to 2026-04-01T00:00:00': [2],
      '2026-04-01T00:00:00 or more': [3],
      null: [4],
    });
    expect(named).toHaveLength(2);
  });

  it('must be there where the spec names them', () => {
    expect(cut({ column: 'origin', values: ['ORD', 'LAX'] })).toMatchObject({
      slices: { LAX: [], ORD: [1, 4] },
      named: ['origin: LAX', 'origin: ORD'],
    });
    expect(cut({ column: 'day', values: [2, 3] }).slices).toEqual({ '2': [1, 3, 5], '3': [] });
    expect(cut({ column: 'distance', ranges: [4000, 5000] }).slices).toMatchObject({ '4000 to 5000': [] });
  });

  it('are crosses of columns, however each is cut', () => {
    const { column, slices } = cut(['origin', { column: 'distance', ranges: [500] }]);
    expect(column).toBe('origin × distance');
    expect(slices).toMatchObject({
      'ATL × below 500': [0],
      'ATL × 500 or more': [2, 5],
      '(empty) × below 500': [6],
      'ORD × (empty)': [4],
    });
    const named = cut([
      { column: 'origin', values: ['ATL', 'JFK'] },
      { column: 'day', values: [1, 2] },
    ]);
    expect(named.slices).toEqual({ 'ATL × 1': [0, 2], 'ATL × 2': [5], 'JFK × 1': [7], 'JFK × 2': [] });
    expect(named.named).toHaveLength(4);
    // What one column names must be there with anything of the others.
    const half = cut(['day', { column: 'origin', values: ['ATL', 'LAX'] }]);
    expect(half.slices).toEqual({ LAX: [], '1 × ATL': [0, 2], '2 × ATL': [5] });
    expect(half.named).toEqual(['origin: LAX']);
  });

  it('are parts of about equally many rows', () => {
    const values = Float64Array.from({ length: 1000 }, (_, i) => (i * 37) % 1000);
    const { slices } = cut({ column: 'x', quantiles: 4 }, { x: values });
    expect(Object.entries(slices).map(([name, rows]) => [name, rows.length])).toEqual(
      expect.arrayContaining([
        ['below 250', 250],
        ['250 to 500', 250],
        ['750 or more', 250],
      ]),
    );
    // Where values repeat there are fewer parts, and none without rows.
    const flat = cut({ column: 'x', quantiles: 5 }, { x: new Float64Array(50).fill(3) });
    expect(Object.values(flat.slices).map((rows) => rows.length)).toEqual([50]);
  });

  it('are no identifiers: what is left out is counted', () => {
    const ids = Array.from({ length: 300 }, (_, i) => `id${Math.floor(i / 2)}`);
    const { slices, leftOut } = cut('id', { id: ids });
    expect(Object.keys(slices)).toHaveLength(maxSlices);
    expect(leftOut).toEqual({ slices: 50, rows: 100 });
    const each = cut('id', { id: Float64Array.from({ length: 5000 }, (_, i) => (i < 300 ? 7 : i)) });
    expect(each.slices['7']).toHaveLength(300);
    expect(Object.keys(each.slices)).toHaveLength(maxSlices);
    expect(each.leftOut).toEqual({ slices: 4601, rows: 4601 });
  });

  it('are named by the beginning of a long text', () => {
    const { slices } = cut('text', { text: ['x'.repeat(3000), 'short'] });
    expect(Object.keys(slices).map((name) => name.length)).toEqual([5, 100]);
  });

  it('hold every row once', () => {
    const value = fc.option(fc.constantFrom('a', 'b', 'c', ''), { nil: null });
    const number = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constant(NaN));
    fc.assert(
      fc.property(fc.array(fc.tuple(value, number), { minLength: 1, maxLength: 60 }), (rows) => {
        const columns = { a: rows.map(([x]) => x), b: Float64Array.from(rows, ([, x]) => x) };
        const definitions: SliceDefinition[] = [
          'a',
          'b',
          { column: 'b', quantiles: 3 },
          ['a', { column: 'b', ranges: [0, 1] }],
        ];
        for (const definition of definitions) {
          const places = Object.values(cut(definition, columns).slices).flat();
          expect(places.sort((x, y) => x - y)).toEqual(rows.map((_, i) => i));
        }
      }),
      { numRuns: 50 },
    );
  });

  it('name their columns', () => {
    expect(sliceColumns(['a', ['b', { column: 'a', ranges: [1] }], { column: 'c', values: [true] }])).toEqual(
      ['a', 'b', 'c'],
    );
  });
});

describe('slices of a spec', () => {
  const problem = (definition: unknown): string => {
    const parsed = v.safeParse(sliceSchema, definition);
    return parsed.success
      ? ''
      : JSON.stringify(parsed.issues, (key, value) => (key === 'input' ? undefined : value));
  };

  it.each<[string, unknown, string]>([
    ['ways to cut', { column: 'a', ranges: [1], quantiles: 3 }, 'a column is cut by one of'],
    ['limits', { column: 'a', ranges: [2, 1] }, 'limits must rise'],
    ['days', { column: 'a', ranges: ['2026-02-01', '2026-01-01'] }, 'limits must rise'],
    [
      'a day that is none',
      { column: 'a', ranges: ['2026-02-31x'] },
      'must be a number, or a day or time such as',
    ],
    [
      'limits of two kinds',
      { column: 'a', ranges: [1, '2026-01-01'] },
      'limits must be all numbers, or all times',
    ],
    ['values', { column: 'a', values: ['1', 1] }, 'must name each value once'],
    ['nothing', { column: 'a', values: ['x', ''] }, 'must not name an empty value'],
    ['columns', ['a', 'a'], 'must name each column once'],
    ['a column alone', ['a'], 'two columns or more'],
    [
      'too many names',
      ['a', 'b'].map((column) => ({ column, values: Array.from({ length: 20 }, (_, i) => i) })),
      'at most 200 slices',
    ],
  ])('refuse %s that make no sense', (_, definition, message) => {
    expect(problem(definition)).toContain(message);
  });
  it('may be short', () => {
    for (const definition of ['a', ['a', 'b'], { column: 'a' }, { column: 'a', quantiles: 4 }]) {
      expect(problem(definition)).toBe('');
    }
  });
});
