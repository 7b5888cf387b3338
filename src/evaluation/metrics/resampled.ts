import { type Resampled, jackknifeVariance, resampleInterval } from '../../statistics/bootstrap.js';
import { wider } from '../../statistics/cautious.js';
import { effectiveRowsOf, isComplex, relativeWeights } from '../../statistics/design.js';
import { normalQuantile } from '../../statistics/special.js';
import { clusterDesign, clusterShares } from '../../statistics/few-clusters.js';
import { type Cells, unseenInterval } from '../../statistics/unseen.js';
import { type EvaluationRows, rowCount } from '../rows.js';
import {
  type EstimateOptions,
  type Method,
  type Metric,
  type MetricEstimate,
  twoSided,
  within,
} from './metric.js';

type About = Pick<Metric, 'name' | 'title' | 'tasks' | 'better' | 'range' | 'missing' | 'ofSeveralModels'>;

/** A metric of weighted rows. `prepare` does once what resamples share, such as sorting. */
export interface RowMetric extends About {
  prepare(rows: EvaluationRows): Weighing;
  /** Rows that change the metric most, of models on the same rows. */
  extremes?(models: readonly EvaluationRows[]): Extremes;
  readonly extremesUse?: ExtremesUse;
  /** Where one pass over the rows finds the metric without each of many groups of them. */
  without?(rows: EvaluationRows): Leaving;
}

/** Rows of a sample, and rows that might have been in it. */
export interface Extremes {
  /** The metric of each model when the rows count so; the rows that were not seen come last. */
  readonly weighing: readonly Weighing[];
  /** How many these are. */
  readonly added: number;
}

/**
 * Rows of every kind that differs by yes or no: in truth, and in what each of the models says.
 * @returns `rows`: how many kinds; `truth` and `said[m]`: 1 or 0 of each
 */
export function everyKind(models: number): {
  readonly rows: number;
  readonly truth: readonly number[];
  readonly said: readonly (readonly number[])[];
} {
  const kinds = Array.from({ length: 2 ** (models + 1) }, (_, kind) => kind);
  const bits = (place: number): number[] => kinds.map((kind) => (kind >> place) & 1);
  return {
    rows: kinds.length,
    truth: bits(0),
    said: Array.from({ length: models }, (_, m) => bits(m + 1)),
  };
}

/** `if-alike`: a row may be worse than any that was seen, so that these only stand in where all rows agree. */
type ExtremesUse = 'always' | 'if-alike';

/** The metric when row i counts weights[i] times; NaN where it is not defined. */
export type Weighing = (weights: Weights) => number;
export type Weights = Uint32Array | Float64Array;
/** The metric without each group; groupOf holds the group of each row. Weights are the rows' own. */
export type Leaving = (groupOf: Uint8Array, groups: number) => Float64Array;

/**
 * A metric whose interval comes from resampling rows, or clusters of rows. For a paired difference both models
 * see the same resampled rows.
 */
export function rowMetric({ prepare, without, extremes, extremesUse, ...about }: RowMetric): Metric {
  return resampledMetric({
    ...about,
    ...(extremes && { cells: (models) => rowCells(models, extremes(models)) }),
    ...(extremesUse && { extremesUse }),
    one: (rows) => overRows(rows, prepare(rows), without?.(rows)),
    two: (first, second) => {
      const [a, b] = [prepare(first), prepare(second)];
      const [leftA, leftB] = [without?.(first), without?.(second)];
      return overRows(
        first,
        (weights) => a(weights) - b(weights),
        leftA &&
          leftB &&
          ((groupOf, groups) => {
            const others = leftB(groupOf, groups);
            return leftA(groupOf, groups).map((value, g) => value - others[g]!);
          }),
      );
    },
  });
}

/** Each row as a cell, with its share of the weight, and after them the rows that were not seen. */
function rowCells([first]: readonly EvaluationRows[], { weighing, added }: Extremes): Cells {
  const n = rowCount(first!);
  const counts = new Float64Array(n + added);
  counts.set(relativeWeights(n, first!.weights));
  const [one, other] = weighing;
  return {
    counts,
    next: Array.from({ length: added }, (_, i) => n + i),
    statistic: (weights) => one!(weights) - (other?.(weights) ?? 0),
  };
}

interface ResampledOptions extends About {
  one(rows: EvaluationRows): Resampled;
  two(first: EvaluationRows, second: EvaluationRows): Resampled;
  /** The rows of all models in cells that add up to as many as there are. */
  cells?(models: readonly EvaluationRows[]): Cells;
  readonly extremesUse?: ExtremesUse;
}

/** A metric whose units of resampling are its own, such as the cells of a confusion matrix. */
export function resampledMetric({
  one,
  two,
  cells,
  extremesUse = 'always',
  ...about
}: ResampledOptions): Metric {
  const estimateOf = (
    models: readonly EvaluationRows[],
    resampledOf: (models: readonly EvaluationRows[]) => Resampled,
    options: EstimateOptions,
  ): MetricEstimate => {
    const { found, standardError } = interval(models[0]!, resampledOf(models), options);
    if (cells === undefined || (extremesUse === 'if-alike' && found.upper > found.lower)) return found;
    const rows = rowCount(models[0]!);
    const effective = isComplex(models[0]!)
      ? effectiveRowsOf(
          { plain: plainVariance(models, resampledOf, options), variance: (standardError ?? 0) ** 2 },
          rows,
          models[0]!,
          twoSided(options.confidence),
        )
      : rows;
    return orUnseen(found, cells(models), effective / rows, options);
  };
  return {
    ...about,
    value: (rows) => {
      const { counts, statistic } = one(rows);
      return statistic(counts);
    },
    estimate: (rows, options) =>
      within(
        estimateOf([rows], () => one(rows), options),
        about.range,
      ),
    difference: (first, second, options) => {
      const found = estimateOf([first, second], ([a, b]) => two(a!, b!), options);
      return { ...found, method: `paired-${found.method}` as Method };
    },
  };
}

/** The variance of a statistic if rows counted alike and by themselves. */
function plainVariance(
  models: readonly EvaluationRows[],
  resampledOf: (models: readonly EvaluationRows[]) => Resampled,
  options: EstimateOptions,
): number {
  const plain = models.map(({ weights: _, clusters: __, ...rows }) => rows as EvaluationRows);
  return jackknifeVariance(resampledOf(plain), { ...options, confidence: twoSided(options.confidence) });
}

/** Resamples hold no row that was not seen; an interval goes as far as one such row may take the metric. */
function orUnseen(
  found: MetricEstimate,
  cells: Cells,
  scale: number,
  { confidence, seed, maxUnits }: EstimateOptions,
): MetricEstimate {
  const counts = cells.counts.map((count) => count * scale);
  const options = {
    confidence: twoSided(confidence),
    seed,
    ...(maxUnits !== undefined && { most: maxUnits }),
  };
  const { value, lower, upper } = unseenInterval({ ...cells, counts }, options);
  return {
    ...found,
    ...wider(found, { lower: found.value - (value - lower), upper: found.value + (upper - value) }),
  };
}

/** Beyond this, too few of the resamples lie outside the interval to say where it ends; it goes on as a normal one does. */
const mostConfidence = 0.99;

function interval(
  { clusters }: EvaluationRows,
  resampled: Resampled,
  options: EstimateOptions,
): { readonly found: MetricEstimate; readonly standardError?: number | undefined } {
  const confidence = Math.min(options.confidence, mostConfidence);
  const { standardError, ...inner } = resampleInterval(resampled, {
    ...options,
    confidence: twoSided(confidence),
  });
  const method = (clusters === undefined ? inner.method : `cluster-${inner.method}`) as Method;
  if (confidence === options.confidence) return { found: { ...inner, method }, standardError };
  const scale = normalQuantile(options.confidence) / normalQuantile(confidence);
  const { value, lower, upper } = inner;
  return {
    found: { value, lower: value - scale * (value - lower), upper: value + scale * (upper - value), method },
    standardError,
  };
}

/** Resampling of rows or of clusters, times the weights that rows have by themselves. */
export function overRows(rows: EvaluationRows, weighing: Weighing, without?: Leaving): Resampled {
  const { weights, clusters } = rows;
  const n = rowCount(rows);
  if (clusters === undefined) {
    const common = { counts: new Uint32Array(n).fill(1), ...(without && { without }) };
    if (weights === undefined) return { ...common, statistic: weighing };
    const { freedom } = clusterDesign(clusterShares(n, { weights }));
    const product = new Float64Array(n);
    return {
      ...common,
      freedom,
      statistic: (times) => {
        for (let i = 0; i < n; i++) product[i] = times[i]! * weights[i]!;
        return weighing(product);
      },
    };
  }
  const { unitOf, units } = unitsOf(clusters);
  const product = new Float64Array(n);
  return {
    counts: new Uint32Array(units).fill(1),
    clustered: true,
    freedom: clusterDesign(clusterShares(n, rows)).freedom,
    ...(without && {
      without: (groupOf, groups) =>
        without(
          Uint8Array.from(unitOf, (unit) => groupOf[unit]!),
          groups,
        ),
    }),
    statistic: (times) => {
      for (let i = 0; i < n; i++) product[i] = times[unitOf[i]!]! * (weights === undefined ? 1 : weights[i]!);
      return weighing(product);
    },
  };
}

/** Clusters that occur, numbered without gaps in the order in which they first do. */
function unitsOf(clusters: Uint32Array): { unitOf: Uint32Array; units: number } {
  const numbers = new Map<number, number>();
  const unitOf = new Uint32Array(clusters.length);
  for (let i = 0; i < clusters.length; i++) {
    let unit = numbers.get(clusters[i]!);
    if (unit === undefined) numbers.set(clusters[i]!, (unit = numbers.size));
    unitOf[i] = unit;
  }
  return { unitOf, units: numbers.size };
}
