import type { Place } from '../../common/errors.js';
import type { Engine } from '../../engine/engine.js';
import type { Table, WantedTypes } from '../../engine/table.js';
import type { WindowsDrift } from '../../formats/drift-windows.js';
import type { WindowsSettings } from '../../spec/sections/drift-windows.js';
import type { NewPoint } from '../performance/options.js';
import type { CompareProfiles, ProfileSource } from '../source.js';

export interface WindowsOptions {
  readonly engine: Engine;
  /** Tables of the engine, or paths of data: seasons need the reference's rows, its profile does not have them. */
  readonly reference: readonly (string | Table)[];
  readonly current: readonly (string | Table)[];
  readonly types: WantedTypes;
  readonly settings: WindowsSettings;
  readonly profile: ProfileSource;
  readonly compare: CompareProfiles;
  /** Place of a key of `drift.windows` in model.yml. */
  at(path: readonly (string | number)[]): Place;
  readonly seed: number;
}

export interface WindowsOutcome {
  readonly result: WindowsDrift;
  readonly verdict: WindowsDrift['verdict'];
  readonly reasons: readonly string[];
  /** For the history and its charts: the effect of each column in each window. */
  readonly points: readonly NewPoint[];
}
