import type { ColumnType, Profile } from '../formats/profile.js';
import type { Comparison } from './compare.js';

/** Rows that the engine can read: a FROM item with typed columns. */
export interface Source {
  readonly sql: string;
  readonly columns: readonly SourceColumn[];
  readonly rows: number;
}

export interface SourceColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** SQL of its values over the source. */
  readonly value: string;
}

/** Profiles of a source come from another capability: an action's main passes this. */
export type ProfileSource = (source: Source) => Promise<Profile>;

/** Univariate comparison with the settings of the spec: an action's main composes it. */
export type CompareProfiles = (reference: Profile, current: Profile) => Comparison;
