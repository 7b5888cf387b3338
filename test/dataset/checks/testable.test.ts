import { type RowTest, none } from '../../../src/dataset/checks/check.js';
import { type RowCheck, testable, testableExpressions } from '../../../src/dataset/checks/testable.js';
import type { Contract } from '../../../src/dataset/contract/contract.js';
import type { Table, TableColumn } from '../../../src/engine/table.js';

const column = (name: string, change: Partial<TableColumn> = {}): TableColumn => ({
  ...{ name, type: 'integer', raw: `"${name}"`, value: `"${name}"` },
  ...change,
});
const checkOf = (column: string | undefined, test: RowTest = { kind: 'missing', values: [] }): RowCheck => ({
  ...{ rule: 'r', severity: 'error', test, tolerance: none, where: {} },
  ...(column !== undefined && { column }),
});
const table = {
  source: 'src',
  rowNumber: 'row_no',
  columns: [
    column('a'),
    column('unused'),
    column('b', { value: 'CAST(b AS BIGINT)', exact: 'exact_b' }),
    column('c', { value: 'CAST(c AS BIGINT)', mismatch: true }),
  ],
};

describe('a table whose rows can be tested', () => {
  it('has the columns that are asked for, each once, by their places', () => {
    const checks = [checkOf('b'), checkOf('a'), checkOf('b', { kind: 'type' }), checkOf('nothing')];
    expect(testable(table, checks, false)).toEqual({
      source: '(SELECT "b" AS r2, CAST(b AS BIGINT) AS v2, exact_b AS x2, "a" AS r0 FROM src)',
      conditions: ['(r2 IS NULL)', '(r0 IS NULL)', 'r2 IS NOT NULL AND v2 IS NULL', undefined],
      shown: ['CAST(r2 AS VARCHAR)', 'CAST(r0 AS VARCHAR)', 'CAST(r2 AS VARCHAR)', 'CAST(r-1 AS VARCHAR)'],
      number: 'n',
    });
  });

  it('tests values as they are read, those that are too large by their digits', () => {
    const width: RowTest = { kind: 'width', bits: 64, signed: true };
    const { conditions } = testable(table, [checkOf('a', width), checkOf('b', width)], false);
    expect(conditions).toEqual(['(false)', '(false OR (x2 IS NOT NULL AND TRY_CAST(x2 AS BIGINT) IS NULL))']);
    const range = testable(table, [checkOf('a', { kind: 'range', min: 1 })], false);
    expect(range.conditions).toEqual(['(r0 < 1)']);
    expect(testable(table, [checkOf('c', { kind: 'type' })], false).conditions).toEqual(['false']);
  });

  it('has the row’s number and a weight only where they are asked for', () => {
    const of = (numbered: boolean, weight?: string) =>
      testable(table, [checkOf('a')], numbered, weight).source;
    expect(of(true)).toBe('(SELECT row_no AS n, "a" AS r0 FROM src)');
    expect(of(false, 'w')).toBe('(SELECT w, "a" AS r0 FROM src)');
    expect(of(true, 'w')).toBe('(SELECT row_no AS n, w, "a" AS r0 FROM src)');
  });

  it('leaves expressions to a table with the contract’s names', () => {
    const { conditions } = testable(table, [checkOf('a', { kind: 'expression', sql: 'a > 1' })], false);
    expect(conditions).toEqual([undefined]);
  });
});

describe('a table for expressions', () => {
  const contractOf = (...names: readonly string[]) =>
    ({ columns: names.map((name) => ({ name })) }) as unknown as Contract;
  const expression = (sql: string) => checkOf(undefined, { kind: 'expression', sql });
  const of = (names: readonly string[], sql: string, numbered = true) =>
    testableExpressions(table as unknown as Table, contractOf(...names), [expression(sql)], numbered);

  it('has the contract’s columns by their names, NULL where the file has none', () => {
    expect(of(['a', 'z'], 'a > 1')).toEqual({
      source: '(SELECT row_no AS "n", "a" AS "a", NULL AS "z" FROM src)',
      conditions: ['NOT (a > 1\n)'],
      shown: [`concat_ws(', ', "a")`],
      number: 'n',
    });
    expect(of(['a'], 'a > 1', false).source).toBe('(SELECT "a" AS "a" FROM src)');
  });

  it('calls the row’s number as no column is called', () => {
    expect(of(['N', 'nn', 'a'], 'a > 1').number).toBe('nnn');
    expect(of(['nn'], 'nn > 1').number).toBe('n');
  });

  it.each<[string, string]>([
    ['A >= b', `concat_ws(', ', "a", "b")`],
    ['"a" < ab', `concat_ws(', ', "a", "ab")`],
    ['ab > 1', `concat_ws(', ', "ab")`],
    ['b_a + xb + 1', 'NULL'],
    ['ab + a', `concat_ws(', ', "a", "ab")`],
    ['1 = 1', 'NULL'],
  ])('shows the columns that %s names', (sql, shown) => {
    expect(of(['a', 'b', 'ab'], sql).shown).toEqual([shown]);
  });
});
