import type { Estimate } from '../../statistics/intervals.js';
import type { EvaluationRows } from '../rows.js';

export type Task = EvaluationRows['task'];

/** How an interval was made, as decision records name it. */
export type Method =
  | 'clopper-pearson'
  | 'student-t'
  | 'delong'
  | 'bootstrap-bca'
  | 'group-jackknife'
  | 'cluster-group-jackknife'
  | 'cluster-jackknife'
  | 'paired-cluster-jackknife'
  | 'paired-cluster-group-jackknife'
  | 'clopper-pearson-clusters'
  | 'student-t-clusters'
  | 'delong-clusters'
  | 'cluster-bootstrap-bca'
  | 'paired-proportion'
  | 'paired-proportion-clusters'
  | 'paired-student-t-clusters'
  | 'paired-delong-clusters'
  | 'paired-cluster-bootstrap-bca'
  | 'paired-student-t'
  | 'paired-delong'
  | 'paired-bootstrap-bca'
  | 'paired-group-jackknife'
  | 'fieller'
  | 'unpaired'
  | 'stated'
  | 'same-model';

export interface MetricEstimate extends Estimate {
  readonly method: Method;
  /** Of half the interval's width, what no more rows would take away. */
  readonly fixed?: Fixed;
  /** Of a mean over repeats: how many. */
  readonly repeats?: number;
}

export interface Fixed {
  readonly half: number;
  /** Where it comes from, as a clause. */
  readonly because: string;
}

export interface EstimateOptions {
  /** Confidence of each of the two bounds by itself: 0.95 makes a two-sided interval of 90 %. */
  readonly confidence: number;
  readonly seed: number;
  /** Of what is not the rows' doing, such as seeds, where the rows must be surer since they were used before. */
  readonly nominal?: number;
  /** As ResampleOptions.maxUnits: fewer where many intervals are wanted. */
  readonly maxUnits?: number;
}

/** A measure of a model's quality under scikit-learn's name and definition. */
export interface Metric {
  readonly name: string;
  /** As people write it. */
  readonly title: string;
  readonly tasks: readonly Task[];
  /** `zero`: neither way is better by itself, as with a bias. */
  readonly better: 'higher' | 'lower' | 'zero';
  readonly range: readonly [number, number];
  /** Why these rows give no value, as a clause: "no row is predicted positive". */
  missing(rows: EvaluationRows): string | undefined;
  /** Only where nothing is missing. */
  value(rows: EvaluationRows): number;
  estimate(rows: EvaluationRows, options: EstimateOptions): MetricEstimate;
  /** first − second, both on the same rows. */
  difference(first: EvaluationRows, second: EvaluationRows, options: EstimateOptions): MetricEstimate;
  /**
   * How rows that several models predict are judged, where the metric compares scores of different rows: `averaged` over
   * the models, or `refused`. Without it, the rows of all models are judged together.
   */
  readonly ofSeveralModels?: 'averaged' | 'refused';
  /** Of a mean over rows: what each row adds to it, NaN for rows that do not count. */
  rowValues?(rows: EvaluationRows): Float64Array;
}

export const classification = ['binary-classification', 'multiclass-classification'] as const;

/** Two-sided confidence at which each bound holds with `confidence`. */
export function twoSided(confidence: number): number {
  return 2 * confidence - 1;
}

/** Cuts an interval to what the metric can be. */
export function within(estimate: MetricEstimate, [least, most]: readonly [number, number]): MetricEstimate {
  return { ...estimate, lower: Math.max(least, estimate.lower), upper: Math.min(most, estimate.upper) };
}
