import type { Engine } from '../../engine/engine.js';
import type { Finding } from '../../formats/validation.js';
import type { LeakageCheck } from '../../spec/sections/data.js';
import { type Contract, type ContractColumn, presence } from '../contract/contract.js';
import { type DataSet, columnOf, hasColumn } from '../data-set.js';
import type { CannotTell } from './power.js';

/** What every check of the suite looks at. */
export interface LeakageContext {
  readonly engine: Engine;
  readonly train: DataSet;
  readonly holdout: DataSet;
  /** Columns of the contract that every file of both sets has. */
  readonly columns: readonly ContractColumn[];
  /**
   * Columns that every file of both sets has and the contract does not list: a program that reads the whole file may
   * learn from them.
   */
  readonly unlisted: readonly ContractColumn[];
  readonly label?: ContractColumn;
  /** Whether the label is a class; else it is a quantity. */
  readonly classes: boolean;
}

/** A finding of this suite; its severity is the check's default. */
export interface Leak extends Finding {
  readonly rule: LeakageCheck;
}

/** What a group of checks answers. */
export interface Answer {
  readonly leaks: readonly Leak[];
  /** Largest accuracy that any model can have on train: rows that look the same get one answer. Of classes only. */
  readonly bestAccuracy?: number;
  /** Checks that found nothing, and could not have. */
  readonly cannotTell?: readonly CannotTell[];
}

export function leakageContext(options: {
  engine: Engine;
  contract: Contract;
  train: DataSet;
  holdout: DataSet;
  /** Name of the label where the contract gives no column that role. */
  label?: string;
  regression: boolean;
}): LeakageContext {
  const { engine, contract, train, holdout, regression } = options;
  const columns = contract.columns.filter(({ name }) => hasColumn(train, name) && hasColumn(holdout, name));
  const others = unlistedColumns(contract, train, holdout);
  const label =
    columns.find((column) => column.roles.includes('label')) ??
    [...columns, ...others].find((column) => column.name === options.label);
  return {
    ...{ engine, train, holdout, columns, unlisted: others.filter((column) => column !== label) },
    ...(label && { label }),
    classes: !regression,
  };
}

/** Columns that are part of what a row says: not its label, nor what only numbers it or was predicted. */
export function contentColumns({ columns, label }: LeakageContext): ContractColumn[] {
  return columns.filter(
    (column) => column !== label && !column.roles.some((role) => role === 'id' || role === 'prediction'),
  );
}

/** Columns that a model may learn from: those the contract calls features, otherwise all without another role. */
export function featureColumns(context: LeakageContext): ContractColumn[] {
  const content = contentColumns(context);
  const named = content.filter((column) => column.roles.includes('feature'));
  if (named.length > 0) return named;
  return content.filter(
    (column) =>
      !column.roles.some((role) => role === 'timestamp' || role === 'group') &&
      // What is not there when the model serves is no feature.
      presence(column, 'serving') !== 'absent',
  );
}

/** Columns that may give the label away: those that a model may learn from, and those that nobody listed. */
export function tellingColumns(context: LeakageContext): ContractColumn[] {
  return [...featureColumns(context), ...context.unlisted];
}

function unlistedColumns(contract: Contract, train: DataSet, holdout: DataSet): ContractColumn[] {
  const known = new Set(contract.columns.map(({ name }) => name));
  const tables = [...train.tables, ...holdout.tables];
  return (train.tables[0]?.columns ?? []).flatMap(({ name, type }): ContractColumn[] => {
    if (name === '' || known.has(name)) return [];
    const isThere = tables.every(
      (table) => columnOf(table, name)?.mismatch !== true && columnOf(table, name),
    );
    // Another type in another file: as texts they would be compared with numbers.
    const alike = train.tables.every((table) => columnOf(table, name)?.type === type);
    return isThere && alike ? [{ name, type, roles: [], where: { file: contract.path } }] : [];
  });
}
