import { ownValue } from '../../common/own.js';
import type { Engine } from '../../engine/engine.js';
import type { ColumnProfile, Profile } from '../../formats/profile.js';
import type { Finding, OutliersOf } from '../../formats/validation.js';
import type { OutlierSettings } from '../../spec/sections/data.js';
import type { ContractColumn } from '../contract/contract.js';
import type { DataSet } from '../data-set.js';

export interface OutlierContext {
  readonly engine: Engine;
  readonly set: DataSet;
  readonly profile: Profile;
  /** Columns that are looked at, each with its profile. */
  readonly columns: readonly { readonly column: ContractColumn; readonly profile: ColumnProfile }[];
  readonly settings: OutlierSettings;
}

/** Outliers of one kind, and the message where there are more than the budget allows. */
export interface Outliers {
  readonly found: OutliersOf;
  readonly finding?: Finding;
}

/** Below so many values nobody can say what is usual. */
export const fewestValues = 20;
export const keptRows = 5;

export function budgetOf({ columns, budget }: OutlierSettings, name: string): number {
  const own = ownValue(columns, name);
  return own !== undefined && 'budget' in own ? own.budget : budget;
}

/** Fewer rows are no habit of the data, whatever share of a small set they are. */
const fewestOutliers = 3;

export const isTooMany = (count: number, rows: number, budget: number): boolean =>
  count >= fewestOutliers && count > budget * rows;

/** Seconds since 1970 as a date, or as a date and a time; other numbers as they are. */
export function isTime({ type }: Pick<ContractColumn, 'type'>): boolean {
  return type === 'date' || type === 'timestamp';
}
