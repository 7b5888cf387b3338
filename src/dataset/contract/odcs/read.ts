import { type Place, type Problem, failOn } from '../../../common/errors.js';
import type { Located } from '../../../common/yaml.js';
import type { ColumnType } from '../../../formats/profile.js';
import { type Check, none } from '../../checks/check.js';
import { chooseTable } from '../choose.js';
import type { Contract, ContractColumn } from '../contract.js';
import { type Extra, environmentsOf, readExtras, withExtras } from '../extras.js';
import { readQuality } from '../quality.js';
import { readOptions } from './options.js';
import { referenceChecks } from './references.js';
import type { Odcs, OdcsProperty, OdcsTable } from './schema.js';
import { versionProblems } from './version.js';

type Path = readonly (string | number)[];

/**
 * One table of an ODCS contract in our own words.
 * @param wanted name of the table
 * @param folder that the contract lies in
 * @throws UserError with every problem at its place
 */
export function readOdcs(
  located: Located<Odcs>,
  wanted: string | undefined,
  folder: string,
): Omit<Contract, 'path' | 'digest'> {
  const { value, file, at } = located;
  const index = chooseTable(
    value.schema.map(({ name }) => name),
    wanted,
    file,
    at(['schema']),
  );
  const table = value.schema[index]!;
  const here = ['schema', index];
  const problems: Problem[] = versionProblems(value, at);
  const extrasAt = (path: Path, list: Odcs['customProperties']): Extra[] =>
    list.map(({ property, value: given }, i) => ({
      key: property,
      value: given,
      where: at([...path, 'customProperties', i, 'value']),
    }));
  const environments = environmentsOf(
    readExtras(extrasAt([], value.customProperties), 'contract', { open: true, problems }),
  );
  const tables = value.schema.map((one, i) =>
    readExtras(extrasAt(['schema', i], one.customProperties), 'table', { open: true, problems }),
  );
  const { missing } = tables[index]!;
  const checks: Check[] = keyChecks(table, (i, key) => at([...here, 'properties', i, key]));
  const names = new Set<string>();
  const columns = table.properties.map((property, i): ContractColumn => {
    const path = [...here, 'properties', i];
    const where = at([...path, 'name']);
    if (names.has(property.name)) {
      const remedy = 'remove one of the two';
      problems.push({ message: `column "${property.name}" is described twice`, where, remedy });
    }
    names.add(property.name);
    const type = typeOf(property, at(path), problems);
    const [option] = Object.keys(property.logicalTypeOptions);
    if (type === undefined && option !== undefined) {
      const remedy = 'add logicalType';
      const message = `${option} says nothing of a column without a logicalType`;
      problems.push({ message, where: at([...path, 'logicalTypeOptions', option]), remedy });
    }
    const options =
      type === undefined
        ? { checks: [] }
        : readOptions(property, type, (key) => at([...path, 'logicalTypeOptions', key]), problems);
    checks.push(...options.checks);
    const extras = readExtras(extrasAt(path, property.customProperties), 'column', {
      open: true,
      environments,
      problems,
    });
    const column: ContractColumn = {
      name: property.name,
      type: type === undefined || type === 'time' ? 'string' : type,
      ...(type === undefined && { untyped: true }),
      roles: [],
      ...(options.reading && { reading: options.reading }),
      ...(property.description !== undefined && { description: property.description }),
      where,
    };
    return withExtras(column, extras, missing);
  });
  const qualityAt = (column: string | undefined, path: Path) => ({
    ...{ column, columns: names, table: table.name, folder, problems },
    mayLackOperator: value.apiVersion !== 'v3.1.0',
    at: (rest: Path) => at([...path, ...rest]),
  });
  table.properties.forEach(({ name, quality }, i) => {
    quality.forEach((rule, q) => {
      checks.push(...readQuality(rule, qualityAt(name, [...here, 'properties', i, 'quality', q])));
    });
  });
  table.quality.forEach((rule, q) => {
    checks.push(...readQuality(rule, qualityAt(undefined, [...here, 'quality', q])));
  });
  const paths = (name: string): readonly string[] =>
    tables[value.schema.findIndex((one) => one.name === name)]?.paths ?? [];
  checks.push(...referenceChecks(value, index, (name) => paths(name).length > 0, at, problems));
  failOn(problems);
  const others = value.schema.filter(({ name }) => name !== table.name && paths(name).length > 0);
  return {
    format: 'odcs',
    version: value.version,
    table: table.name,
    environments,
    columns,
    unknownColumns: 'warning',
    missingColumns: 'error',
    checks,
    references: Object.fromEntries(others.map(({ name }) => [name, paths(name)])),
  };
}

/** In 3.0, `date` is also the type of times: the physical type or the format tells. */
function typeOf(property: OdcsProperty, where: Place, problems: Problem[]): ColumnType | 'time' | undefined {
  const { logicalType, physicalType = '', logicalTypeOptions } = property;
  if (logicalType === 'object' || logicalType === 'array') {
    const remedy = 'split it into columns, or call it string';
    problems.push({ message: `a column of type ${logicalType} cannot be checked`, where, remedy });
    return 'string';
  }
  if (logicalType !== 'date') return logicalType;
  const isTime = /timestamp|datetime/i.test(physicalType) || /[Hh]/.test(logicalTypeOptions.format ?? '');
  return isTime ? 'timestamp' : 'date';
}

function keyChecks(table: OdcsTable, at: (property: number, key: string) => Place): Check[] {
  const checks: Check[] = [];
  const keys = table.properties
    .map((property, i) => ({ property, i }))
    .filter(({ property }) => property.primaryKey === true)
    .sort((a, b) => (a.property.primaryKeyPosition ?? 0) - (b.property.primaryKeyPosition ?? 0));
  const error = { severity: 'error', tolerance: none } as const;
  table.properties.forEach(({ name, required, unique, primaryKey }, i) => {
    if (required === true || primaryKey === true) {
      const rule = required === true ? 'required' : 'primaryKey';
      const test = { kind: 'missing', values: [] } as const;
      checks.push({ ...error, rule, column: name, test, where: at(i, rule) });
    }
    if (unique === true) {
      const test = { kind: 'duplicates', columns: [name] } as const;
      checks.push({ ...error, rule: 'unique', column: name, test, where: at(i, 'unique') });
    }
  });
  if (keys.length > 0) {
    const columns = keys.map(({ property }) => property.name);
    const only = columns.length === 1 ? { column: columns[0]! } : {};
    const test = { kind: 'duplicates', columns } as const;
    checks.push({ ...error, ...only, rule: 'primaryKey', test, where: at(keys[0]!.i, 'primaryKey') });
  }
  return checks;
}
