import { parse } from 'yaml';
import { type Place, openPlace } from '../checks/harness.js';
import { parseContract } from '../../../src/dataset/contract/load.js';
import { officialProblems } from './official.js';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.close());

const schema = `name: rows
missingValues: ['', 'NA']
primaryKey: [id, day]
uniqueKeys: [[code]]
fieldsMatch: [subset]
fields:
  - { name: id, type: integer, mlops: { role: id } }
  - { name: day, type: date, format: '%d.%m.%Y', constraints: { minimum: '2001-01-01' } }
  - { name: code, type: string, constraints: { pattern: '[A-Z]{3}', maxLength: 3 } }
  - { name: price, type: number, decimalChar: ',', groupChar: '.', constraints: { exclusiveMinimum: 0 } }
  - { name: share, type: number, bareNumber: false, missingValues: ['', '-'] }
  - { name: ok, type: boolean, trueValues: [ja], falseValues: [nein] }
  - { name: grade, type: integer, categories: [{ value: 1, label: good }, { value: 2 }] }
  - { name: month, type: yearmonth, constraints: { maximum: '2001-12' } }
  - { name: mail, type: string, format: email, constraints: { required: true } }
  - { name: any }
  - { name: y, type: integer, mlops: { role: [label, sensitive], environments: [training] } }
mlops:
  version: 1.0.0
  quality: [{ metric: rowCount, mustBeGreaterThan: 1 }]
`;
const header = 'id,day,code,price,share,ok,grade,month,mail,any,y,more';

describe('a Table Schema', () => {
  it('passes the standard’s own schema', () => {
    expect(officialProblems(schema)).toEqual([]);
  });

  it('gives columns and checks in the same words as ODCS', () => {
    const contract = parseContract(schema, 'schema.yaml');
    expect(contract).toMatchObject({
      format: 'frictionless',
      table: 'rows',
      version: '1.0.0',
      unknownColumns: 'allowed',
    });
    expect(contract.columns.find(({ name }) => name === 'y')).toMatchObject({
      type: 'integer',
      roles: ['label', 'sensitive'],
      environments: ['training'],
    });
    expect(contract.checks.map(({ rule, column, test }) => `${rule} ${column ?? ''} ${test.kind}`)).toEqual([
      'minimum day range',
      'maxLength code length',
      'pattern code pattern',
      'exclusiveMinimum price range',
      'categories grade values',
      'maximum month range',
      'type month pattern',
      'required mail missing',
      'format mail pattern',
      'primaryKey id missing',
      'primaryKey day missing',
      'primaryKey  duplicates',
      'uniqueKeys  duplicates',
      'rowCount  rows',
    ]);
  });

  it('reads values as they are written', async () => {
    place.write(
      'good.csv',
      `${header}\n1,31.01.2001,ABC,"1.234,50",95%,ja,1,2001-03,a@b.org,x,0,\n1,01.02.2001,NA,"0,5",-,nein,2,2001-12,c@d.org,7,1,\n`,
    );
    expect(await place.check(schema, ['good.csv'])).toEqual([]);
    place.write(
      'bad.csv',
      `${header}\n1,2001-01-31,ABCD,"1,234.50",x,true,3,2001-13,a b,x,0,\n2,31.12.2000,ABC,"-1,0",1,ja,1,2002-01,NA,x,,\n2,31.12.2000,ABC,"1,5",1,ja,1,2001-01,a@b.org,x,,\n`,
    );
    expect((await place.check(schema, ['bad.csv'])).sort()).toEqual(
      [
        'categories 1 bad.csv:2=3',
        'exclusiveMinimum 1 bad.csv:3=-1,0',
        'format 1 bad.csv:2=a b',
        'maxLength 1 bad.csv:2=ABCD',
        'maximum 2 bad.csv:2=2001-13 bad.csv:3=2002-01',
        'minimum 2 bad.csv:3=31.12.2000 bad.csv:4=31.12.2000',
        'pattern 1 bad.csv:2=ABCD',
        'primaryKey 1 bad.csv:4=2, 2000-12-31',
        'required 1 bad.csv:3',
        'type 1 bad.csv:2=1,234.50',
        'type 1 bad.csv:2=2001-01-31',
        'type 1 bad.csv:2=2001-13',
        'type 1 bad.csv:2=true',
        'type 1 bad.csv:2=x',
        'uniqueKeys 1 bad.csv:4=ABC',
      ].sort(),
    );
  });

  it('reads typed files, too', async () => {
    await place.engine.run(
      `COPY (SELECT 1 AS id, DATE '2001-01-31' AS "day", -99 AS x) TO '${place.folder}/t.parquet' (FORMAT parquet)`,
    );
    const text = `name: rows\nfields:\n  - { name: id, type: integer }\n  - { name: day, type: date, format: '%d.%m.%Y' }\n  - { name: x, type: integer, missingValues: ['-99'], constraints: { required: true } }\n`;
    expect(await place.check(text, ['t.parquet'])).toEqual(['required 1 t.parquet:1']);
  });

  it('leads to other tables in a Data Package', async () => {
    place.write('codes.csv', 'code\nA\nB\n');
    place.write('r.csv', 'code,up\nA,\nC,A\nB,Z\n');
    const text = `resources:
  - name: codes
    path: codes.csv
    schema: { fields: [{ name: code, type: string }], primaryKey: code }
  - name: rows
    path: r.csv
    schema:
      fields: [{ name: code, type: string }, { name: up, type: string }]
      foreignKeys:
        - { fields: code, reference: { resource: codes, fields: code } }
        - { fields: [up], reference: { fields: [code] } }
`;
    expect(await place.check(text, ['r.csv'])).toEqual([
      'foreignKeys 1 r.csv:3=C',
      'foreignKeys 1 r.csv:4=Z',
    ]);
    expect(() => parseContract(text, 'p.yaml')).toThrow(
      /describes 2 tables: codes, rows → name one: p.yaml#codes/,
    );
  });

  it.each([
    ['{ name: a, type: strng }', /type/],
    ['{ name: a, type: array }', /a field of type array cannot be checked/],
    ['{ name: a, type: string, constraint: {} }', /unknown key ".*constraint" → did you mean "constraints"/],
    [
      '{ name: a, type: string, constraints: { minimum: 1 } }',
      /minimum says nothing of a field of type string/,
    ],
    ['{ name: a, type: integer, constraints: { minimum: x } }', /is no bound of a integer/],
    [
      '{ name: a, type: integer, constraints: { pattern: x } }',
      /pattern says nothing of a field of type integer/,
    ],
    ['{ name: a, type: date, format: any }', /format any would have to be guessed/],
    ['{ name: a, type: date, format: "%Q" }', /format "%Q" cannot be read/],
    ['{ name: a, type: string, format: emial }', /cannot be checked → did you mean "email"/],
    ['{ name: a, type: string, constraints: { pattern: "(?=x)" } }', /looks around/],
    ['{ name: a, type: string, decimalChar: "," }', /decimalChar says nothing of a field of type string/],
    ['{ name: a, type: string, mlops: { role: lable } }', /there is no role "lable" → did you mean "label"/],
    ['{ name: a, type: string, mlops: { environments: [serve] } }', /there is no environment "serve"/],
    ['{ name: a, type: string }\n  - { name: a, type: string }', /field "a" is described twice/],
    ['{ name: a, type: string }\nprimaryKey: [b]', /there is no field "b" → did you mean "a"/],
    [
      '{ name: a }\nforeignKeys: [{ fields: a, reference: { resource: x, fields: y } }]',
      /there is no resource "x"/,
    ],
  ])('%s is refused at its place', (field, expected) => {
    const text = `fields:\n  - ${field}\n`;
    expect(() => parseContract(text, 's.yaml')).toThrow(expected);
    expect(() => parseContract(text, 's.yaml')).toThrow(/^s\.yaml:[23]:\d+: /);
    expect(parse(text)).toBeDefined();
  });

  it('finds what is no contract', () => {
    expect(() => parseContract('a: 1\n', 'x.yaml')).toThrow(/^x\.yaml:1:1: is no data contract/);
  });

  it.each([
    ['exact', ['unknown-column 1 m.csv:1', 'missing-column 1 m.csv:1']],
    ['equal', ['unknown-column 1 m.csv:1', 'missing-column 1 m.csv:1']],
    ['subset', ['missing-column 1 m.csv:1']],
    ['superset', ['unknown-column 1 m.csv:1']],
    ['partial', []],
  ])('with fieldsMatch %s is held to its fields', async (match, expected) => {
    place.write('m.csv', 'a,c\n1,2\n');
    const text = `name: rows\nfieldsMatch: ${match}\nfields: [{ name: a, type: integer }, { name: b, type: integer }]\n`;
    expect((await place.check(text, ['m.csv'])).sort()).toEqual([...expected].sort());
  });
});

describe('the extras of ODCS', () => {
  const odcs = (custom: string, top = ''): string =>
    `apiVersion: v3.1.0\nkind: DataContract\nid: c\nversion: 1.0.0\nstatus: draft\n${top}schema:\n  - name: rows\n    properties:\n      - { name: a, logicalType: integer, customProperties: [${custom}] }\n`;
  it('are roles, environments and missing values', async () => {
    const text = odcs(
      '{ property: role, value: [group, sensitive] }, { property: environments, value: labelling }, { property: missingValues, value: [NA, -1] }, { property: owner, value: me }',
      'customProperties: [{ property: environments, value: [training, labelling] }]\n',
    );
    const contract = parseContract(text, 'c.yaml');
    expect(contract.environments).toEqual(['training', 'labelling']);
    expect(contract.columns[0]).toMatchObject({
      roles: ['group', 'sensitive'],
      environments: ['labelling'],
      reading: { missing: ['NA', '-1'] },
    });
    place.write('x.csv', 'a\nNA\n-1\nx\n5\n');
    expect(await place.check(text, ['x.csv'], { environment: 'labelling' })).toEqual(['type 1 x.csv:4=x']);
  });

  it.each([
    ['{ property: rol, value: label }', /unknown key "rol" → did you mean "role"/],
    ['{ property: role, value: labl }', /there is no role "labl" → did you mean "label"/],
    ['{ property: role, value: label }, { property: role, value: id }', /role is given twice/],
    [
      '{ property: environments, value: [prod] }',
      /there is no environment "prod" → use one of training, serving/,
    ],
    ['{ property: role, value: { a: 1 } }', /role: expected a text or a list of texts/],
  ])('%s is refused', (custom, expected) => {
    expect(() => parseContract(odcs(custom), 'c.yaml')).toThrow(expected);
  });

  it('dates are read as the contract writes them', async () => {
    const text = odcs('').replace(
      '{ name: a, logicalType: integer, customProperties: [] }',
      "{ name: a, logicalType: timestamp, logicalTypeOptions: { format: 'dd/MM/yyyy HH:mm', maximum: '2001-12-31' } }",
    );
    place.write('y.csv', 'a\n31/12/2000 23:59\n2001-01-01 00:00\n01/01/2002 00:00\n');
    expect(await place.check(text, ['y.csv'])).toEqual([
      'type 1 y.csv:3=2001-01-01 00:00',
      'maximum 1 y.csv:4=01/01/2002 00:00',
    ]);
  });
});
