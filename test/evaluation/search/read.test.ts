import { readSearchColumns } from '../../../src/evaluation/search/read.js';
import { outside } from '../../../src/evaluation/search/sums.js';
import { type Place, openPlace } from '../../dataset/checks/harness.js';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.close());

const csv = (columns: Readonly<Record<string, readonly (string | number)[]>>): string => {
  const names = Object.keys(columns);
  const [first] = Object.values(columns);
  return `${names.join(',')}\n${first!.map((_, i) => `${names.map((name) => columns[name]![i]).join(',')}\n`).join('')}`;
};
interface About {
  readonly names?: readonly string[];
  readonly except?: readonly string[];
  readonly minRows?: number;
}
const read = async (text: string, about: About = {}) => {
  const { columns, leftOut } = await readSearchColumns(place.engine, [place.write('s.csv', text)], {
    ...{ except: [], minRows: 1, ...about },
  });
  return {
    columns: columns.map(({ column, codes, texts }) => ({ column, codes: [...codes], texts })),
    leftOut,
  };
};

describe('columns that are searched', () => {
  it('are texts by how often they occur, numbers and times by their values', async () => {
    const { columns, leftOut } = await read(
      csv({
        ...{ c: ['b', 'a', 'b', ''], n: [2, 1, '', 2], t: ['true', 'false', 'true', 'true'] },
        ...{ d: ['2001-02-03', '2001-02-04', '2001-02-03', '2001-02-03'], one: ['x', 'x', 'x', 'x'] },
        s: ['2001-02-03 04:05:06', '2001-02-03 04:06:06', '2001-02-03 04:05:06', '2001-02-03 04:05:06'],
      }),
    );
    expect(columns).toEqual([
      { column: 'c', codes: [0, 1, 0, 2], texts: ['b', 'a', null] },
      { column: 'n', codes: [1, 0, 2, 1], texts: ['1', '2', null] },
      { column: 't', codes: [0, 1, 0, 0], texts: ['true', 'false', null] },
      { column: 'd', codes: [0, 1, 0, 0], texts: ['2001-02-03', '2001-02-04', null] },
      { column: 'one', codes: [0, 0, 0, 0], texts: ['x', null] },
      { column: 's', codes: [0, 1, 0, 0], texts: ['2001-02-03T04:05', '2001-02-03T04:06', null] },
    ]);
    expect(leftOut).toEqual([]);
  });

  it('have only values with enough rows, thirty at most', async () => {
    const { columns } = await read(csv({ c: ['a', 'a', 'a', 'b', 'b', 'c'] }), { minRows: 1.5 });
    expect(columns[0]).toEqual({ column: 'c', codes: [0, 0, 0, 1, 1, outside], texts: ['a', 'b', null] });
    const many = await read(
      csv({ c: Array.from({ length: 40 }, (_, i) => `v${String(i).padStart(2, '0')}`) }),
    );
    expect(many.columns[0]!.texts).toHaveLength(31);
    expect(many.columns[0]!.codes.filter((code) => code === outside)).toHaveLength(10);
  });

  it('are left out where they make no slices', async () => {
    const { columns, leftOut } = await read(csv({ k: ['a', 'b', 'c'], n: [7, 7, 7], x: ['u', 'u', 'u'] }), {
      minRows: 2,
    });
    expect(columns.map(({ column }) => column)).toEqual(['x']);
    expect(leftOut).toEqual([
      { column: 'k', why: 'it has one value, or too many' },
      { column: 'n', why: 'it has one value, or too many' },
    ]);
  });

  it('are those that are named, or all but some', async () => {
    const text = csv({ a: [1, 2], b: [1, 2], c: [1, 2] });
    const names = async (about: About) => (await read(text, about)).columns.map(({ column }) => column);
    expect(await names({ except: ['b'] })).toEqual(['a', 'c']);
    expect(await names({ names: ['b', 'a', 'b'], except: ['b'] })).toEqual(['b', 'a']);
  });

  it('are fifty at most', async () => {
    const of = (n: number) =>
      read(csv(Object.fromEntries(Array.from({ length: n }, (_, i) => [`c${i}`, [1, 2]]))));
    const { columns, leftOut } = await of(52);
    expect(columns).toHaveLength(50);
    expect(leftOut).toEqual(['c50', 'c51'].map((column) => ({ column, why: 'more than 50 columns' })));
    expect((await of(50)).leftOut).toEqual([]);
  });
});
