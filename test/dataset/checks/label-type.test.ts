import { labelTypeFindings } from '../../../src/dataset/checks/label-type.js';
import type { ColumnType } from '../../../src/formats/profile.js';
import { inspectTable } from '../../../src/engine/table.js';
import { type Place, openPlace } from './harness.js';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.close());

/** Findings about the label `y` of files with these values, as a contract of that type reads them. */
async function found(
  task: string,
  files: readonly (readonly string[])[],
  types: Readonly<Record<string, ColumnType>> = { y: 'string' },
) {
  const tables = [];
  for (const [i, values] of files.entries()) {
    const path = place.write(`y${i}.csv`, `x,y\n${values.map((y) => `1,${y}\n`).join('')}`);
    tables.push((await inspectTable(place.engine, path, types)).table!);
  }
  const pathOf = (file: string) => file.slice(place.folder.length + 1);
  return labelTypeFindings(place.engine, { name: 'train', tables, pathOf }, 'y', task);
}

describe('the label of a regression', () => {
  it('may be a number, whole or not, or missing', async () => {
    for (const type of ['number', 'integer'] as const)
      expect(await found('regression', [['1', '2']], { y: type })).toEqual([]);
    expect(await found('regression', [])).toEqual([]);
  });

  it('may not be a text', async () => {
    expect(await found('regression', [['a', '1', ''], ['b']])).toEqual([
      {
        ...{ rule: 'label-type', severity: 'error', column: 'y', count: 3, share: 0.75 },
        message: 'y: the label of a regression is not a number: it is string in 3 rows of train',
        remedy:
          'write numbers and call the column a number in the contract, or correct task in model.yml if y is a class',
        examples: [
          { file: 'y0.csv', line: 2, value: 'a' },
          { file: 'y0.csv', line: 3, value: '1' },
          { file: 'y1.csv', line: 2, value: 'b' },
        ],
      },
    ]);
  });

  it('shows five of its values, cut to 200 characters', async () => {
    const [finding] = await found('regression', [['x'.repeat(300), 'b', 'c', 'd', 'e', 'f']]);
    expect(finding!.examples.map(({ value }) => value)).toEqual(['x'.repeat(200), 'b', 'c', 'd', 'e']);
    expect(finding!.share).toBe(1);
  });

  it('is told how to be written where every value has a decimal comma', async () => {
    const [all] = await found('regression', [['"1,5"', '"-2,25"', '3']]);
    expect(all!.message).toMatch(/in 3 rows of train, written with a decimal comma$/);
    expect(all!.remedy).toBe(
      'write the numbers with a point, or describe them in a Table Schema with decimalChar',
    );
    const [some] = await found('regression', [['"1,5"', 'a']]);
    expect(some!.message).not.toContain('decimal comma');
    const [none] = await found('regression', [['""', '']], { y: 'boolean' });
    expect(none).toMatchObject({ count: 0, share: 0 });
    expect(none!.message).toBe(
      'y: the label of a regression is not a number: it is boolean in 0 rows of train',
    );
  });

  it('is not looked at where no file has it', async () => {
    const path = place.write('other.csv', 'x\n1\n');
    const { table } = await inspectTable(place.engine, path, {});
    const set = { name: 'train', tables: [table!], pathOf: (file: string) => file };
    for (const task of ['regression', 'binary-classification'])
      expect(await labelTypeFindings(place.engine, set, 'y', task)).toEqual([]);
  });
});

describe('the label of a binary classification', () => {
  it('may have one or two classes', async () => {
    expect(await found('binary-classification', [['a', 'b', '', 'a']])).toEqual([]);
    expect(await found('binary-classification', [['a']])).toEqual([]);
  });

  it('may not have more, over all files', async () => {
    expect(
      await found('binary-classification', [
        ['a', 'c'],
        ['b', 'b', 'c', 'c'],
      ]),
    ).toEqual([
      {
        ...{ rule: 'label-type', severity: 'error', column: 'y', count: 1, share: 1, examples: [] },
        message: 'y: the label of a binary classification has more than two classes in train: c, b, a',
        remedy: 'join the classes into two, or correct task in model.yml',
      },
    ]);
  });

  it('names the five that are most frequent', async () => {
    const five = await found('binary-classification', [['a', 'b', 'c', 'd', 'e']]);
    expect(five[0]!.message).toMatch(/train: a, b, c, d, e$/);
    const six = await found('binary-classification', [['a', 'b', 'c', 'd', 'e', 'f']]);
    expect(six[0]!.message).toMatch(/train: a, b, c, d, e, …$/);
  });
});

it('the label of another task may be anything', async () => {
  expect(await found('multiclass-classification', [['a', 'b', 'c']])).toEqual([]);
});
