import { gatherFacts } from '../../../src/dataset/infer/facts.js';
import { guessColumns } from '../../../src/dataset/infer/guess.js';
import { mergeProfiles } from '../../../src/dataset/profile/merge.js';
import { profileTables } from '../../../src/dataset/profile/profile.js';
import { quoteText } from '../../../src/engine/sql.js';
import { inspectTable } from '../../../src/engine/table.js';
import { type Place, head, openPlace } from './harness.js';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.close());

const contract = `${head}schema:
  - name: rows
    properties:
      - name: x
        logicalType: number
        required: true
        logicalTypeOptions: { minimum: -10, maximum: 10 }
        customProperties: [{ property: missingValues, value: ['-99'] }]
        quality: [{ metric: nullValues, mustBe: 0 }]
      - { name: y, logicalType: integer }
`;

describe('missing values under a contract', () => {
  it('are NaN, empty fields and the words of the contract; infinity is above a maximum', async () => {
    place.write('m.csv', 'x,y\nNaN,1\nnan,1\n,1\n-99,1\nInf,1\n1.5,1\n');
    const findings = await place.findings(contract, ['m.csv']);
    expect(
      findings.map(({ rule, count, examples }) => [rule, count, examples.map(({ line }) => line)]),
    ).toEqual([
      ['required', 4, [2, 3, 4, 5]],
      ['maximum', 1, [6]],
      ['nullValues', 4, [2, 3, 4, 5]],
    ]);
  });

  it('are the same in Parquet, where -99 is stored as -99.0', async () => {
    await place.engine.run(
      `COPY (SELECT *, 1 AS y FROM (VALUES ('nan'::DOUBLE), (NULL), (-99.0::DOUBLE), ('inf'::DOUBLE), (1.5::DOUBLE)) t(x))
       TO ${quoteText(`${place.folder}/m.parquet`)}`,
    );
    const findings = await place.findings(contract, ['m.parquet']);
    expect(
      findings.map(({ rule, count, examples }) => [rule, count, examples.map(({ row }) => row)]),
    ).toEqual([
      ['required', 3, [1, 2, 3]],
      ['maximum', 1, [4]],
      ['nullValues', 3, [1, 2, 3]],
    ]);
  });

  it('are the same where numbers are written with a decimal comma', async () => {
    const schema = `name: rows
fields:
  - { name: x, type: number, decimalChar: ',', constraints: { required: true } }
`;
    place.write('d.csv', 'x;y\n1,5;1\nNaN;1\n;1\n');
    expect(
      (await place.findings(`${schema}  - { name: y, type: integer }\n`, ['d.csv'])).map((f) => [
        f.rule,
        f.count,
      ]),
    ).toEqual([
      ['required', 2],
      ['delimiter', 1],
    ]);
  });

  it('let infer require nothing of a column with NaN', async () => {
    const file = place.write('i.csv', `x,y\n${'NaN,1\n1.5,2\n2.5,3\n3.5,4\n'.repeat(50)}`);
    const [x, y] = guessColumns(await gatherFacts(place.engine, [file]));
    expect(x).toMatchObject({ type: 'number', required: false });
    expect(y).toMatchObject({ type: 'integer', required: true });
  });
});

describe('a profile', () => {
  const profileOf = async (name: string, text: string) => {
    const { table } = await inspectTable(place.engine, place.write(name, text), {
      x: 'number',
      y: 'integer',
    });
    return profileTables(place.engine, [table!]);
  };

  it('counts infinities apart, also where a part has nothing else', async () => {
    const a = await profileOf('a.csv', 'x,y\nInf,1\n-Inf,2\nNaN,3\n');
    const b = await profileOf('b.csv', 'x,y\n1,1\n3,2\nInf,3\n');
    expect(a.columns[0]).toMatchObject({ count: 2, nulls: 1, distinct: { value: 0, exact: true } });
    expect(a.columns[0]!.moments).toBeUndefined();
    for (const [first, second] of [
      [a, b],
      [b, a],
    ] as const) {
      expect(mergeProfiles(first, second).columns[0]).toMatchObject({
        count: 5,
        nulls: 1,
        moments: { mean: 2, m2: 2, min: 1, max: 3, nonFinite: 3 },
      });
    }
  });
});
