import { none } from '../../../src/dataset/checks/check.js';
import {
  type ReferenceCheck,
  describe as describeMissing,
  referencedFiles,
} from '../../../src/dataset/checks/references.js';
import type { Contract } from '../../../src/dataset/contract/contract.js';
import { type Place, head, openPlace } from './harness.js';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
  place.write('ref/1.csv', 'code,land\nHAM,DE\nLAX,US\n');
  place.write('ref/2.csv', 'code,land\nJFK,US\n');
});
afterAll(() => place.close());

const contract = (own: string) => `${head}schema:
  - name: airports
    customProperties: [{ property: path, value: ref/*.csv }]
    properties: [{ name: code, logicalType: string }, { name: land, logicalType: string }]
  - name: rows
    properties:
${own}`;
const origin = '      - { name: origin, logicalType: string, relationships: [{ to: airports.code }] }\n';

describe('references', () => {
  it('show the first five rows over all files, and count every one', async () => {
    place.write('a.csv', `origin\n${'X1\nHAM\nX2\n'}`);
    place.write('b.csv', `origin\n${'Y1\nY2\nY3\nY4\nY5\n'}`);
    place.write('c.csv', 'origin\nZ1\nJFK\n');
    const [found] = await place.findings(contract(origin), ['a.csv', 'b.csv', 'c.csv']);
    expect(found).toMatchObject({ rule: 'relationships', column: 'origin', count: 8, share: 0.8 });
    expect(found!.examples).toEqual([
      { file: 'a.csv', line: 2, value: 'X1' },
      { file: 'a.csv', line: 4, value: 'X2' },
      { file: 'b.csv', line: 2, value: 'Y1' },
      { file: 'b.csv', line: 3, value: 'Y2' },
      { file: 'b.csv', line: 4, value: 'Y3' },
    ]);
    expect(found!.message).toBe('origin: 8 rows (80 %) that airports.code does not have');
  });

  it('are cut to 200 characters', async () => {
    place.write('a.csv', `origin\n${'x'.repeat(250)}\n`);
    const [found] = await place.findings(contract(origin), ['a.csv']);
    expect(found!.examples[0]!.value).toBe('x'.repeat(200));
  });

  it('are not looked at in a file that lacks the column', async () => {
    place.write('a.csv', 'origin\nHAM\n');
    place.write('b.csv', 'other\nHAM\n');
    expect(await place.check(contract(origin), ['a.csv', 'b.csv'])).toEqual([
      'missing-column 1 b.csv:1',
      'unknown-column 1 b.csv:1',
    ]);
  });

  it('to the table itself are not looked at where a file lacks the key', async () => {
    const own = `      - { name: id, logicalType: string }
      - { name: up, logicalType: string, relationships: [{ to: rows.id }] }
`;
    place.write('a.csv', 'id,up\n1,2\n');
    place.write('b.csv', 'up\n7\n');
    expect((await place.check(contract(own), ['a.csv'])).join()).toBe('relationships 1 a.csv:2=2');
    expect((await place.check(contract(own), ['a.csv', 'b.csv'])).join()).toBe('missing-column 1 b.csv:1');
  });

  it('compare values of the type of the column that refers', async () => {
    const text = `${head}schema:
  - name: planes
    customProperties: [{ property: path, value: planes.csv }]
    properties: [{ name: number, logicalType: string }]
  - name: rows
    properties:
      - { name: name, logicalType: string }
      - { name: plane, logicalType: integer, relationships: [{ to: planes.number }] }
`;
    place.write('planes.csv', 'number\n007\n08\n');
    place.write('a.csv', 'name,plane\na,7\nb,8\nc,9\n');
    expect(await place.check(text, ['a.csv'])).toEqual(['relationships 1 a.csv:4=9']);
  });

  it('leave no table behind', async () => {
    place.write('a.csv', 'origin\nHAM\n');
    await place.check(contract(origin), ['a.csv']);
    await expect(place.engine.rows('SELECT * FROM known')).rejects.toThrow('does not exist');
  });

  it('are refused where the other file is broken', async () => {
    place.write('ref/2.csv', '');
    try {
      await expect(place.check(contract(origin), ['a.csv'])).rejects.toThrow(
        /c\.yaml:\d+:\d+: ref\/2\.csv, which this refers to: the file is empty \(0 bytes\) → write it again/,
      );
    } finally {
      place.write('ref/2.csv', 'code,land\nJFK,US\n');
    }
  });
});

describe('a finding about references', () => {
  const check: ReferenceCheck = {
    ...{ rule: 'relationships', severity: 'warning', tolerance: none, where: { line: 4 } },
    test: { kind: 'reference', columns: ['a', 'b'], table: 'other', to: ['x', 'y'] },
  };
  const of = (change: Partial<ReferenceCheck> = {}, rows = 8) =>
    describeMissing(
      { ...check, ...change },
      { count: 2, examples: [] },
      { rows, contract: { table: 'own' } as Contract },
    );

  it('names both sides, the share and what to do', () => {
    expect(of()).toEqual({
      ...{ rule: 'relationships', severity: 'warning', count: 2, share: 0.25, examples: [] },
      message: 'a + b: 2 rows (25 %) that other.x + y does not have',
      remedy: 'correct the values, add them to other, or correct the contract (line 4)',
    });
  });

  it('names the table itself where it refers to that', () => {
    const found = of({ test: { kind: 'reference', columns: ['up'], to: ['id'] }, column: 'up' });
    expect(found).toMatchObject({
      column: 'up',
      message: 'up: 2 rows (25 %) that own.id does not have',
      remedy: 'correct the values, add them to own, or correct the contract (line 4)',
    });
  });

  it('says the contract’s own description, what it tolerates, and no share of no rows', () => {
    const tolerance = [{ operator: 'mustBeLessThan' as const, value: 1, unit: 'percent' as const }];
    const found = of({ description: 'ask Jo', tolerance }, 0);
    expect(found).toMatchObject({ remedy: 'ask Jo', share: 0 });
    expect(found.message).toMatch(/does not have; the contract wants fewer than 1 %$/);
  });
});

describe('the files of the tables that a contract refers to', () => {
  it('are found beside the contract, and must be there', async () => {
    const path = `${place.folder}/c.yaml`;
    expect(await referencedFiles({ path, references: { airports: ['ref/*.csv'], none: [] } })).toEqual({
      airports: [`${place.folder}/ref/1.csv`, `${place.folder}/ref/2.csv`],
      none: [],
    });
    await expect(referencedFiles({ path, references: { a: ['nothing/*.csv'] } })).rejects.toThrow(
      `${path}: no file matches "nothing/*.csv"`,
    );
  });
});
