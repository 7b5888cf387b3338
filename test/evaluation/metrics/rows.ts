import { readFileSync } from 'node:fs';
import type { EvaluationRows } from '../../../src/evaluation/rows.js';

/** Values of test/reference/gate-metrics.py. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export const gateReference: any = JSON.parse(
  readFileSync(new URL('../../reference/gate-metrics.json', import.meta.url), 'utf8'),
);

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Case = any;

const names = ['a', 'b', 'c', 'd', 'e'];
const at = (scores: readonly number[], threshold = 0.5) =>
  Uint8Array.from(scores, (p) => (p >= threshold ? 1 : 0));

/** Rows of a case of the reference, without its weights. */
export const rowsOf = {
  binary: ({ labels, scores }: Case): EvaluationRows => ({
    task: 'binary-classification',
    labels: Uint8Array.from(labels),
    scores: Float64Array.from(scores),
    predicted: at(scores),
  }),
  multiclass: ({ classes, labels, predicted, probabilities }: Case): EvaluationRows => ({
    task: 'multiclass-classification',
    classes: names.slice(0, classes),
    labels: Uint16Array.from(labels),
    predicted: Uint16Array.from(predicted),
    probabilities: Float64Array.from(probabilities),
  }),
  multilabel: ({ classes, labels, scores }: Case): EvaluationRows => ({
    task: 'multilabel-classification',
    classes: names.slice(0, classes),
    labels: Uint8Array.from(labels),
    scores: Float64Array.from(scores),
    predicted: at(scores),
  }),
  regression: ({ targets, predicted }: Case): EvaluationRows => ({
    task: 'regression',
    targets: Float64Array.from(targets),
    predicted: Float64Array.from(predicted),
  }),
  ranking: ({ queries, relevance, scores }: Case): EvaluationRows => ({
    task: 'ranking',
    queries: Uint32Array.from(queries),
    relevance: Float64Array.from(relevance),
    scores: Float64Array.from(scores),
  }),
};

export function weighted(rows: EvaluationRows, weights: readonly number[]): EvaluationRows {
  return { ...rows, weights: Float64Array.from(weights) };
}
