import type { Engine } from '../../engine/engine.js';
import type { Table, WantedTypes } from '../../engine/table.js';
import type { SkewResult } from '../../formats/drift-skew.js';

export interface SkewSettings {
  /** Share of runs that may alarm although every column is within the tolerance. */
  readonly alpha: number;
  /** Columns that together name a row. */
  readonly id: readonly string[];
  /** Features to compare; without it, every column that both sides have. */
  readonly columns?: readonly string[];
  /** Columns to leave out where `columns` is not given. */
  readonly ignore: readonly string[];
  /** Share of rows that may differ in a column. */
  readonly tolerance: number;
  /** Numbers are the same within `absolute`, or within `relative` of the larger one. */
  readonly numbers: { readonly relative: number; readonly absolute: number };
  readonly minCoverage: number;
  /** `column` must not be later than `notAfter` by more than `graceMs`. */
  readonly pointInTime: readonly {
    readonly column: string;
    readonly notAfter: string;
    readonly graceMs: number;
  }[];
}

export interface CheckSkewOptions {
  /** Its allowed folders must hold every file. */
  readonly engine: Engine;
  /** Data files, or tables of the same engine that are open already. */
  readonly training: readonly (string | Table)[];
  readonly serving: readonly (string | Table)[];
  /** Types of columns by name; others are found out from the values. */
  readonly types: WantedTypes;
  readonly settings: SkewSettings;
}

export async function checkSkew(_options: CheckSkewOptions): Promise<SkewResult> {
  throw new Error('being built');
}
