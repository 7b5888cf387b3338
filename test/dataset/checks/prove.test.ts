import { type RowTest, none } from '../../../src/dataset/checks/check.js';
import { provenChecks } from '../../../src/dataset/checks/prove.js';
import type { TableColumn } from '../../../src/engine/table.js';
import { type Place, openPlace } from './harness.js';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.close());

/** Whether an aggregate of the values proves that none fails each test. */
async function proven(
  values: readonly string[],
  tests: readonly RowTest[],
  change: Partial<TableColumn> = {},
): Promise<boolean[]> {
  const source = `(VALUES ${values.map((value) => `(${value})`).join(', ')}) AS t(x)`;
  const column: TableColumn = { name: 'x', type: 'number', raw: 'x', value: 'x', ...change };
  const checks = tests.map((test) => ({
    ...{ rule: 'r', column: 'x', severity: 'error' as const, test, tolerance: none, where: {} },
  }));
  const found = await provenChecks(place.engine, source, [column], checks);
  return tests.map((_, i) => found.has(i));
}

describe('one aggregate of a column proves', () => {
  it('a range that the ends of the values lie in', async () => {
    const tests: RowTest[] = [
      { kind: 'range', min: 1 },
      { kind: 'range', min: 1, above: true },
      { kind: 'range', min: 1.5 },
      { kind: 'range', max: 3 },
      { kind: 'range', max: 3, below: true },
      { kind: 'range', max: 2 },
      { kind: 'range', min: 0, max: 4, above: true, below: true },
      { kind: 'range', min: 0, max: 2 },
      { kind: 'range' },
      { kind: 'range', min: 'a' },
    ];
    expect(await proven(['1::DOUBLE', '3', 'NULL'], tests)).toEqual([
      ...[true, false, false, true, false, false, true, false, false, false],
    ]);
  });

  it('multiples, within a billionth', async () => {
    const of = (value: string) => proven([value, '0.2', 'NULL'], [{ kind: 'multiple', of: 0.1 }]);
    expect(await of('0.3::DOUBLE')).toEqual([true]);
    expect(await of('0.25::DOUBLE')).toEqual([false]);
    expect(await of('0.300000001::DOUBLE')).toEqual([false]);
  });

  it('lengths that the shortest and the longest text keep', async () => {
    const tests: RowTest[] = [
      { kind: 'length', min: 2 },
      { kind: 'length', min: 3 },
      { kind: 'length', max: 4 },
      { kind: 'length', max: 3 },
      { kind: 'length', min: 2, max: 4 },
      { kind: 'length', min: 2, max: 3 },
      { kind: 'length' },
    ];
    expect(await proven(["'ab'", "'äöüß'", 'NULL'], tests, { type: 'string' })).toEqual([
      ...[true, false, true, false, true, false, false],
    ]);
  });

  it('numbers without a sign, and nothing of those with one', async () => {
    const tests = [true, false].map((signed): RowTest => ({ kind: 'width', bits: 64, signed }));
    expect(await proven(['0', '5'], tests, { type: 'integer' })).toEqual([false, true]);
    expect(await proven(['-1', '5'], tests, { type: 'integer' })).toEqual([false, false]);
  });

  it('that no value is missing, of a typed file and without texts that stand for none', async () => {
    const tests: RowTest[] = [
      { kind: 'missing', values: [] },
      { kind: 'missing', values: ['-9'] },
    ];
    expect(await proven(['1', '2'], tests, { fileType: 'DOUBLE' })).toEqual([true, false]);
    expect(await proven(['1', 'NULL'], tests, { fileType: 'DOUBLE' })).toEqual([false, false]);
    expect(await proven(['1', '2'], tests)).toEqual([false, false]);
  });

  it('everything of a column without values', async () => {
    const tests: RowTest[] = [
      { kind: 'range', min: 1, max: 2 },
      { kind: 'multiple', of: 2 },
      { kind: 'width', bits: 64, signed: false },
    ];
    expect(await proven(['NULL::DOUBLE'], tests)).toEqual([true, true, true]);
    expect(await proven(['NULL::VARCHAR'], [{ kind: 'length', min: 1 }], { type: 'string' })).toEqual([true]);
  });

  it('nothing of numbers that a DOUBLE does not hold, of other tests, or of no column', async () => {
    expect(await proven(['1'], [{ kind: 'range', min: 0 }], { exact: 'x' })).toEqual([false]);
    expect(await proven(['1'], [{ kind: 'values', values: [1] }, { kind: 'type' }])).toEqual([false, false]);
    expect(await proven(['1'], [{ kind: 'range', min: 0 }], { name: 'y' })).toEqual([false]);
    expect(
      await proven(
        ['1', '2'],
        [
          { kind: 'values', values: [1] },
          { kind: 'range', min: 0 },
        ],
      ),
    ).toEqual([false, true]);
  });
});
