import type { Place } from '../../common/errors.js';
import type { Engine } from '../../engine/engine.js';
import type { HistoryPoint, StreamState } from '../../formats/drift-history.js';
import type { Performance } from '../../formats/drift-performance.js';
import type { PerformanceSettings } from '../../spec/sections/drift-performance.js';
import type { CompareProfiles, ProfileSource } from '../source.js';
import type { Measure, Task } from './measure.js';

/** Columns of the log, of the labels and of the reference; main takes what the section leaves out from `evaluate`. */
export interface PerformanceColumns {
  readonly id?: string;
  readonly time?: string;
  readonly label: string;
  readonly score?: string | Readonly<Record<string, string>>;
  readonly prediction?: string;
  readonly positive?: string | number | boolean;
  /** Scores from this one on are predicted positive, where there is no column of predictions. */
  readonly threshold: number;
}

export interface PerformanceOptions {
  readonly engine: Engine;
  readonly task: Task;
  readonly settings: PerformanceSettings;
  readonly columns: PerformanceColumns;
  /** Absolute paths. */
  readonly files: {
    readonly predictions: readonly string[];
    readonly labels?: readonly string[];
    readonly reference?: readonly string[];
  };
  /** The metrics of the rules by their names: `findMetric` of src/evaluation answers them. */
  measure(name: string): Measure | { readonly wrong: string; readonly remedy: string };
  readonly profile: ProfileSource;
  readonly compare: CompareProfiles;
  /** Place of a key of `drift.performance` in model.yml. */
  at(path: readonly (string | number)[]): Place;
  readonly now: Date;
  /** The workflow run, the same in all its attempts. */
  readonly run: string;
  /** What predicts, such as the live version: the stream of another one begins anew. */
  readonly era?: string;
  readonly seed: number;
  /** Where the stream of outcomes was left: `streamBefore(history, 'outcomes', run)`. */
  readonly stream?: StreamState;
}

export interface PerformanceOutcome {
  readonly result: Performance;
  readonly verdict: Performance['verdict'];
  readonly reasons: readonly string[];
  /** For the history and its charts: one point a metric. */
  readonly points: readonly NewPoint[];
  /** For the history, as `outcomes`; undefined where no stream is kept. */
  readonly stream?: StreamState;
}

/** A point of a series that this run measured. */
export interface NewPoint {
  readonly series: string;
  readonly title: string;
  readonly better?: 'higher' | 'lower' | 'zero';
  /** `any` of effects and other values that are not normal: charts then go by ranks. */
  readonly scatter?: 'normal' | 'any';
  readonly point: HistoryPoint;
}
