import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Engine } from '../../src/engine/engine.js';
import { exactText, identityHash, identityText } from '../../src/engine/exact.js';
import { quoteText } from '../../src/engine/sql.js';
import { type ReadOptions, type Table, inspectTable } from '../../src/engine/table.js';
import type { ColumnType } from '../../src/formats/profile.js';
import { type Place, openPlace } from '../dataset/checks/harness.js';

let opened: Place;
let folder: string;
let engine: Engine;
beforeAll(async () => {
  opened = await openPlace();
  ({ folder, engine } = opened);
});
afterAll(() => opened.close());

const open = async (name: string, type?: ColumnType, options?: ReadOptions): Promise<Table> => {
  const { table, defects } = await inspectTable(engine, join(folder, name), type && { x: type }, options);
  expect(defects).toEqual([]);
  return table!;
};
const csv = (name: string, texts: readonly string[]): string => {
  writeFileSync(join(folder, name), `x,y\n${texts.map((text) => `${text},1`).join('\n')}\n`);
  return name;
};
const parquet = async (name: string, sqlType: string, texts: readonly string[]): Promise<string> => {
  const rows = texts.map((text) => `(CAST(${quoteText(text)} AS ${sqlType}))`).join(', ');
  await engine.run(`COPY (SELECT x FROM (VALUES ${rows}) t(x)) TO ${quoteText(join(folder, name))}`);
  return name;
};
const identities = async (table: Table): Promise<{ hash: string; text: string | null }[]> => {
  const column = table.columns[0]!;
  const rows = await engine.rows(
    `SELECT CAST(h AS VARCHAR) AS h, t FROM (SELECT ${identityHash(column)} AS h, ${identityText(column)} AS t, ${table.rowNumber} AS n FROM ${table.source}) ORDER BY n`,
  );
  return rows.map(({ h, t }) => ({ hash: String(h), text: t === null ? null : String(t) }));
};

/** Integers of which BIGINT or DOUBLE holds some only. */
const ids = [
  '5',
  '-5',
  '0',
  '9007199254740992',
  '9007199254740993',
  '9223372036854775807',
  '9223372036854775808',
  '18446744073709551614',
  '18446744073709551615',
  '-18446744073709551615',
  '170141183460469231731687303715884105727',
  '170141183460469231731687303715884105728',
  '340282366920938463463374607431768211455',
  `1${'0'.repeat(59)}`,
  `1${'0'.repeat(58)}1`,
];

describe('exact numbers', () => {
  for (const type of ['integer', 'number'] as const) {
    for (const options of [{}, { kept: 0 }, { kept: 0, profile: true }]) {
      it(`are told apart as ${type}, whatever their size (${JSON.stringify(options)})`, async () => {
        const table = await open(csv('ids.csv', [...ids, ...ids]), type, options);
        expect(table.columns[0]!.type).toBe(type);
        const found = await identities(table);
        expect(new Set(found.map(({ hash }) => hash)).size).toBe(ids.length);
        expect(new Set(found.map(({ text }) => text)).size).toBe(ids.length);
        expect(found.slice(ids.length)).toEqual(found.slice(0, ids.length));
        if (type === 'integer') expect(found.slice(0, ids.length).map(({ text }) => text)).toEqual(ids);
        const [bad] = await engine.rows(
          `SELECT count(*) AS n FROM (SELECT ${table.columns[0]!.raw} AS raw, ${table.columns[0]!.value} AS value FROM ${table.source}) WHERE raw IS NOT NULL AND value IS NULL`,
        );
        expect(bad!.n).toBe(0);
      });
    }
  }

  it('are integers where the type is inferred', async () => {
    for (const options of [{}, { kept: 0 }]) {
      const table = await open(csv('inferred.csv', ids), undefined, options);
      expect(table.columns[0]!.type).toBe('integer');
      expect((await identities(table)).map(({ text }) => text)).toEqual(ids);
    }
  });

  it('have one identity in a file that needs more than BIGINT, in one that does not, and in Parquet', async () => {
    const few = ['5', '9007199254740993', '9223372036854775807', '-9007199254740995'];
    const narrow = await open(csv('narrow.csv', few), 'integer');
    expect(narrow.columns[0]!.exact).toBeUndefined();
    const wide = await open(csv('wide.csv', [...few, '18446744073709551615']), 'integer');
    expect(wide.columns[0]!.exact).toBeDefined();
    const expected = await identities(narrow);
    expect((await identities(wide)).slice(0, few.length)).toEqual(expected);
    const bigint = await open(await parquet('big.parquet', 'BIGINT', few), 'integer');
    expect(await identities(bigint)).toEqual(expected);
    const decimal = await open(
      await parquet('dec.parquet', 'DECIMAL(38, 2)', [...few, '18446744073709551615']),
      'integer',
    );
    expect((await identities(decimal)).slice(0, few.length)).toEqual(expected);
    const positive = few.filter((text) => !text.startsWith('-'));
    const ubigint = await open(
      await parquet('u.parquet', 'UBIGINT', [...positive, '18446744073709551615']),
      'integer',
    );
    expect((await identities(ubigint)).slice(0, 3).map(({ text }) => text)).toEqual(positive);
    expect((await identities(ubigint)).map(({ text }) => text).at(-1)).toBe('18446744073709551615');
  });

  it('are read of DECIMAL and BIGINT where numbers are wanted', async () => {
    const whole = ['1', '12345678901234567890123456789012345678', '12345678901234567890123456789012345679'];
    const decimals = await identities(
      await open(await parquet('d38.parquet', 'DECIMAL(38, 0)', whole), 'number'),
    );
    expect(new Set(decimals.map(({ hash }) => hash)).size).toBe(3);
    expect(await identities(await open(csv('d38.csv', whole), 'number'))).toEqual(decimals);
    const scaled = ['1.5', '1234567890123456.01', '1234567890123456.02', '0.5'];
    const fractions = await identities(
      await open(await parquet('d18.parquet', 'DECIMAL(22, 4)', scaled), 'number'),
    );
    expect(new Set(fractions.map(({ hash }) => hash)).size).toBe(4);
    expect(await identities(await open(csv('d18.csv', scaled), 'number'))).toEqual(fractions);
    const near = ['9007199254740992', '9007199254740993'];
    const integers = await identities(await open(await parquet('i.parquet', 'BIGINT', near), 'number'));
    expect(integers[0]!.hash).not.toBe(integers[1]!.hash);
  });

  it('need nothing where DOUBLE and BIGINT hold them', async () => {
    const doubles = [
      '0.1',
      '0.30000000000000004',
      '-0.00012345678901234567',
      '1e300',
      '123456789.123',
      '1609459200000000',
    ];
    expect((await open(csv('doubles.csv', doubles), 'number')).columns[0]!.exact).toBeUndefined();
    expect(
      (await open(await parquet('doubles.parquet', 'DOUBLE', doubles), 'number')).columns[0]!.exact,
    ).toBeUndefined();
    expect(
      (await open(await parquet('money.parquet', 'DECIMAL(18, 2)', ['1.25', '3']), 'number')).columns[0]!
        .exact,
    ).toBeUndefined();
  });

  it('do not depend on how a number is written', async () => {
    const digits = fc.stringMatching(/^[0-9]{1,40}$/);
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(digits, fc.option(fc.stringMatching(/^[0-9]{0,12}$/), { nil: undefined }), fc.boolean()),
          { minLength: 1, maxLength: 20 },
        ),
        async (numbers) => {
          const plain = numbers.map(
            ([whole, fraction, minus]) =>
              `${minus ? '-' : ''}${whole}${fraction === undefined ? '' : `.${fraction}`}`,
          );
          const padded = numbers.map(
            ([whole, fraction, minus]) =>
              `${minus ? '-' : '+'}000${whole}${fraction === undefined ? '' : `.${fraction}00`}`,
          );
          const sql = (text: string): string =>
            `coalesce(${exactText(quoteText(text), 'number')}, CAST(TRY_CAST(${quoteText(text)} AS DOUBLE) AS VARCHAR))`;
          const [row] = await engine.rows(
            `SELECT [${plain.map(sql).join(', ')}]::VARCHAR AS a, [${padded.map(sql).join(', ')}]::VARCHAR AS b`,
          );
          expect(row!.a).toBe(row!.b);
        },
      ),
      { numRuns: 30 },
    );
  });
});
