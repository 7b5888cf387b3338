import { openByContract } from '../../../src/dataset/checks/open.js';
import type { Reading } from '../../../src/dataset/contract/contract.js';
import type { ColumnType } from '../../../src/formats/profile.js';
import { quoteText } from '../../../src/engine/sql.js';
import { type Place, openPlace } from './harness.js';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.close());

/** The values and raw texts of a column `x` as a contract reads them. */
async function read(texts: readonly string[], type: ColumnType, reading?: Reading, more = {}) {
  const path = place.write('x.csv', `x,n\n${texts.map((text, i) => `"${text}",${i}\n`).join('')}`);
  return valuesOf(path, type, reading, more);
}
async function valuesOf(path: string, type: ColumnType, reading?: Reading, more = {}) {
  const column = { name: 'x', type, roles: [], where: {}, ...(reading && { reading }), ...more };
  const { table } = await openByContract(place.engine, path, { columns: [column] });
  const [x] = table!.columns;
  const rows = await place.engine.rows(
    `SELECT CAST(${x!.value} AS VARCHAR) AS v, CAST(${x!.raw} AS VARCHAR) AS r FROM ${table!.source}`,
  );
  return { column: x!, values: rows.map(({ v }) => v), raw: rows.map(({ r }) => r) };
}
const parquet = async (values: string): Promise<string> => {
  const path = `${place.folder}/x.parquet`;
  await place.engine.run(`COPY (SELECT x FROM (VALUES ${values}) t(x)) TO ${quoteText(path)}`);
  return path;
};

describe('a column as its contract reads it', () => {
  it('is as the engine reads it where the contract says nothing', async () => {
    expect((await read(['1.5', 'a', ''], 'number')).values).toEqual(['1.5', null, null]);
  });

  it('has no value where the text stands for none', async () => {
    const { values, raw } = await read(['1.5', '-9', '', 'NA'], 'number', { missing: ['-9', 'NA'] });
    expect(values).toEqual(['1.5', null, null, null]);
    expect(raw).toEqual(['1.5', null, null, null]);
    const texts = await read(['a', 'NA', '', 'na'], 'string', { missing: ['NA', ''] });
    expect(texts.values).toEqual(['a', null, null, 'na']);
    expect((await read(['a', ''], 'string', { missing: ['NA'] })).values).toEqual(['a', '']);
  });

  it.each<[Reading, readonly string[], readonly (string | null)[]]>([
    [
      { decimalChar: ',' },
      ['1,5', '-2,25', '3', '1.5', ',5', '1,5e2'],
      ['1.5', '-2.25', '3.0', null, '0.5', '150.0'],
    ],
    [
      { groupChar: '.', decimalChar: ',' },
      ['1.234,5', '1234,5', '1.23,5', '12.345.678', '+1.000'],
      ['1234.5', '1234.5', null, '12345678.0', '1000.0'],
    ],
    [{ groupChar: ' ' }, ['1 234.5', '1 23', '7.5'], ['1234.5', null, '7.5']],
    [{ groupChar: '*' }, ['1*234', '1234'], ['1234.0', '1234.0']],
    [{ decorated: true }, ['$ 1.5', '2.5 %', '-3 EUR', 'EUR -3', 'x'], ['1.5', '2.5', '-3.0', '-3.0', null]],
    [{ decorated: true, decimalChar: ',' }, ['€1,5', '1.5'], ['1.5', null]],
    [{ decimalChar: ',', missing: ['-'] }, ['-', '1,5'], [null, '1.5']],
  ])('numbers are read by %j', async (reading, texts, values) => {
    expect((await read(texts, 'number', reading)).values).toEqual(values);
  });

  it('integers have no fraction, however they are written', async () => {
    const { values } = await read(['1.234', '1,5', '12.34', '7'], 'integer', {
      groupChar: '.',
      decimalChar: ',',
    });
    expect(values).toEqual(['1234', null, null, '7']);
  });

  it.each<[Reading, readonly (string | null)[]]>([
    [{ trueValues: ['yes'] }, ['true', null, null, null, 'false', 'false', null]],
    [{ falseValues: ['no'] }, [null, 'false', 'true', 'true', null, null, null]],
    [{ trueValues: ['yes'], falseValues: ['no'] }, ['true', 'false', null, null, null, null, null]],
    [{ trueValues: ['yes'], falseValues: [] }, ['true', null, null, null, null, null, null]],
  ])('booleans are read by %j', async (reading, values) => {
    const texts = ['yes', 'no', 'TRUE', '1', 'False', '0', ''];
    expect((await read(texts, 'boolean', reading)).values).toEqual(values);
  });

  it('dates and times are read by their format', async () => {
    const texts = ['03.02.2001', '2001-02-03', '31.02.2001'];
    expect((await read(texts, 'date', { format: '%d.%m.%Y' })).values).toEqual(['2001-02-03', null, null]);
    expect((await read(['3/2/01 04:05', ''], 'timestamp', { format: '%d/%m/%y %H:%M' })).values).toEqual([
      '2001-02-03 04:05:00',
      null,
    ]);
    const zoned = await read(['2001-02-03T04:05Z', '2001-02-03T04:05+0200'], 'timestamp', {
      format: '%Y-%m-%dT%H:%M%z',
    });
    expect(zoned.values).toEqual(['2001-02-03 04:05:00', '2001-02-03 02:05:00']);
  });

  it('texts keep their text whatever the other options', async () => {
    expect((await read(['1,5', 'a'], 'string', { decimalChar: ',' })).values).toEqual(['1,5', 'a']);
  });
});

describe('a column of a typed file', () => {
  it('has no value where a number is one of those that stand for none', async () => {
    const path = await parquet('(1.5::DOUBLE), (-99.0::DOUBLE), (7)');
    expect((await valuesOf(path, 'number', { missing: ['-99', '7', 'NA', ' '] })).values).toEqual([
      '1.5',
      null,
      null,
    ]);
    expect((await valuesOf(path, 'number', { missing: ['NA', ' ', ''] })).values).toEqual([
      '1.5',
      '-99.0',
      '7.0',
    ]);
  });

  it('has no value where a text is', async () => {
    const path = await parquet("('a'), ('NA')");
    expect((await valuesOf(path, 'string', { missing: ['NA'] })).values).toEqual(['a', null]);
  });

  it('is read as it is stored, in whatever way texts would be written', async () => {
    const path = await parquet("(DATE '2001-02-03')");
    expect((await valuesOf(path, 'date', { format: '%d.%m.%Y' })).values).toEqual(['2001-02-03']);
  });

  it('keeps its own type where the contract leaves it open', async () => {
    const path = await parquet('(1.5::DOUBLE)');
    expect((await valuesOf(path, 'string', undefined, { untyped: true })).column.type).toBe('number');
    expect((await read(['1.5'], 'string', undefined, { untyped: true })).column.type).toBe('string');
  });

  it('is left alone where its type is another', async () => {
    const path = await parquet("('a'), ('NA')");
    const { column, raw } = await valuesOf(path, 'integer', { missing: ['NA'] });
    expect(column.mismatch).toBe(true);
    expect(raw).toEqual(['a', 'NA']);
  });
});

it('a file that cannot be read has defects and no table', async () => {
  const { table, defects } = await openByContract(place.engine, place.write('none.csv', ''), { columns: [] });
  expect(table).toBeUndefined();
  expect(defects.map(({ rule }) => rule)).toEqual(['empty-file']);
});
