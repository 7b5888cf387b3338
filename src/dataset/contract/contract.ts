import type { Place } from '../../common/errors.js';
import type { ColumnType } from '../../formats/profile.js';
import type { Check } from '../checks/check.js';

/** What a column is to the model. `sensitive` goes with others: a sensitive group, a sensitive feature. */
export const roles = ['label', 'id', 'timestamp', 'group', 'prediction', 'sensitive', 'feature'] as const;
export type Role = (typeof roles)[number];

export interface ContractColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** None where the contract says nothing: the column may be a feature. */
  readonly roles: readonly Role[];
  /** The environments that have the column; absent where the contract says nothing: see `presence`. */
  readonly environments?: readonly string[];
  readonly where: Place;
}

/** A data contract of one table in our own words, whatever format it is written in. */
export interface Contract {
  readonly path: string;
  /** `sha256:…` of the file. */
  readonly digest: string;
  readonly version?: string;
  readonly table: string;
  /** The environments that the contract knows: `training` and `serving` unless it names others. */
  readonly environments: readonly string[];
  readonly columns: readonly ContractColumn[];
  readonly checks: readonly Check[];
}

export const usualEnvironments: readonly string[] = ['training', 'serving'];

/** The names of the columns of a role, in the contract's order. */
export function columnsOf(contract: Contract, role: Role): string[] {
  return contract.columns.filter((column) => column.roles.includes(role)).map((column) => column.name);
}

/**
 * Whether data of an environment has a column. A contract that does not say means what is usual: a label may be absent
 * when serving, a prediction when training.
 */
export function presence(column: ContractColumn, environment: string): 'present' | 'optional' | 'absent' {
  if (column.environments !== undefined) {
    return column.environments.includes(environment) ? 'present' : 'absent';
  }
  const unusual = { serving: 'label', training: 'prediction' }[environment];
  return column.roles.some((role) => role === unusual) ? 'optional' : 'present';
}
