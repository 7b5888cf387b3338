import type { Place, Problem } from '../../../common/errors.js';
import { nearest } from '../../../common/text.js';
import { type Check, none } from '../../checks/check.js';
import type { Odcs, OdcsTable } from './schema.js';

type Path = readonly (string | number)[];
const shorthand = /^([A-Za-z_][A-Za-z0-9_]*)\.([A-Za-z_][A-Za-z0-9_]*)$/;
const qualified = /^\/?schema\/([A-Za-z0-9_-]+)\/properties\/([A-Za-z0-9_-]+)$/;

/**
 * The checks of the relationships of a table: of its columns and of itself. References to another contract cannot be
 * followed, and are problems.
 * @param hasData whether the contract says where the data of a table is
 */
export function referenceChecks(
  value: Odcs,
  index: number,
  hasData: (table: string) => boolean,
  at: (path: Path) => Place,
  problems: Problem[],
): Check[] {
  const own = value.schema[index]!;
  const here = ['schema', index];

  function resolve(reference: string, path: Path): { table: string; column: string } | undefined {
    const fail = (message: string, remedy: string): undefined => {
      problems.push({ message, where: at(path), remedy });
      return undefined;
    };
    const [, table, column] = shorthand.exec(reference) ?? qualified.exec(reference) ?? [];
    if (table === undefined || column === undefined) {
      return fail(`"${reference}" cannot be followed`, 'write table.column of a table of this contract');
    }
    const isId = qualified.test(reference);
    const nameOf = (one: { id?: string | undefined; name: string }): string =>
      isId ? (one.id ?? one.name) : one.name;
    const found = value.schema.find((one) => nameOf(one) === table);
    const property = found?.properties.find((one) => nameOf(one) === column);
    if (found !== undefined && property !== undefined) return { table: found.name, column: property.name };
    const names = (found?.properties ?? value.schema).map(nameOf);
    const missing = found === undefined ? table : column;
    const near = nearest(missing, names);
    return fail(
      found === undefined ? `there is no table "${table}"` : `the table "${table}" has no column "${column}"`,
      near === undefined ? `there are ${names.join(', ')}` : `did you mean "${near}"?`,
    );
  }

  function checkOf(
    columns: readonly string[],
    targets: readonly ({ table: string; column: string } | undefined)[],
    path: Path,
  ): Check[] {
    if (targets.some((target) => target === undefined)) return [];
    const tables = new Set(targets.map((target) => target!.table));
    if (tables.size !== 1) {
      problems.push({
        message: `a reference leads to one table, not to ${[...tables].join(' and ')}`,
        where: at(path),
        remedy: 'write a relationship for each table',
      });
      return [];
    }
    const table = targets[0]!.table;
    if (table !== own.name && !hasData(table)) {
      problems.push({
        message: `the contract does not say where the data of "${table}" is`,
        where: at(path),
        remedy: `add to the table ${table}: customProperties: [{ property: path, value: ${table}.csv }]`,
      });
    }
    return [
      {
        rule: 'relationships',
        ...(columns.length === 1 && { column: columns[0]! }),
        severity: 'error',
        tolerance: none,
        test: {
          kind: 'reference',
          columns,
          ...(table !== own.name && { table }),
          to: targets.map((target) => target!.column),
        },
        where: at(path),
      },
    ];
  }

  const ofColumns = own.properties.flatMap((property, i) =>
    property.relationships.flatMap(({ to }, r) => {
      const path = [...here, 'properties', i, 'relationships', r, 'to'];
      if (typeof to === 'string') return checkOf([property.name], [resolve(to, path)], path);
      const remedy = 'write a relationship for each, or one of the table with from and to';
      problems.push({
        message: 'the relationship of one column leads to one column',
        where: at(path),
        remedy,
      });
      return [];
    }),
  );
  const ofTable = own.relationships.flatMap((relationship, r) => {
    const path = [...here, 'relationships', r];
    return checkOf(...ends(own, relationship, path), [...path, 'to']);
  });
  return [...ofColumns, ...ofTable];

  function ends(
    table: OdcsTable,
    { from, to }: OdcsTable['relationships'][number],
    path: Path,
  ): [string[], ({ table: string; column: string } | undefined)[]] {
    const [sources, targets] = [from, to].map((one) => [one].flat());
    if (typeof from !== typeof to || sources!.length !== targets!.length) {
      const message = 'from and to must be both one column, or lists of the same length';
      problems.push({ message, where: at(path), remedy: 'name the columns of both in the same order' });
      return [[], [undefined]];
    }
    const own = sources!.map((one, i) => {
      const found = resolve(one, [...path, 'from', ...(Array.isArray(from) ? [i] : [])]);
      if (found !== undefined && found.table !== table.name) {
        const remedy = `write ${table.name}.${found.column}`;
        problems.push({
          message: `from is a column of another table, ${found.table}`,
          where: at([...path, 'from']),
          remedy,
        });
      }
      return found?.column ?? '';
    });
    const found = targets!.map((one, i) => resolve(one, [...path, 'to', ...(Array.isArray(to) ? [i] : [])]));
    return [own, own.includes('') ? [undefined] : found];
  }
}
