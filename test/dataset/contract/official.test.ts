import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { stringify } from 'yaml';
import { parseContract } from '../../../src/dataset/contract/load.js';
import { officialProblems } from './official.js';

const fundamentals = { kind: 'DataContract', id: 'c', version: '1.0.0', status: 'active', name: 'C' };
const information = {
  tenant: 't',
  domain: 'd',
  description: { purpose: 'p', usage: 'u', limitations: 'l' },
  tags: ['a'],
  authoritativeDefinitions: [{ url: 'https://example.com', type: 'wiki' }],
  support: [{ channel: 'c', url: 'https://example.com' }],
  price: { priceAmount: 1, priceCurrency: 'USD', priceUnit: 'MB' },
  roles: [{ role: 'reader', access: 'read' }],
  team: [{ username: 'u', role: 'r', dateIn: '2024-01-01' }],
  slaProperties: [{ property: 'latency', value: 4, unit: 'd', element: 'flights.day' }],
  servers: [
    { server: 's', type: 'local', path: 'data', format: 'csv' },
    { server: 'p', type: 'postgres', host: 'h', port: 5432, database: 'd', schema: 's' },
  ],
  customProperties: [{ property: 'environments', value: ['training', 'serving'] }],
};
const column = (name: string, logicalType: string, more: object = {}) => ({ name, logicalType, ...more });
const contracts = {
  'v3.0.2': {
    apiVersion: 'v3.0.2',
    ...fundamentals,
    ...information,
    schema: [
      {
        name: 'flights',
        logicalType: 'object',
        quality: [{ type: 'library', rule: 'rowCount', mustBeGreaterThan: 0 }],
        properties: [
          column('id', 'integer', {
            primaryKey: true,
            primaryKeyPosition: 1,
            logicalTypeOptions: { format: 'i32' },
          }),
          column('day', 'date', {
            physicalType: 'timestamp',
            logicalTypeOptions: { maximum: '2030-01-01', exclusiveMaximum: true },
          }),
          column('x', 'number', {
            logicalTypeOptions: { minimum: 0, exclusiveMinimum: true, multipleOf: 0.5 },
          }),
          column('code', 'string', {
            quality: [{ rule: 'nullCheck', mustBe: 0, dimension: 'completeness' }],
          }),
        ],
      },
    ],
  },
  'v3.1.0': {
    apiVersion: 'v3.1.0',
    ...fundamentals,
    ...information,
    team: { name: 'n', members: [{ username: 'u' }] },
    schema: [
      {
        id: 'f',
        name: 'flights',
        physicalName: 'flights_v1',
        quality: [
          { metric: 'rowCount', mustBeBetween: [1, 100] },
          { type: 'sql', query: 'SELECT count(*) FROM {object}', mustBeGreaterThan: 0 },
          { type: 'text', description: 'for people' },
          { type: 'custom', engine: 'mlops', implementation: { check: 'freshness', maxAge: '2d' } },
        ],
        relationships: [{ from: ['flights.origin', 'flights.day'], to: ['airports.code', 'airports.day'] }],
        properties: [
          column('id', 'integer', { primaryKey: true, required: true, unique: true }),
          column('day', 'date', { logicalTypeOptions: { minimum: '2001-01-01' } }),
          column('at', 'timestamp', {
            logicalTypeOptions: { timezone: true, exclusiveMaximum: '2030-01-01' },
          }),
          column('clock', 'time'),
          column('x', 'number', { logicalTypeOptions: { exclusiveMinimum: 0 }, examples: [1, 2] }),
          column('origin', 'string', {
            relationships: [{ type: 'foreignKey', to: 'airports.code' }],
            logicalTypeOptions: { pattern: '^[A-Z]{3}$', minLength: 3 },
            customProperties: [{ property: 'role', value: 'group' }],
            quality: [
              {
                metric: 'invalidValues',
                arguments: { validValues: ['JFK', 'LAX'] },
                mustBeLessThan: 5,
                unit: 'percent',
                severity: 'warning',
              },
            ],
          }),
        ],
      },
      {
        name: 'airports',
        customProperties: [{ property: 'path', value: 'airports.csv' }],
        properties: [column('code', 'string'), column('day', 'date')],
      },
    ],
  },
};
const load = (contract: object) =>
  parseContract(stringify(contract, { aliasDuplicateObjects: false }), 'c.yaml', 'flights');

describe('what the standard says', () => {
  it.each(Object.entries(contracts))('a contract of %s passes both', (_, contract) => {
    expect(officialProblems(contract)).toEqual([]);
    expect(load(contract).columns.length).toBeGreaterThan(3);
  });

  it('the contract of the example passes', () => {
    expect(officialProblems(readFileSync('examples/flight-delays/contract.yaml', 'utf8'))).toEqual([]);
  });

  // Ours may refuse more (what cannot be checked), but never pass what the standard refuses.
  it.each(Object.entries(contracts))(
    'no slip in a contract of %s passes here that fails there',
    (_, contract) => {
      const paths = pathsOf(contract);
      const values = fc.constantFrom<unknown>(null, true, 0, -1.5, '', 'x', 'v9', [], ['x'], {}, { x: 1 });
      const slip = fc.record({
        path: fc.constantFrom(...paths),
        how: fc.constantFrom('remove', 'replace', 'add'),
        value: values,
        key: fc.constantFrom(
          'extra',
          'type',
          'mustBe',
          'query',
          'id',
          'rule',
          'metric',
          'format',
          'unique',
          'host',
        ),
      });
      let accepted = 0;
      fc.assert(
        fc.property(slip, ({ path, how, value, key }) => {
          const changed = structuredClone(contract) as unknown as Tree;
          const parent = path.slice(0, -1).reduce((at: Tree, step) => at[step] as Tree, changed);
          const last = path.at(-1)!;
          // An empty list in place of keys with values says as little as no keys: the loader takes it for that.
          if (how === 'replace' && Array.isArray(value) && !Array.isArray(parent[last])) return;
          if (how === 'replace') parent[last] = value;
          else if (how === 'add' && isTree(parent[last]) && !Array.isArray(parent[last]))
            parent[last][key] = value;
          else if (Array.isArray(parent)) parent.splice(Number(last), 1);
          else delete parent[last];
          try {
            load(changed);
          } catch {
            return;
          }
          accepted += 1;
          expect(officialProblems(changed)).toEqual([]);
        }),
        { numRuns: 250, seed: 14 },
      );
      expect(accepted).toBeGreaterThan(20);
    },
  );
});

type Tree = Record<string | number, unknown>;
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null;

function pathsOf(value: unknown, path: readonly (string | number)[] = []): (string | number)[][] {
  const own = path.length === 0 ? [] : [[...path]];
  if (!isTree(value)) return own;
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [...own, ...entries.flatMap(([key, child]) => pathsOf(child, [...path, key]))];
}
