import { basename } from 'node:path';
import { type Problem, failOn } from '../../../common/errors.js';
import { ownValue } from '../../../common/own.js';
import { nearest } from '../../../common/text.js';
import type { Located } from '../../../common/yaml.js';
import { type Check, none } from '../../checks/check.js';
import { chooseTable } from '../choose.js';
import type { Contract, ContractColumn } from '../contract.js';
import { type Extra, environmentsOf, readExtras, withExtras } from '../extras.js';
import { readQuality } from '../quality.js';
import { readField } from './field.js';
import type { DataPackage, TableSchema } from './schema.js';

type Path = readonly (string | number)[];

/** A Table Schema that stands alone is one table without a path. */
export function readTableSchema(
  located: Located<TableSchema>,
  folder: string,
): Omit<Contract, 'path' | 'digest'> {
  const { value, file } = located;
  const name = value.name ?? basename(file).replace(/\..*$/, '');
  return readSchema(located, value, [], { name, folder, resources: [{ name, schema: value }] });
}

/**
 * One table of a Data Package.
 * @param wanted name of the resource
 */
export function readDataPackage(
  located: Located<DataPackage>,
  wanted: string | undefined,
  folder: string,
): Omit<Contract, 'path' | 'digest'> {
  const { resources, version } = located.value;
  const names = resources.map(({ name }) => name);
  const index = chooseTable(names, wanted, located.file, located.at(['resources']));
  const { name, schema } = resources[index]!;
  const contract = readSchema(located, schema, ['resources', index, 'schema'], { name, folder, resources });
  return { ...contract, ...(contract.version === undefined && version !== undefined && { version }) };
}

interface Resource {
  readonly name: string;
  readonly path?: string | readonly string[] | undefined;
  readonly schema: TableSchema;
}

/** @throws UserError with every problem at its place */
function readSchema(
  { at }: Located<unknown>,
  schema: TableSchema,
  here: Path,
  { name: table, folder, resources }: { name: string; folder: string; resources: readonly Resource[] },
): Omit<Contract, 'path' | 'digest'> {
  const problems: Problem[] = [];
  const extrasAt = (
    path: Path,
    given: Readonly<Record<string, unknown>> | undefined,
    keys: string[],
  ): Extra[] =>
    keys.flatMap((key) =>
      ownValue(given, key) === undefined
        ? []
        : [{ key, value: ownValue(given, key), where: at([...path, 'mlops', key]) }],
    );
  const environments = environmentsOf(
    readExtras(extrasAt(here, schema.mlops, ['environments']), 'contract', { open: false, problems }),
  );
  const names = new Set<string>();
  const checks: Check[] = [];
  const columns = schema.fields.map((field, i): ContractColumn => {
    const path = [...here, 'fields', i];
    const where = at([...path, 'name']);
    if (names.has(field.name)) {
      const remedy = 'remove one of the two';
      problems.push({ message: `field "${field.name}" is described twice`, where, remedy });
    }
    names.add(field.name);
    const read = readField(field, (rest) => at([...path, ...rest]), problems);
    checks.push(...read.checks);
    const missing = missingOf(field.missingValues) ?? missingOf(schema.missingValues) ?? [''];
    const column: ContractColumn = {
      name: field.name,
      type: read.type,
      ...(read.untyped && { untyped: true }),
      roles: [],
      reading: read.reading,
      ...(field.description !== undefined && { description: field.description }),
      where,
    };
    const extras = extrasAt(path, field.mlops, ['role', 'environments', 'optional']);
    return withExtras(column, readExtras(extras, 'column', { open: false, environments, problems }), missing);
  });

  /** The fields that a key names, which must be there. */
  function fieldsOf(
    given: string | readonly string[],
    path: Path,
    known: ReadonlySet<string> = names,
  ): string[] {
    return [given].flat().map((field, i) => {
      if (!known.has(field)) {
        const near = nearest(field, known);
        problems.push({
          message: `there is no field "${field}"`,
          where: at(typeof given === 'string' ? path : [...path, i]),
          remedy: near === undefined ? `name one of ${[...known].join(', ')}` : `did you mean "${near}"?`,
        });
      }
      return field;
    });
  }

  const error = { severity: 'error', tolerance: none } as const;
  if (schema.primaryKey !== undefined) {
    const path = [...here, 'primaryKey'];
    const key = fieldsOf(schema.primaryKey, path);
    for (const column of key) {
      const test = { kind: 'missing', values: [] } as const;
      checks.push({ ...error, rule: 'primaryKey', column, test, where: at(path) });
    }
    const only = key.length === 1 ? { column: key[0]! } : {};
    const test = { kind: 'duplicates', columns: key } as const;
    checks.push({ ...error, ...only, rule: 'primaryKey', test, where: at(path) });
  }
  schema.uniqueKeys.forEach((given, i) => {
    const path = [...here, 'uniqueKeys', i];
    const test = { kind: 'duplicates', columns: fieldsOf(given, path) } as const;
    checks.push({ ...error, rule: 'uniqueKeys', test, where: at(path) });
  });
  const references = new Map<string, readonly string[]>();
  schema.foreignKeys.forEach(({ fields, reference }, i) => {
    const path = [...here, 'foreignKeys', i];
    const own = fieldsOf(fields, [...path, 'fields']);
    const target = reference.resource === undefined || reference.resource === '' ? table : reference.resource;
    const resource = resources.find(({ name }) => name === target);
    const files = [resource?.path ?? []].flat();
    if (resource === undefined || (target !== table && files.length === 0)) {
      problems.push({
        message:
          resource === undefined
            ? `there is no resource "${target}"`
            : `the resource "${target}" has no path`,
        where: at([...path, 'reference', 'resource']),
        remedy: 'describe both tables as resources, with their path, in one Data Package',
      });
      return;
    }
    const known = new Set(resource.schema.fields.map(({ name }) => name));
    const to = fieldsOf(reference.fields, [...path, 'reference', 'fields'], known);
    if (to.length !== own.length) {
      const remedy = 'name the fields of both in the same order';
      problems.push({
        message: 'both sides must have as many fields',
        where: at([...path, 'fields']),
        remedy,
      });
    }
    if (target !== table) references.set(target, files);
    const test = { kind: 'reference', columns: own, ...(target !== table && { table: target }), to } as const;
    const only = own.length === 1 ? { column: own[0]! } : {};
    checks.push({ ...error, ...only, rule: 'foreignKeys', test, where: at(path) });
  });
  const rulesAt = (
    column: string | undefined,
    path: Path,
    rules: NonNullable<TableSchema['mlops']>['quality'],
  ) =>
    (rules ?? []).flatMap((rule, q) =>
      readQuality(rule, {
        ...{ column, columns: names, table, folder, problems },
        mayLackOperator: false,
        at: (rest) => at([...path, 'mlops', 'quality', q, ...rest]),
      }),
    );
  schema.fields.forEach((field, i) => {
    checks.push(...rulesAt(field.name, [...here, 'fields', i], field.mlops?.quality));
  });
  checks.push(...rulesAt(undefined, here, schema.mlops?.quality));
  failOn(problems);
  const { fieldsMatch } = schema;
  return {
    format: 'frictionless',
    ...(schema.mlops?.version !== undefined && { version: schema.mlops.version }),
    ...{ table, environments, columns, checks, references: Object.fromEntries(references) },
    unknownColumns: fieldsMatch === 'subset' || fieldsMatch === 'partial' ? 'allowed' : 'error',
    missingColumns: fieldsMatch === 'superset' || fieldsMatch === 'partial' ? 'allowed' : 'error',
  };
}

function missingOf(given: TableSchema['missingValues']): string[] | undefined {
  return given?.map((one) => (typeof one === 'string' ? one : one.value));
}
