import type { Estimate } from '../../statistics/intervals.js';

/**
 * Labels and predictions of the same rows, and what a metric of them can do. The metrics themselves belong to
 * src/evaluation, which drift does not import: an action's main passes them, and these shapes are theirs.
 */
export type Task = OutcomeRows['task'];

export type OutcomeRows = BinaryOutcomes | MulticlassOutcomes | RegressionOutcomes;

export interface BinaryOutcomes {
  readonly task: 'binary-classification';
  /** 1 for the positive class. */
  readonly labels: Uint8Array;
  /** Probability of the positive class. */
  readonly scores: Float64Array;
  readonly predicted: Uint8Array;
}

export interface MulticlassOutcomes {
  readonly task: 'multiclass-classification';
  readonly classes: readonly string[];
  readonly labels: Uint16Array;
  readonly predicted: Uint16Array;
  /** Row by row, a probability for each class. */
  readonly probabilities?: Float64Array;
}

export interface RegressionOutcomes {
  readonly task: 'regression';
  readonly targets: Float64Array;
  readonly predicted: Float64Array;
}

export interface Measure {
  readonly name: string;
  readonly title: string;
  readonly better: 'higher' | 'lower' | 'zero';
  readonly range: readonly [number, number];
  /** Why these rows give no value, as a clause. */
  missing(rows: OutcomeRows): string | undefined;
  /** @param options.confidence of each of the two bounds by itself */
  estimate(
    rows: OutcomeRows,
    options: { readonly confidence: number; readonly seed: number },
  ): Estimate & { readonly method: string };
}
