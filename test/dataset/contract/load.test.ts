import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../../src/common/errors.js';
import { loadContract, parseContract } from '../../../src/dataset/contract/load.js';

const head = 'apiVersion: v3.1.0\nkind: DataContract\nid: t\nversion: 1.0.0\nstatus: draft\n';
const parse = (properties: string, rest = '') =>
  parseContract(`${head}schema:\n  - name: t\n${rest}    properties:\n${properties}`, 'c.yaml');
const problems = (properties: string, rest = ''): string[] => {
  try {
    parse(properties, rest);
    return [];
  } catch (error) {
    return (error as Error).message.split('\n');
  }
};

describe('a data contract', () => {
  it('gives columns and checks in its own words', () => {
    const contract = parse(
      `      - { name: id, logicalType: integer, primaryKey: true, primaryKeyPosition: 2 }
      - { name: day, logicalType: date, primaryKey: true, primaryKeyPosition: 1 }
      - { name: at, logicalType: date, physicalType: timestamp }
      - { name: code, logicalType: string, required: true, unique: true, logicalTypeOptions: { minLength: 2, format: uuid } }
      - name: x
        logicalType: number
        logicalTypeOptions: { exclusiveMinimum: 0, exclusiveMaximum: 5, multipleOf: 0.5 }
        quality:
          - { metric: nullValues, mustBeLessThan: 1, unit: percent, severity: warning }
          - { metric: invalidValues, mustBe: 0, arguments: { validValues: [1, 2] } }
          - { type: text, description: for people }
`,
      '    quality:\n      - { metric: rowCount, mustBeGreaterThan: 0 }\n      - { metric: duplicateValues, mustBe: 0, arguments: { properties: [id, x] } }\n',
    );
    expect(contract.columns.map((c) => [c.name, c.type])).toEqual([
      ['id', 'integer'],
      ['day', 'date'],
      ['at', 'timestamp'],
      ['code', 'string'],
      ['x', 'number'],
    ]);
    const shown = contract.checks.map(({ rule, column, test, severity }) => ({
      rule,
      column,
      test,
      severity,
    }));
    const e = { severity: 'error' };
    expect(shown).toEqual([
      { ...e, rule: 'primaryKey', column: 'id', test: { kind: 'missing', values: [] } },
      { ...e, rule: 'primaryKey', column: 'day', test: { kind: 'missing', values: [] } },
      { ...e, rule: 'required', column: 'code', test: { kind: 'missing', values: [] } },
      { ...e, rule: 'unique', column: 'code', test: { kind: 'duplicates', columns: ['code'] } },
      { ...e, rule: 'primaryKey', column: undefined, test: { kind: 'duplicates', columns: ['day', 'id'] } },
      { ...e, rule: 'minLength', column: 'code', test: { kind: 'length', min: 2 } },
      {
        ...e,
        rule: 'format',
        column: 'code',
        test: expect.objectContaining({ kind: 'pattern', whole: 'uuid' }),
      },
      { ...e, rule: 'exclusiveMinimum', column: 'x', test: { kind: 'range', min: 0, above: true } },
      { ...e, rule: 'exclusiveMaximum', column: 'x', test: { kind: 'range', max: 5, below: true } },
      { ...e, rule: 'multipleOf', column: 'x', test: { kind: 'multiple', of: 0.5 } },
      { severity: 'warning', rule: 'nullValues', column: 'x', test: { kind: 'missing', values: [] } },
      { ...e, rule: 'invalidValues', column: 'x', test: { kind: 'values', values: [1, 2] } },
      { ...e, rule: 'rowCount', column: undefined, test: { kind: 'rows' } },
      {
        ...e,
        rule: 'duplicateValues',
        column: undefined,
        test: { kind: 'duplicates', columns: ['id', 'x'] },
      },
    ]);
    expect(contract.checks.find((c) => c.rule === 'nullValues')!.tolerance).toEqual([
      { operator: 'mustBeLessThan', value: 1, unit: 'percent' },
    ]);
    expect(contract.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it.each([
    ['{ name: a, logicalType: strnig }', /^c\.yaml:9:20: .*logicalType/],
    ['{ name: a, logicalType: string, logicaltype: string }', /did you mean "logicalType"/],
    [
      '{ name: a, logicalType: string, uniqe: true }',
      /^c\.yaml:9:41: unknown key ".*uniqe" → did you mean "unique"\?/,
    ],
    ['{ name: a, logicalType: array }', /a column of type array cannot be checked/],
    [
      '{ name: a, logicalType: string, logicalTypeOptions: { maximum: 3 } }',
      /^c\.yaml:9:63: maximum says nothing of a string/,
    ],
    ['{ name: a, logicalType: string, logicalTypeOptions: { pattern: "(a" } }', /the pattern cannot be read/],
    ['{ name: a, logicalType: string, logicalTypeOptions: { pattern: "(?=a)b" } }', /looks around/],
    ['{ name: a, logicalType: string, logicalTypeOptions: { format: emial } }', /did you mean "email"/],
    [
      '{ name: a, logicalType: date, logicalTypeOptions: { format: dd.MM.QQ } }',
      /cannot be read → write it in Java's letters/,
    ],
    ['{ name: a, logicalType: date, logicalTypeOptions: { minimum: 5 } }', /"5" is no bound of a date/],
    ['{ name: a, logicalType: integer, logicalTypeOptions: { minimum: x } }', /"x" is no bound of a integer/],
    [
      '{ name: a, logicalType: integer, quality: [{ metric: nullValue, mustBe: 0 }] }',
      /did you mean "nullValues"/,
    ],
    [
      '{ name: a, logicalType: integer, quality: [{ metric: rowCount, mustBe: 0 }] }',
      /"rowCount" is no metric of a column/,
    ],
    [
      '{ name: a, logicalType: integer, quality: [{ type: custom, engine: soda, implementation: x }] }',
      /rules of the engine soda cannot be checked here/,
    ],
    [
      '{ name: a, logicalType: integer, quality: [{ metric: invalidValues, mustBe: 0 }] }',
      /needs to know what is valid/,
    ],
    [
      '{ name: a, logicalType: integer, quality: [{ metric: nullValues, mustBeLesThan: 1 }] }',
      /did you mean "mustBeLessThan"/,
    ],
    [
      '{ name: a, logicalType: integer }\n      - { name: a, logicalType: string }',
      /^c\.yaml:10:11: column "a" is described twice/,
    ],
  ])('refuses %s at its place', (property, expected) => {
    const found = problems(`      - ${property}\n`);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(expected);
  });

  it('reports every problem at once', () => {
    const found = problems(
      `      - { name: a, logicalType: string, logicalTypeOptions: { maximum: 3, pattern: "[" } }\n`,
      '    quality: [{ metric: rowCount }, { metric: duplicateValues, arguments: { properties: [b] } }]\n',
    );
    expect(found).toHaveLength(5);
  });

  it('is read from a file, which may describe several tables', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'contract-'));
    const file = join(folder, 'c.yaml');
    const table = (name: string) =>
      `  - name: ${name}\n    properties: [{ name: ${name}_id, logicalType: integer }]\n`;
    writeFileSync(file, `${head}schema:\n${table('flights')}${table('airports')}`);
    expect((await loadContract(`${file}#airports`)).columns[0]!.name).toBe('airports_id');
    await expect(loadContract(file)).rejects.toThrow(
      /c\.yaml:6:1: the contract describes 2 tables: flights, airports/,
    );
    await expect(loadContract(`${file}#airport`)).rejects.toThrow(/did you mean "airports"/);
    writeFileSync(file, '');
    await expect(loadContract(file)).rejects.toThrow(/c\.yaml: is empty/);
    await expect(loadContract(join(folder, 'none.yaml'))).rejects.toThrow(UserError);
    rmSync(folder, { recursive: true });
  });
});
