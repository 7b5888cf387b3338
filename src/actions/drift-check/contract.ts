import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { displayPath } from '../../common/files.js';
import type { Logger } from '../../common/logger.js';
import type { Contract, ContractColumn, Role } from '../../dataset/contract/contract.js';
import { loadContract } from '../../dataset/contract/load.js';
import { quoteName } from '../../engine/sql.js';
import type { Engine } from '../../engine/engine.js';
import type { Table, WantedTypes } from '../../engine/table.js';
import type { LoadedSpec } from '../../spec/load.js';

/** What the spec and the contract say about columns before any value is read. */
export interface KnownColumns {
  /** Columns whose type the contract fixes; numbers are left to be found. */
  readonly typed: readonly ContractColumn[];
  /** Columns that are not tested for drift, with the reason. */
  readonly untested: ReadonlyMap<string, string>;
  /** Columns that one side may lack: labels and predictions. */
  readonly optional: readonly string[];
}

/** Roles that name rows or their time: their values go on, whatever happens to the model's inputs. */
const naming: readonly Role[] = ['id', 'timestamp', 'group'];

/**
 * Reads the data contract that the spec names. If the file is missing, logs a warning, and types are guessed from the values.
 * @throws UserError when the file is there and is no contract
 */
export async function knownColumns(
  { value, folder }: LoadedSpec,
  workspace: string,
  logger: Logger,
): Promise<KnownColumns> {
  const path = resolve(folder, value.data.contract);
  const there = existsSync(path.split('#')[0]!);
  if (!there) {
    logger.warning(
      `there is no contract ${displayPath(path, workspace)}: the types of columns are guessed from their values`,
    );
  }
  const columns = there ? (await loadContract(path)).columns : [];
  const { evaluate, drift } = value;
  const asked = new Set(
    Object.entries(drift?.columns ?? {}).flatMap(([name, { test }]) => (test === true ? [name] : [])),
  );
  const untested = new Map<string, string>();
  const leaveOut = (name: string | undefined, why: string): void => {
    if (name === undefined || asked.has(name) || untested.has(name)) return;
    untested.set(name, `${why}; drift.columns.${name}.test: true tests it`);
  };
  for (const { name, roles } of columns) {
    const role = roles.find((one) => naming.includes(one));
    if (role !== undefined)
      leaveOut(name, `the contract says that it is ${role === 'id' ? 'an' : 'a'} ${role}`);
  }
  leaveOut(evaluate.id, 'evaluate.id: it names rows');
  leaveOut(evaluate.group, 'evaluate.group: it names what rows belong to');
  leaveOut(evaluate.query, 'evaluate.query: it names what rows belong to');
  leaveOut(drift?.performance?.id, 'drift.performance.id: it names rows');
  return {
    typed: columns.filter(isTyped),
    untested,
    optional: [
      ...(evaluate.label === undefined ? [] : [evaluate.label]),
      ...columns
        .filter(({ roles }) => roles.some((role) => role === 'label' || role === 'prediction'))
        .map(({ name }) => name),
    ],
  };
}

/** A number that is written plainly is left to be found: a text among numbers must show as a text. */
function isTyped({ type, untyped, reading }: ContractColumn): boolean {
  if (untyped === true) return false;
  return reading !== undefined || (type !== 'integer' && type !== 'number');
}

/** Columns of the contract, and those whose type is wanted for another reason. */
export function withTypes(typed: readonly ContractColumn[], types: WantedTypes): Pick<Contract, 'columns'> {
  const others = Object.entries(types).filter(([name]) => !typed.some((column) => column.name === name));
  return { columns: [...typed, ...others.map(([name, type]) => ({ name, type, roles: [], where: {} }))] };
}

/** Rows that are looked at for leading zeros, and the share of them that makes numbers codes. */
const lookedAt = 200_000;
const enough = 0.005;

/**
 * Columns of whole numbers in a text file whose values are written with leading zeros, such as postcodes: these are
 * codes, and 00501 is not 501.
 */
export async function codeColumns(engine: Engine, tables: readonly Table[]): Promise<string[]> {
  const found = new Set<string>();
  for (const { columns, source, format } of tables) {
    const whole = columns.filter(({ type, name }) => format === 'csv' && type === 'integer' && name !== '');
    if (whole.length === 0) continue;
    const texts = whole.map(({ raw }, i) => `CAST(${raw} AS VARCHAR) AS ${quoteName(`text ${i}`)}`);
    const counts = whole.map(
      (_, i) =>
        `avg(CASE WHEN regexp_matches(${quoteName(`text ${i}`)}, '^0[0-9]') THEN 1 ELSE 0 END)::DOUBLE AS ${quoteName(`share ${i}`)}`,
    );
    const [row] = await engine.rows(
      `SELECT ${counts.join(', ')} FROM (SELECT ${texts.join(', ')} FROM ${source} LIMIT ${lookedAt}) AS "some"`,
    );
    whole.forEach(({ name }, i) => {
      if (Number(row?.[`share ${i}`] ?? 0) >= enough) found.add(name);
    });
  }
  return [...found];
}
