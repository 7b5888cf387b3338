import type { RowTest, Value } from '../../../src/dataset/checks/check.js';
import { failing, literal } from '../../../src/dataset/checks/condition.js';
import { quoteText } from '../../../src/engine/sql.js';
import type { TableColumn } from '../../../src/engine/table.js';
import { type Place, openPlace } from './harness.js';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.close());

const sqlTypes = { string: 'VARCHAR', number: 'DOUBLE', integer: 'BIGINT', boolean: 'BOOLEAN' } as const;
type Test = Exclude<RowTest, { kind: 'expression' }>;

/** The texts of a column, NULL among them, that fail a test. */
async function failed(
  test: Test,
  type: keyof typeof sqlTypes | 'date' | 'timestamp',
  texts: readonly (string | null)[],
  change: Partial<TableColumn> = {},
): Promise<(string | null)[]> {
  const sqlType = type in sqlTypes ? sqlTypes[type as keyof typeof sqlTypes] : type;
  const rows = texts.map((text, i) => `(${i}, ${text === null ? 'NULL' : quoteText(text)})`).join(', ');
  const value = type === 'string' ? 'x' : `TRY_CAST(x AS ${sqlType})`;
  const condition = failing(test, { type, raw: 'x', value, ...change });
  const found = await place.engine.rows(
    `SELECT x FROM (VALUES ${rows}) AS t(i, x) WHERE ${condition} ORDER BY i`,
  );
  return found.map(({ x }) => x as string | null);
}
const numbers = ['-1', '0', '1', '2', '2.5', '3', null];

describe('a row fails', () => {
  it('the type where its text is no value of it', async () => {
    expect(await failed({ kind: 'type' }, 'number', ['1', 'a', null])).toEqual(['a']);
    expect(await failed({ kind: 'type' }, 'number', ['1', 'a', null], { mismatch: true })).toEqual([]);
  });

  it('missing where it has no value, or a text that stands for none', async () => {
    expect(await failed({ kind: 'missing', values: [] }, 'string', ['', 'a', null])).toEqual([null]);
    expect(
      await failed({ kind: 'missing', values: ["it's", 7] }, 'string', ["it's", '7', 'a', null]),
    ).toEqual(["it's", '7', null]);
  });

  it.each<[Test, readonly (string | null)[]]>([
    [{ kind: 'range', min: 1 }, ['-1', '0']],
    [{ kind: 'range', min: 1, above: true }, ['-1', '0', '1']],
    [{ kind: 'range', max: 2 }, ['2.5', '3']],
    [{ kind: 'range', max: 2, below: true }, ['2', '2.5', '3']],
    [{ kind: 'range', min: 0, max: 2.5 }, ['-1', '3']],
    [{ kind: 'multiple', of: 0.5 }, []],
    [{ kind: 'multiple', of: 2 }, ['-1', '1', '2.5', '3']],
    [{ kind: 'values', values: [1, '2', 'a', true] }, ['-1', '0', '2.5', '3']],
    [{ kind: 'values', values: ['a', true, ' '] }, ['-1', '0', '1', '2', '2.5', '3']],
    [{ kind: 'width', bits: 64, signed: false }, ['-1']],
    [{ kind: 'width', bits: 64, signed: true }, []],
  ])('%j', async (test, expected) => {
    expect(await failed(test, 'number', numbers)).toEqual(expected);
  });

  it('a multiple where it is off by more than rounding: a billionth', async () => {
    const texts = ['0.3', '0.30000000005', '0.3000000005', '-0.3', '-0.25', '12345678.1'];
    expect(await failed({ kind: 'multiple', of: 0.1 }, 'number', texts)).toEqual(['0.3000000005', '-0.25']);
  });

  it('a multiple where it is large, too, as far as a DOUBLE tells', async () => {
    const texts = ['1234567891', '1234567890', '999999999999998', '999999999999999'];
    expect(await failed({ kind: 'multiple', of: 2 }, 'integer', texts)).toEqual([
      '1234567891',
      '999999999999999',
    ]);
    // Prices to the cent, up to a billion.
    const prices = ['123456789.12', '987654321.01', '123456789.125', '0.1', '1000000000.07'];
    expect(await failed({ kind: 'multiple', of: 0.01 }, 'number', prices)).toEqual(['123456789.125']);
  });

  it('a length, counted in characters', async () => {
    const texts = ['a', 'äöü', 'abcd', '', null];
    expect(await failed({ kind: 'length', min: 1 }, 'string', texts)).toEqual(['']);
    expect(await failed({ kind: 'length', max: 3 }, 'string', texts)).toEqual(['abcd']);
    expect(await failed({ kind: 'length', min: 2, max: 3 }, 'string', texts)).toEqual(['a', 'abcd', '']);
  });

  it.each<[string, readonly string[]]>([
    ['^[a-c]+$', ['xabc', 'abcx', '']],
    ['[a-c]+', ['']],
    ['^a|^$', ['xabc']],
    ['^b|c$', ['abcx', '']],
    ['^[a-c]+', ['xabc', '']],
    ['[a-c]+$', ['abcx', '']],
    ['^(?i)ABC$', ['xabc', 'abcx', '']],
    ['^a\\$', ['abc', 'xabc', 'abcx', '']],
    ['^(?:abc)$', ['xabc', 'abcx', '']],
  ])('the pattern %s as its anchors say', async (pattern, expected) => {
    expect(await failed({ kind: 'pattern', pattern }, 'string', ['abc', 'xabc', 'abcx', '', null])).toEqual(
      expected,
    );
  });

  it('a list of numbers that a DOUBLE does not tell apart, as their digits say', async () => {
    const [one, two] = ['12345678901234567001', '12345678901234567002'];
    const texts = [one, two, '7', '8', null];
    const change = { exact: 'CASE WHEN strlen(x) > 15 THEN x END', value: 'TRY_CAST(x AS DOUBLE)' };
    for (const type of ['integer', 'number'] as const) {
      expect(await failed({ kind: 'values', values: [` ${one} `, 7] }, type, texts, change)).toEqual([
        two,
        '8',
      ]);
      expect(await failed({ kind: 'values', values: ['a', Infinity, true] }, type, texts, change)).toEqual([
        one,
        two,
        '7',
        '8',
      ]);
      expect(await failed({ kind: 'values', values: ['+7', '8.0', one] }, type, texts, change)).toEqual([
        two,
      ]);
    }
    expect(
      await failed({ kind: 'values', values: [7.5, '.5', '8.'] }, 'number', ['7.5', '0.5', '8', '7'], change),
    ).toEqual(['7']);
  });

  it('a width that the digits of a large number go beyond', async () => {
    const change = { exact: 'CASE WHEN strlen(x) > 15 THEN x END', value: 'TRY_CAST(x AS DOUBLE)' };
    const texts = [
      '-1',
      '9223372036854775807',
      '9223372036854775808',
      '18446744073709551616',
      `${2n ** 127n}`,
      `${2n ** 128n}`,
      null,
    ];
    const width = (bits: 64 | 128, signed: boolean) =>
      failed({ kind: 'width', bits, signed }, 'integer', texts, change);
    expect(await width(64, true)).toEqual(texts.slice(2, 6));
    expect(await width(64, false)).toEqual(['-1', ...texts.slice(3, 6)]);
    expect(await width(128, true)).toEqual(texts.slice(4, 6));
    expect(await width(128, false)).toEqual(['-1', texts[5]]);
  });

  it('a list of dates and times', async () => {
    expect(
      await failed({ kind: 'values', values: ['2001-01-01', 'soon'] }, 'date', ['2001-01-01', '2001-01-02']),
    ).toEqual(['2001-01-02']);
    expect(
      await failed({ kind: 'range', max: '2001-01-01T10:00:00+02:00' }, 'timestamp', [
        '2001-01-01 08:00:00',
        '2001-01-01 08:00:01',
      ]),
    ).toEqual(['2001-01-01 08:00:01']);
  });
});

describe('a value of a contract in SQL', () => {
  it.each<[Value, TableColumn['type'], string | undefined]>([
    [5, 'string', "'5'"],
    ["it's", 'string', "'it''s'"],
    [true, 'boolean', 'true'],
    ['FALSE', 'boolean', 'false'],
    ['yes', 'boolean', undefined],
    [1, 'boolean', undefined],
    ['2001-02-03', 'date', "CAST('2001-02-03' AS DATE)"],
    ['2001-02-30x', 'date', undefined],
    ['3 Feb 2001', 'date', undefined],
    [2001, 'date', undefined],
    ['2001-02-03', 'timestamp', "CAST(CAST('2001-02-03' AS TIMESTAMPTZ) AS TIMESTAMP)"],
    ['2001-02-03T25:00:00', 'timestamp', undefined],
    [3, 'integer', '3'],
    [-3, 'integer', '(-3)'],
    [3.5, 'integer', "'3.5'::DOUBLE"],
    [2 ** 53, 'integer', "'9007199254740992'::DOUBLE"],
    [2 ** 53 - 1, 'integer', '9007199254740991'],
    ['+12345678901234567890', 'integer', '12345678901234567890'],
    ['-12', 'integer', '(-12)'],
    ['9'.repeat(38), 'integer', '9'.repeat(38)],
    ['9'.repeat(39), 'integer', "'1e+39'::DOUBLE"],
    [3, 'number', "'3'::DOUBLE"],
    ['3', 'number', "'3'::DOUBLE"],
    ['', 'number', undefined],
    ['  ', 'integer', undefined],
    ['a', 'number', undefined],
    [true, 'number', undefined],
    [false, 'integer', undefined],
  ])('%p of type %s is %s', (value, type, sql) => {
    expect(literal(value, type)).toBe(sql);
  });
});
