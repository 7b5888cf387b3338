import {
  type Design,
  designShare,
  designShareDifference,
  isComplex,
  weightedMean,
} from '../../statistics/design.js';
import { clopperPearson } from '../../statistics/intervals.js';
import { pairedProportionDifference } from '../../statistics/paired.js';
import { type Classified, type EvaluationRows, classified } from '../rows.js';
import { type Metric, type MetricEstimate, classification, twoSided } from './metric.js';

/** 1 where a row is right, 0 where it is not, of the rows that count; both models share these. */
export interface Hits {
  readonly hits: Float64Array;
  readonly design: Design;
}

interface ShareOptions extends Pick<Metric, 'name' | 'title' | 'tasks' | 'rowValues'> {
  missing(rows: EvaluationRows): string | undefined;
  hits(rows: EvaluationRows): Hits;
}

/**
 * A share of rows that are right: Clopper & Pearson's interval, and a paired difference of proportions; of weighted or
 * clustered rows at their effective number.
 */
export function shareMetric({ hits: hitsOf, ...about }: ShareOptions): Metric {
  return {
    ...about,
    better: 'higher',
    range: [0, 1],
    value: (rows) => {
      const { hits, design } = hitsOf(rows);
      return weightedMean(hits, design.weights);
    },
    estimate: (rows, { confidence }) => shareInterval(hitsOf(rows), confidence),
    difference: (first, second, { confidence }) => {
      const [{ hits, design }, other] = [hitsOf(first), hitsOf(second)];
      const differences = hits.map((hit, i) => hit - other.hits[i]!);
      if (isComplex(design)) {
        const found = designShareDifference(differences, design, twoSided(confidence));
        return { ...found, method: 'paired-proportion-clusters' };
      }
      const [losses, wins] = [countOf(differences, -1), countOf(differences, 1)];
      const estimate = pairedProportionDifference(losses, wins, hits.length, twoSided(confidence));
      return { ...estimate, method: 'paired-proportion' };
    },
  };
}

/** Clopper & Pearson's interval; of weighted or clustered rows at their effective number. */
export function shareInterval({ hits, design }: Hits, confidence: number): MetricEstimate {
  if (isComplex(design)) {
    return { ...designShare(hits, design, twoSided(confidence)), method: 'clopper-pearson-clusters' };
  }
  const found = clopperPearson(countOf(hits, 1), hits.length, twoSided(confidence));
  return { ...found, method: 'clopper-pearson' };
}

/** Which of the rows at these places are right, and how they came about. */
export function hitsAt(
  places: Uint32Array,
  { weights, clusters }: EvaluationRows,
  isRight: (place: number) => boolean,
): Hits {
  const hits = new Float64Array(places.length);
  for (let i = 0; i < places.length; i++) hits[i] = isRight(places[i]!) ? 1 : 0;
  return {
    hits,
    design: {
      weights: weights && Float64Array.from(places, (i) => weights[i]!),
      clusters: clusters && places.map((i) => clusters[i]!),
    },
  };
}

function countOf(values: Float64Array, wanted: number): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (values[i] === wanted) count++;
  return count;
}

interface ProportionOptions extends Pick<Metric, 'name' | 'title' | 'tasks'> {
  readonly none: string;
  /** Whether a row counts, judged by its label alone: so both models share the rows. */
  counts(label: number): boolean;
}

/** A share of rows classified rightly. */
function proportionMetric({ none, counts, ...about }: ProportionOptions): Metric {
  return shareMetric({
    ...about,
    rowValues: (rows) => {
      const { labels, predicted } = classesOf(rows);
      const values = new Float64Array(labels.length);
      for (let i = 0; i < values.length; i++) {
        values[i] = !counts(labels[i]!) ? NaN : labels[i] === predicted[i] ? 1 : 0;
      }
      return values;
    },
    missing: (rows) => (classesOf(rows).labels.some(counts) ? undefined : none),
    hits: (rows) => {
      const { labels, predicted } = classesOf(rows);
      const places = new Uint32Array(labels.length);
      let n = 0;
      for (let i = 0; i < labels.length; i++) if (counts(labels[i]!)) places[n++] = i;
      return hitsAt(places.subarray(0, n), rows, (i) => labels[i] === predicted[i]);
    },
  });
}

function classesOf(rows: EvaluationRows): Classified {
  const found = classified(rows);
  if (found === undefined) throw new Error('these rows have not one class each');
  return found;
}

export const proportionMetrics: readonly Metric[] = [
  proportionMetric({
    name: 'accuracy',
    title: 'Accuracy',
    tasks: classification,
    none: 'there is no row',
    counts: () => true,
  }),
  proportionMetric({
    name: 'recall',
    title: 'Recall',
    tasks: ['binary-classification'],
    none: 'no row is labelled positive',
    counts: (label) => label === 1,
  }),
  proportionMetric({
    name: 'specificity',
    title: 'Specificity',
    tasks: ['binary-classification'],
    none: 'no row is labelled negative',
    counts: (label) => label === 0,
  }),
];
