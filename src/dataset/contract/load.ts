import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Place, type Problem, UserError, failOn } from '../../common/errors.js';
import { nearest } from '../../common/text.js';
import { type Located, parseYaml, readYamlFile } from '../../common/yaml.js';
import type { ColumnType } from '../../formats/profile.js';
import { type Odcs, type OdcsProperty, type OdcsTable, odcsSchema } from './odcs.js';
import { type Check, none } from '../checks/check.js';
import { type Contract, usualEnvironments } from './contract.js';
import { readOptions } from './odcs-options.js';
import { readQuality } from './odcs-quality.js';

/**
 * Loads a data contract (ODCS 3.0 or 3.1).
 * @param path of the file; `file#table` where it describes several tables
 * @throws UserError with every problem at its line and column
 */
export async function loadContract(path: string): Promise<Contract> {
  const [file = path, wanted] = path.split('#');
  const located = await readYamlFile(file, odcsSchema);
  const digest = `sha256:${createHash('sha256')
    .update(await readFile(file))
    .digest('hex')}`;
  return toContract(located, digest, wanted);
}

/** As loadContract, of text at hand. */
export function parseContract(text: string, file: string): Contract {
  const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
  return toContract(parseYaml(text, odcsSchema, file), digest);
}

function toContract(located: Located<Odcs>, digest: string, wanted?: string): Contract {
  const { value, file, at } = located;
  const index = chooseTable(located, wanted);
  const table = value.schema[index]!;
  const path = ['schema', index];
  const problems: Problem[] = [];
  const seen = new Set<string>();
  const columns = table.properties.map((property, i) => {
    const where = at([...path, 'properties', i, 'name']);
    if (seen.has(property.name))
      problems.push({ message: `column "${property.name}" is described twice`, where });
    seen.add(property.name);
    return { name: property.name, type: typeOf(property), roles: [], where };
  });
  const checks: Check[] = [...keyChecks(table, (i, key) => at([...path, 'properties', i, key]))];
  table.properties.forEach((property, i) => {
    const here = [...path, 'properties', i];
    const type = columns[i]!.type;
    checks.push(...readOptions(property, type, (key) => at([...here, 'logicalTypeOptions', key]), problems));
    property.quality.forEach((rule, q) => {
      checks.push(
        ...readQuality(rule, property.name, (key) => at([...here, 'quality', q, ...key]), problems, seen),
      );
    });
  });
  table.quality.forEach((rule, q) => {
    checks.push(
      ...readQuality(rule, undefined, (key) => at([...path, 'quality', q, ...key]), problems, seen),
    );
  });
  failOn(problems);
  return {
    path: file,
    digest,
    ...(value.version !== undefined && { version: String(value.version) }),
    table: table.name,
    environments: usualEnvironments,
    columns,
    checks,
  };
}

function chooseTable({ value, file, at }: Located<Odcs>, wanted: string | undefined): number {
  const names = value.schema.map((table) => table.name);
  if (wanted === undefined && names.length === 1) return 0;
  const index = names.indexOf(wanted ?? '');
  if (index !== -1) return index;
  const near = wanted === undefined ? undefined : nearest(wanted, names);
  throw new UserError({
    message:
      wanted === undefined
        ? `the contract describes ${names.length} tables: ${names.join(', ')}`
        : `the contract describes no table "${wanted}"`,
    where: at(['schema']),
    remedy: near === undefined ? `name one: ${file}#${names[0]!}` : `did you mean "${near}"?`,
  });
}

/** In 3.0, `date` is also the type of times: the physical type or the format tells. */
function typeOf(property: OdcsProperty): ColumnType {
  if (property.logicalType !== 'date') return property.logicalType;
  const isTime =
    /timestamp|datetime/i.test(property.physicalType ?? '') ||
    /H/.test(property.logicalTypeOptions.format ?? '');
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
      checks.push({
        ...error,
        rule,
        column: name,
        test: { kind: 'missing', values: [] },
        where: at(i, rule),
      });
    }
    if (unique === true) {
      const test = { kind: 'duplicates', columns: [name] } as const;
      checks.push({ ...error, rule: 'unique', column: name, test, where: at(i, 'unique') });
    }
  });
  if (keys.length > 0) {
    const columns = keys.map(({ property }) => property.name);
    const only = columns.length === 1 ? { column: columns[0]! } : {};
    checks.push({
      ...error,
      ...only,
      rule: 'primaryKey',
      test: { kind: 'duplicates', columns },
      where: at(keys[0]!.i, 'primaryKey'),
    });
  }
  return checks;
}
