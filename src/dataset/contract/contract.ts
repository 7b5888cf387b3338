import type { Place } from '../../common/errors.js';
import type { ColumnType } from '../../formats/profile.js';
import type { Check } from '../checks/check.js';

/** What a column is to the model. `sensitive` goes with others: a sensitive group, a sensitive feature. */
export const roles = ['label', 'id', 'timestamp', 'group', 'prediction', 'sensitive', 'feature'] as const;
export type Role = (typeof roles)[number];

/** How a column's values are written, where the engine's own way (ISO 8601, `1234.5`, true and false) is not it. */
export interface Reading {
  /** Texts that stand for no value. */
  readonly missing?: readonly string[];
  /** Dates and times: how they are written, in the directives of strptime. */
  readonly format?: string;
  readonly decimalChar?: string;
  readonly groupChar?: string;
  /** Numbers have a currency, a percent sign or the like around them. */
  readonly decorated?: boolean;
  readonly trueValues?: readonly string[];
  readonly falseValues?: readonly string[];
}

export interface ContractColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** The contract leaves the type open, and so `type` is string: values are not checked for it. */
  readonly untyped?: boolean;
  /** None where the contract says nothing: the column may be a feature. */
  readonly roles: readonly Role[];
  /** The environments that have the column; absent where the contract says nothing: see `presence`. */
  readonly environments?: readonly string[];
  /** A file may lack the column, in every environment that has it. */
  readonly optional?: true;
  readonly reading?: Reading;
  readonly description?: string;
  readonly where: Place;
}

/** A data contract of one table in our own words, whatever format it is written in. */
export interface Contract {
  readonly path: string;
  /** `sha256:…` of the file. */
  readonly digest: string;
  readonly format: 'odcs' | 'frictionless';
  readonly version?: string;
  readonly table: string;
  /** The environments that the contract knows: `training` and `serving` unless it names others. */
  readonly environments: readonly string[];
  readonly columns: readonly ContractColumn[];
  /** What a column is that the contract does not describe. */
  readonly unknownColumns: 'error' | 'warning' | 'allowed';
  /** Whether every column must be there, as far as the environment has it. */
  readonly missingColumns: 'error' | 'allowed';
  readonly checks: readonly Check[];
  /**
   * Data files of the tables that `checks` refer to, by the table's name: globs relative to the contract's folder,
   * as the contract names them.
   */
  readonly references: Readonly<Record<string, readonly string[]>>;
}

export const usualEnvironments: readonly string[] = ['training', 'serving'];

/** The names of the columns of a role, in the contract's order. */
export function columnsOf(contract: Pick<Contract, 'columns'>, role: Role): string[] {
  return contract.columns.filter((column) => column.roles.includes(role)).map((column) => column.name);
}

/**
 * Whether data of an environment has a column. A contract that does not say means what is usual: a label may be absent
 * when serving, a prediction when training.
 */
export function presence(
  column: Pick<ContractColumn, 'environments' | 'roles' | 'optional'>,
  environment: string,
): 'present' | 'optional' | 'absent' {
  if (column.environments !== undefined) {
    if (!column.environments.includes(environment)) return 'absent';
    return column.optional === true ? 'optional' : 'present';
  }
  if (column.optional === true) return 'optional';
  const unusual = { serving: 'label', training: 'prediction' }[environment];
  return column.roles.some((role) => role === unusual) ? 'optional' : 'present';
}
