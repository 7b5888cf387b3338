import { decimalComma, decimalCommaFindings } from '../../../src/dataset/checks/decimal-comma.js';
import { quoteText } from '../../../src/engine/sql.js';
import { inspectTable } from '../../../src/engine/table.js';
import { type Place, openPlace } from './harness.js';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.close());

const found = async (text: string, name = 'a.csv', types = { x: 'string' } as const) => {
  const { table } = await inspectTable(place.engine, place.write(name, text), types);
  return decimalCommaFindings(place.engine, table!, name);
};

describe('a number with a decimal comma', () => {
  const all = ['1,5', '-1.234,50', '+1,5e-3', '7', '1.234', ' 2,5 ', '1,5E2'];
  const none = ['1.5', 'a', '1,', ',5', '1,5,6', '1.23,5', '12345.678,9', ''];
  it.each([
    [true, all],
    [false, none],
  ])('%s: %j', async (is, texts) => {
    for (const text of texts) {
      const [row] = await place.engine.rows(
        `SELECT regexp_full_match(${quoteText(text)}, ${quoteText(decimalComma)}) AS is`,
      );
      expect([text, row!.is]).toEqual([text, is]);
    }
  });
});

describe('a column of texts', () => {
  it('that are all numbers with a decimal comma is told, with the first of them', async () => {
    expect(await found('x,y\n7,a\n"2,5",b\n"1,5",c\n,d\n')).toEqual([
      {
        ...{ rule: 'decimal-comma', severity: 'warning', column: 'x', count: 1, share: 1 },
        message:
          'a.csv: column "x" is a text, and every value of its first rows is a number with a decimal comma',
        remedy:
          'write the numbers with a point, or describe the column in a Table Schema as number with decimalChar',
        examples: [{ file: 'a.csv', line: 1, value: '1,5' }],
      },
    ]);
  });

  it.each([
    ['has no comma', 'x\n1\n2\n'],
    ['has another text', 'x\n"1,5"\na\n'],
    ['has no value', 'x\n""\n""\n'],
    ['has no name', '"",y\n"1,5",a\n"2,5",b\n'],
  ])('that %s is not', async (_, text) => {
    expect(await found(text)).toEqual([]);
  });

  it('of another kind of file is not', async () => {
    expect(await found('{"x":"1,5"}\n', 'a.jsonl')).toEqual([]);
  });

  it('is judged by its first thousand rows', async () => {
    const rows = (n: number) => Array.from({ length: n }, () => '"1,5"\n').join('');
    expect(await found(`x\n${rows(1000)}a\n`)).toHaveLength(1);
    expect(await found(`x\n${rows(999)}a\n`)).toEqual([]);
  });

  it('is found among others, each by its name', async () => {
    const text = 'a,b,c,d\n"1,5","x, y",1,"3,5"\n"2,5","u, v",2,"4,5"\n';
    const findings = await found(text);
    expect(findings.map(({ column, examples }) => [column, examples[0]!.value])).toEqual([
      ['a', '1,5'],
      ['d', '3,5'],
    ]);
  });
});
