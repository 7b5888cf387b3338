import { none } from '../../../src/dataset/checks/check.js';
import { type DuplicateCheck, describe as describeRepeated } from '../../../src/dataset/checks/duplicates.js';
import type { Engine } from '../../../src/engine/engine.js';
import { quoteText } from '../../../src/engine/sql.js';
import { type Place, head, openPlace } from './harness.js';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.close());

const contract = (names: readonly string[], more = '', type = 'integer') => `${head}schema:
  - name: rows
${more}    properties:
${names.map((name) => `      - { name: ${name}, logicalType: ${type}, unique: true }\n`).join('')}`;
const plain = contract(['a', 'b']).replaceAll(', unique: true', '');
const keyed = (properties: string, limit = 'mustBe: 0') =>
  plain.replace(
    '    properties',
    `    quality: [{ metric: duplicateValues, ${limit}, arguments: { properties: [${properties}] } }]\n    properties`,
  );

/** Findings of duplicates, with what was asked for them. */
async function find(text: string, files: readonly string[]) {
  const asked: string[] = [];
  const watch =
    <Args extends [string, ...unknown[]], T>(call: (...args: Args) => T) =>
    (...args: Args): T => {
      asked.push(args[0]);
      return call(...args);
    };
  const { rows, run, stream } = place.engine;
  const engine: Engine = { ...place.engine, rows: watch(rows), run: watch(run), stream: watch(stream) };
  const found = await place.check(text, files, { engine, profile: false });
  const count = (pattern: RegExp) => asked.filter((sql) => pattern.test(sql)).length;
  return {
    found,
    bits: count(/bitstring_agg/),
    compared: count(/TEMP TABLE duplicates/),
    scans: count(/>> 12/),
  };
}
async function parquet(values: readonly (number | string)[], name = 'p.parquet'): Promise<string> {
  const rows = values.map((value) => `(${value}, 1)`).join(', ');
  await place.engine.run(
    `COPY (SELECT CAST(a AS BIGINT) AS a, b FROM (VALUES ${rows}) t(a, b)) TO ${quoteText(`${place.folder}/${name}`)}`,
  );
  return name;
}

describe('keys that repeat', () => {
  it('are counted over all files, the first five shown', async () => {
    place.write('a.csv', `a,b\n${'1,1\n1,2\n2,3\n'}`);
    place.write('b.csv', `a,b\n${'1,4\n2,5\n3,6\n2,7\n1,8\n1,9\n'}`);
    const { found } = await find(contract(['a']), ['a.csv', 'b.csv']);
    expect(found[0]).toBe('unique 6 a.csv:3=1 b.csv:2=1 b.csv:3=2 b.csv:5=2 b.csv:6=1');
  });

  it('are those that are whole: a part without a value makes no key', async () => {
    place.write('a.csv', 'a,b\n1,\n1,\n,1\n,1\n1,1\n1,1\n');
    expect((await find(keyed('a, b'), ['a.csv'])).found).toEqual(['duplicateValues 1 a.csv:7=1, 1']);
  });

  it('may be a few', async () => {
    place.write('a.csv', 'a,b\n1,1\n1,2\n1,3\n2,4\n');
    const of = async (limit: string) => (await find(keyed('a', limit), ['a.csv'])).found;
    expect(await of('mustBeLessThan: 3')).toEqual([]);
    expect(await of('mustBeLessThan: 2')).toEqual(['duplicateValues 2 a.csv:3=1 a.csv:4=1']);
  });

  it('are not looked for in a file that lacks the column', async () => {
    place.write('a.csv', 'b\n1\n1\n');
    const { found, scans } = await find(contract(['a']), ['a.csv']);
    expect(found.map((text) => text.split(' ')[0])).toEqual(['missing-column', 'unknown-column']);
    expect(scans).toBe(0);
  });

  it('are not asked of a data set that has to have some, where no file has the column', async () => {
    place.write('a.csv', 'b\n1\n1\n');
    expect((await find(keyed('a', 'mustBe: 5'), ['a.csv'])).found).toEqual(['missing-column 1 a.csv:1']);
  });

  it('are cut to 200 characters', async () => {
    const long = 'x'.repeat(250);
    place.write('a.csv', `a\n${long}\n${long}\n`);
    const [finding] = await place.findings(contract(['a'], '', 'string'), ['a.csv']);
    expect(finding!.examples[0]!.value).toBe('x'.repeat(200));
  });
});

describe('integers of a Parquet file', () => {
  it('are all different where each sets a bit of its own: no key is hashed', async () => {
    expect(await find(contract(['a']), [await parquet([5, 3, 4, 'NULL'])])).toMatchObject({
      ...{ bits: 1, scans: 0, compared: 0 },
    });
  });

  it('are hashed and compared where they are not', async () => {
    const { found, ...did } = await find(contract(['a']), [await parquet([5, 3, 5])]);
    expect(found[0]).toBe('unique 1 p.parquet:3=5');
    // The rows with a hash that repeats are found by hashing once more.
    expect(did).toEqual({ bits: 1, scans: 2, compared: 1 });
  });

  it('are hashed where they lie apart by more than 64 times the rows', async () => {
    expect(await find(contract(['a']), [await parquet([0, 127])])).toMatchObject({ bits: 1, scans: 0 });
    expect(await find(contract(['a']), [await parquet([0, 128])])).toMatchObject({ bits: 0, scans: 1 });
    expect(await find(contract(['a']), [await parquet(['NULL'])])).toMatchObject({ bits: 0 });
  });

  it('are hashed where they are beyond what a number of JavaScript holds', async () => {
    const far = 2n ** 53n;
    const file = await parquet([String(far), String(far + 1n), String(far + 2n)]);
    expect(await find(contract(['a']), [file])).toMatchObject({ bits: 0, scans: 1 });
  });

  it('settle a key that they are a part of', async () => {
    const text = contract(
      ['a'],
      '    quality: [{ metric: duplicateValues, mustBe: 0, arguments: { properties: [a, b] } }]\n',
    );
    const both = `${text}      - { name: b, logicalType: integer }\n`;
    expect(await find(both, [await parquet([1, 2])])).toMatchObject({ found: [], bits: 1, scans: 0 });
  });

  it('are hashed as well in a text file, or beside one', async () => {
    place.write('a.csv', 'a,b\n1,1\n2,1\n');
    expect(await find(contract(['a']), ['a.csv'])).toMatchObject({ bits: 0, scans: 1 });
    expect(await find(contract(['a']), ['a.csv', await parquet([3])])).toMatchObject({ bits: 0, scans: 2 });
  });
});

it('25 keys are looked at in one scan', async () => {
  const of = async (n: number) => {
    const names = Array.from({ length: n }, (_, i) => `c${i}`);
    place.write('w.csv', `${names.join(',')}\n${names.map(() => 1).join(',')}\n`);
    return (await find(contract(names), ['w.csv'])).scans;
  };
  expect(await of(25)).toBe(1);
  expect(await of(26)).toBe(2);
});

describe('a finding about keys that repeat', () => {
  const of = (columns: readonly string[], change: Partial<DuplicateCheck> = {}, rows = 8, count = 2) =>
    describeRepeated(
      {
        ...{ rule: 'unique', severity: 'error', tolerance: none, where: { line: 4 } },
        ...{ test: { kind: 'duplicates', columns }, ...change },
      },
      { count, examples: [] },
      rows,
    );

  it('names the columns, how many rows there are, and what to do', () => {
    expect(of(['a'], { column: 'a' })).toEqual({
      ...{ rule: 'unique', severity: 'error', column: 'a', count: 2, share: 0.25, examples: [] },
      message: 'a: 2 rows (25 %) with the same a as an earlier row',
      remedy: 'remove the repeated rows, or correct the contract (line 4)',
    });
    expect(of(['a', 'b']).message).toBe('a + b: 2 rows (25 %) with the same a, b together as an earlier row');
    expect(of([]).message).toBe('2 rows (25 %) that an earlier row is equal to');
    expect(of(['a'], {}, 1, 1).share).toBe(1);
    expect(of(['a'], {}, 0).share).toBe(0);
  });

  it('says what is wanted, and the contract’s own description', () => {
    const tolerance = [{ operator: 'mustBeLessThan' as const, value: 1, unit: 'rows' as const }];
    const found = of(['a'], { tolerance, description: 'ask Jo' });
    expect(found.message).toMatch(/; the contract wants fewer than 1$/);
    expect(found).toMatchObject({ remedy: 'ask Jo' });
    expect(found).not.toHaveProperty('column');
  });
});
