import { utimesSync } from 'node:fs';
import { profileTables } from '../../../src/dataset/profile/profile.js';
import { inspectTable } from '../../../src/engine/table.js';
import { type Place, contractOf, head, openPlace } from './harness.js';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.close());

const contract = (properties: string, table = ''): string =>
  `${head}schema:\n  - name: rows\n${table}    properties:\n${properties}`;
const custom = (implementation: string, more = ''): string =>
  `{ type: custom, engine: mlops, implementation: ${implementation}${more} }`;

describe('references between files', () => {
  const airports = `  - name: airports
    customProperties: [{ property: path, value: ref/*.csv }]
    properties: [{ name: code, logicalType: string }, { name: country, logicalType: string }]
`;
  const flights = `      - { name: origin, logicalType: string, relationships: [{ to: airports.code }] }
      - { name: country, logicalType: string }
`;
  const both = (own: string, table = ''): string =>
    `${head}schema:\n${airports}  - name: rows\n${table}    properties:\n${own}`;
  const found = (text: string) => place.check(text, ['a.csv']);
  beforeEach(() => {
    place.write('ref/one.csv', 'code,country\nJFK,US\nLAX,US\n');
    place.write('ref/two.csv', 'code,country\nHAM,DE\n');
  });

  it('name the rows whose value the other table does not have', async () => {
    place.write('a.csv', 'origin,country\nJFK,US\nXXX,US\n,US\nHAM,DE\nYYY,DE\n');
    expect(await found(both(flights))).toEqual(['relationships 2 a.csv:3=XXX a.csv:6=YYY']);
  });

  it('can be of several columns together', async () => {
    place.write('a.csv', 'origin,country\nJFK,US\nJFK,DE\n');
    const table =
      '    relationships: [{ from: [rows.origin, rows.country], to: [airports.code, airports.country] }]\n';
    const own =
      '      - { name: origin, logicalType: string }\n      - { name: country, logicalType: string }\n';
    expect(await found(both(own, table))).toEqual(['relationships 1 a.csv:3=JFK, DE']);
  });

  it('are told where they lead nowhere', async () => {
    place.write('a.csv', 'origin,country\nJFK,US\n');
    place.write('ref/two.csv', 'kode,country\nHAM,DE\n');
    await expect(found(both(flights))).rejects.toThrow(
      /c\.yaml:12:\d+: ref\/two\.csv, which this refers to: there is no column "code"/,
    );
    expect(() => contractOf(both(flights.replace('airports.code', 'airports.kode')))).toThrow(
      /no column "kode" → did you mean "code"/,
    );
    expect(() => contractOf(both(flights.replace('airports.code', 'airport.code')))).toThrow(
      /no table "airport" → did you mean "airports"/,
    );
    expect(() => contractOf(both(flights).replace(/ {4}customProperties.*\n/, ''))).toThrow(
      /does not say where the data of "airports" is/,
    );
  });

  it('can lead to the table itself', async () => {
    place.write('a.csv', 'id,parent\n1,\n2,1\n3,7\n');
    const own =
      '      - { name: id, logicalType: integer }\n      - { name: parent, logicalType: integer, relationships: [{ to: rows.id }] }\n';
    expect(await found(contract(own))).toEqual(['relationships 1 a.csv:4=7']);
  });
});

describe('freshness', () => {
  const now = new Date('2001-03-10T12:00:00Z');
  it('is that of the newest value', async () => {
    place.write('f.csv', 'at\n2001-03-01 00:00:00\n2001-03-08 06:00:00\n');
    const asked = (maxAge: string): string =>
      contract(
        `      - { name: at, logicalType: timestamp, quality: [${custom(`{ check: freshness, maxAge: ${maxAge} }`)}] }\n`,
      );
    expect(await place.check(asked('3d'), ['f.csv'], { now })).toEqual([]);
    const [finding] = await place.findings(asked('2d'), ['f.csv'], { now });
    expect(finding).toMatchObject({
      rule: 'freshness',
      column: 'at',
      message: 'at: the newest value is 2 days old (2001-03-08 06:00 UTC); the contract wants at most 2d',
    });
    // 54 hours: as old as is allowed, to the second.
    expect(await place.check(asked('54h'), ['f.csv'], { now })).toEqual([]);
    expect(await place.check(asked('3239m'), ['f.csv'], { now })).toEqual(['freshness 1']);
  });

  it('is that of the newest file where no column is named', async () => {
    const file = place.write('g.csv', 'x\n1\n');
    utimesSync(file, new Date('2001-03-10T09:00:00Z'), new Date('2001-03-10T09:00:00Z'));
    const asked = (maxAge: string): string =>
      contract(
        '      - { name: x, logicalType: integer }\n',
        `    quality: [${custom(`{ check: freshness, maxAge: ${maxAge} }`)}]\n`,
      );
    expect(await place.check(asked('4h'), ['g.csv'], { now })).toEqual([]);
    const [finding] = await place.findings(asked('2h'), ['g.csv'], { now });
    expect(finding!.message).toMatch(/the newest file is 3 hours old/);
  });
});

describe('shares of values', () => {
  beforeAll(() => void place.write('s.csv', `c\n${'a\n'.repeat(60)}${'b\n'.repeat(30)}${'z\n'.repeat(10)}`));
  const asked = (implementation: string, type = 'string'): string =>
    contract(`      - { name: c, logicalType: ${type}, quality: [${custom(implementation)}] }\n`);

  it('are held to what is expected', async () => {
    expect(
      await place.check(asked('{ check: proportions, values: { a: 0.62, b: 0.3 }, within: 0.02 }'), [
        's.csv',
      ]),
    ).toEqual([]);
    const [finding] = await place.findings(
      asked('{ check: proportions, values: { a: 0.7, b: 0.3 }, within: 0.05 }'),
      ['s.csv'],
    );
    expect(finding!.message).toBe(
      'c: a is 60 % instead of 70 %, other values is 10 % instead of 0 %; the contract wants each within 5 points',
    );
  });

  it('are told of the three that are furthest off, and how many more there are', async () => {
    const [finding] = await place.findings(
      asked('{ check: proportions, values: { a: 0.1, b: 0.1, z: 0.3, x: 0.25, y: 0.25 }, within: 0.01 }'),
      ['s.csv'],
    );
    expect(finding).toMatchObject({
      count: 5,
      message:
        'c: a is 60 % instead of 10 %, x is 0 % instead of 25 %, y is 0 % instead of 25 %, and 2 more; the contract wants each within 1 points',
    });
    // Half the sum of |share − wanted|: (0.5 + 0.2 + 0.2 + 0.25 + 0.25) / 2.
    expect(finding!.share).toBeCloseTo(0.7, 12);
  });

  it('are held to a profile, as are values that it has not', async () => {
    const reference = place.write('ref.csv', `c\n${'a\n'.repeat(7)}${'b\n'.repeat(3)}`);
    const { table } = await inspectTable(place.engine, reference);
    place.write('profile.json', JSON.stringify(await profileTables(place.engine, [table!])));
    expect(
      await place.check(asked('{ check: proportions, reference: profile.json, within: 0.11 }'), ['s.csv']),
    ).toEqual([]);
    expect(
      await place.check(asked('{ check: proportions, reference: profile.json, within: 0.05 }'), ['s.csv']),
    ).toEqual(['proportions 2']);
    const unseen = (limit: string) =>
      place.check(asked(`{ check: unseenValues, reference: profile.json, ${limit} }`), ['s.csv']);
    expect(await unseen('mustBeLessThan: 11, unit: percent')).toEqual([]);
    expect(await unseen('mustBeLessThan: 10, unit: percent')).toEqual([
      'unseenValues 10 s.csv:92=z s.csv:93=z s.csv:94=z s.csv:95=z s.csv:96=z',
    ]);
  });

  it.each([
    ['{ check: proportion, within: 0.1 }', /no check "proportion" → did you mean "proportions"/],
    ['{ check: proportions, values: { a: 0.7, b: 0.7 }, within: 0.1 }', /add up to 1.4/],
    ['{ check: proportions, within: 0.1 }', /needs values or a reference/],
    ['{ check: unseenValues, reference: none.json }', /none\.json cannot be read as a profile/],
    ['{ check: unseenValues, refrence: x }', /"reference" is missing|unknown key "refrence"/],
    ['{ check: freshness, maxAge: soon }', /maxAge "soon" is no time/],
    ['{ check: expression, expression: c > 1 }', /a check of the table/],
  ])('%s is refused at its place', (implementation, expected) => {
    expect(() => contractOf(asked(implementation))).toThrow(expected);
    expect(() => contractOf(asked(implementation))).toThrow(/^c\.yaml:9:\d+: /);
  });
});

describe('SQL', () => {
  beforeAll(() => void place.write('q.csv', 'n,start,end\n1,5,7\n2,9,8\n3,,4\n4,6,1\n'));
  const columns = `      - { name: n, logicalType: integer }
      - { name: start, logicalType: integer }
      - { name: end, logicalType: integer }
`;
  const asked = (rule: string): string => contract(columns, `    quality: [${rule}]\n`);
  const sql = (query: string, more = 'mustBe: 0'): string =>
    asked(`{ type: sql, query: '${query}', ${more} }`);

  it('compares fields with each other, row by row', async () => {
    expect(
      await place.check(asked(custom('{ check: expression, expression: \'"end" >= start\' }')), ['q.csv']),
    ).toEqual(['expression 2 q.csv:3=9, 8 q.csv:5=6, 1']);
  });

  it('is asked of the table by its name, and compared', async () => {
    expect(
      await place.check(sql('SELECT count(*) FROM {object} WHERE start > "end"', 'mustBe: 2'), ['q.csv']),
    ).toEqual([]);
    expect(await place.check(sql('SELECT avg(n) > 9 FROM rows', 'mustBe: true'), ['q.csv'])).toEqual([
      'sql 1',
    ]);
    const [finding] = await place.findings(sql('SELECT max(start) FROM ${table}', 'mustBeLessThan: 9'), [
      'q.csv',
    ]);
    expect(finding!.message).toBe(
      'the query gives 9; the contract wants fewer than 9 (SELECT max(start) FROM "rows")',
    );
  });

  it.each([
    ['DROP TABLE rows', /does something else than to read/],
    ['SELECT 1; SELECT 2', /is 2 statements/],
    ['SELEC 1', /the SQL cannot be read: syntax error/],
    ['SELECT nothing FROM rows', /the SQL cannot be run: Binder Error.*nothing/],
    ['SELECT n FROM rows', /more than one value/],
    ['SELECT n FROM rows WHERE n > 1000', /gives no row/],
    ["SELECT ''x''", /gives no number/],
    ["SELECT count(*) FROM read_text(''/etc/passwd'')", /the SQL cannot be run: Permission Error/],
    ["COPY (SELECT 1) TO ''x.csv''", /something else than to read/],
  ])('%s is refused at its place', async (query, expected) => {
    await expect(place.check(sql(query), ['q.csv'])).rejects.toThrow(expected);
    await expect(place.check(sql(query), ['q.csv'])).rejects.toThrow(/c\.yaml:8:\d+: /);
  });

  it.each(['1 = 1) FROM rows --', 'n > 0, 2', 'n > 0) OR (1 = 1'])(
    '%s is no expression',
    async (expression) => {
      const text = asked(custom(`{ check: expression, expression: '${expression}' }`));
      await expect(place.check(text, ['q.csv'])).rejects.toThrow(/c\.yaml:8:\d+: /);
    },
  );
});

describe('environments', () => {
  const text = contract(`      - { name: x, logicalType: integer, required: true }
      - { name: label, logicalType: integer, required: true, customProperties: [{ property: role, value: label }] }
      - { name: request, logicalType: string, customProperties: [{ property: environments, value: [serving] }] }
`);
  it('say which columns are there', async () => {
    place.write('t.csv', 'x,label\n1,0\n');
    place.write('v.csv', 'x,request\n1,r\n');
    place.write('w.csv', 'x,label,request\n1,,r\n');
    expect(await place.check(text, ['t.csv'])).toEqual([]);
    expect(await place.check(text, ['v.csv'], { environment: 'serving' })).toEqual([]);
    expect(await place.check(text, ['w.csv'], { environment: 'serving' })).toEqual([]);
    expect(await place.check(text, ['t.csv'], { environment: 'serving' })).toEqual([
      'missing-column 1 t.csv:1',
    ]);
    expect(await place.check(text, ['w.csv'])).toEqual(['required 1 w.csv:2', 'unexpected-column 1 w.csv:1']);
  });
});

describe('whole rows', () => {
  it('that are equal, missing values among them, are told', async () => {
    place.write('d.csv', 'a,b\n1,\n1,\n2,x\n1,\n');
    const text = contract(
      '      - { name: a, logicalType: integer }\n      - { name: b, logicalType: string }\n',
      '    quality: [{ metric: duplicateValues, mustBe: 0 }]\n',
    );
    expect(await place.check(text, ['d.csv'])).toEqual(['duplicateValues 2 d.csv:3=1 d.csv:5=1']);
  });
});
