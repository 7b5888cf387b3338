import { rankOrder } from '../../statistics/delong.js';
import { chanceOfGaps } from '../../statistics/gaps.js';
import { type EvaluationRows, type MulticlassRows, appended, rowCount } from '../rows.js';
import { withoutProbabilities } from './mean.js';
import { type Family, wholeNumber } from './family.js';
import { type Metric, classification, within } from './metric.js';
import { type Leaving, type Weighing, type Weights, everyKind, rowMetric } from './resampled.js';

/** Of `ece` alone; `ece@15` takes 15. */
const usualBins = 10;

interface Forecasts {
  /** What the model claims: the positive class's probability, or that of the class it predicts. */
  readonly claimed: Float64Array;
  /** Whether it came true. */
  readonly came: Uint8Array;
}

function forecasts(rows: EvaluationRows): Forecasts {
  if (rows.task === 'binary-classification') return { claimed: rows.scores, came: rows.labels };
  const { probabilities, predicted, labels, classes } = rows as MulticlassRows;
  return {
    claimed: Float64Array.from(predicted, (c, i) => probabilities![i * classes.length + c]!),
    came: Uint8Array.from(predicted, (c, i) => (labels[i] === c ? 1 : 0)),
  };
}

/** Bins of equal width, closed above (Guo et al. 2017). */
function equalWidth({ claimed }: Forecasts, bins: number): Uint16Array {
  const binOf = new Uint16Array(claimed.length);
  // A callback for each of a million rows would take ten times as long.
  for (let i = 0; i < binOf.length; i++) {
    binOf[i] = Math.min(bins - 1, Math.max(0, Math.ceil(claimed[i]! * bins) - 1));
  }
  return binOf;
}

/** Bins of as many rows each; equal claims stay together. */
function equalMass({ claimed }: Forecasts, bins: number): Uint16Array {
  const order = rankOrder(claimed);
  const binOf = new Uint16Array(claimed.length);
  for (let i = 0; i < order.length; i++) {
    const tied = i > 0 && claimed[order[i]!] === claimed[order[i - 1]!];
    binOf[order[i]!] = tied ? binOf[order[i - 1]!]! : Math.floor((i * bins) / order.length);
  }
  return binOf;
}

/** Sums by bin: weight, claimed, come true. */
function sums(
  { claimed, came }: Forecasts,
  binOf: Uint16Array,
  bins: number,
  weights: Weights,
): Float64Array[] {
  const [n, claim, truth] = [new Float64Array(bins), new Float64Array(bins), new Float64Array(bins)];
  for (let i = 0; i < claimed.length; i++) {
    const [bin, weight] = [binOf[i]!, weights[i]!];
    n[bin]! += weight;
    claim[bin]! += weight * claimed[i]!;
    truth[bin]! += weight * came[i]!;
  }
  return [n, claim, truth];
}

interface Binned {
  readonly all: Forecasts;
  readonly binOf: Uint16Array;
}

/** The error without each of the groups, in one pass. */
function gapsWithout({ all, binOf }: Binned, bins: number, own: Float64Array | undefined): Leaving {
  return (groupOf, groups) => {
    const gaps = new Float64Array(bins * groups);
    const weights = new Float64Array(groups);
    for (let i = 0; i < binOf.length; i++) {
      const weight = own?.[i] ?? 1;
      gaps[groupOf[i]! * bins + binOf[i]!]! += weight * (all.came[i]! - all.claimed[i]!);
      weights[groupOf[i]!]! += weight;
    }
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const whole = new Float64Array(bins);
    gaps.forEach((gap, i) => (whole[i % bins]! += gap));
    return weights.map((weight, g) => {
      let sum = 0;
      for (let b = 0; b < bins; b++) sum += Math.abs(whole[b]! - gaps[g * bins + b]!);
      return sum / (total - weight);
    });
  };
}

/** `ece` without each of the groups. */
export function eceWithout(rows: EvaluationRows): Leaving {
  const all = forecasts(rows);
  return gapsWithout({ all, binOf: equalWidth(all, usualBins) }, usualBins, rows.weights);
}

function weighGaps({ all, binOf }: Binned, bins: number): Weighing {
  return (weights) => {
    const [n, claim, truth] = sums(all, binOf, bins, weights);
    let [gap, total] = [0, 0];
    for (let b = 0; b < bins; b++) {
      gap += Math.abs(truth![b]! - claim![b]!);
      total += n![b]!;
    }
    return gap / total;
  };
}

/** Expected calibration error: Σ (n_b/n)·|came true − claimed|. */
function calibrationError(
  name: string,
  title: string,
  binning: (f: Forecasts, bins: number) => Uint16Array,
  bins: number,
): Metric {
  const remembered = new WeakMap<EvaluationRows, Binned>();
  const binned = (rows: EvaluationRows): Binned => {
    let found = remembered.get(rows);
    if (found === undefined) {
      const all = forecasts(rows);
      remembered.set(rows, (found = { all, binOf: binning(all, bins) }));
    }
    return found;
  };
  const chance = (rows: EvaluationRows): number => {
    const { all, binOf } = binned(rows);
    const gaps = Float64Array.from(all.claimed, (claimed, i) => all.came[i]! - claimed);
    return chanceOfGaps(gaps, binOf, bins, rows);
  };
  const resampled = rowMetric({
    name,
    title,
    ofSeveralModels: 'averaged',
    tasks: classification,
    better: 'lower',
    range: [0, 1],
    missing: (rows) => (rowCount(rows) === 0 ? 'there is no row' : withoutProbabilities(rows)),
    prepare: (rows) => weighGaps(binned(rows), bins),
    // Claims of 0 or 1 that come true, or do not: as wrong, or as right, as can be.
    extremes: (models) => {
      const { rows: added, truth, said } = everyKind(models.length);
      return {
        added,
        weighing: models.map((rows, m) => {
          const { claimed, came } = forecasts(rows);
          const all = { claimed: appended(claimed, said[m]!), came: appended(came, truth) };
          return weighGaps({ all, binOf: binning(all, bins) }, bins);
        }),
      };
    },
    without: (rows) => gapsWithout(binned(rows), bins, rows.weights),
  });
  return {
    ...resampled,
    estimate: (rows, options) => {
      const found = resampled.estimate(rows, options);
      return within({ ...found, lower: found.lower - chance(rows) }, resampled.range);
    },
    difference: (first, second, options) => {
      const found = resampled.difference(first, second, options);
      const more = chance(first) - chance(second);
      return {
        ...found,
        lower: found.lower - Math.max(0, more),
        upper: found.upper + Math.max(0, -more),
      };
    },
  };
}

/** Points of a reliability diagram: mean claim and share come true, of each bin that holds rows. */
export function reliability(rows: EvaluationRows): { claimed: number; came: number; rows: number }[] {
  const all = forecasts(rows);
  const [n, claim, truth] = sums(
    all,
    equalMass(all, usualBins),
    usualBins,
    rows.weights ?? new Uint32Array(all.came.length).fill(1),
  );
  return Array.from({ length: usualBins }, (_, b) => ({
    claimed: claim![b]! / n![b]!,
    came: truth![b]! / n![b]!,
    rows: n![b]!,
  })).filter((point) => point.rows > 0);
}

const kinds = [
  { name: 'ece', title: 'Expected calibration error', binning: equalWidth },
  {
    name: 'ece_equal_mass',
    title: 'Expected calibration error (bins of equal size)',
    binning: equalMass,
  },
] as const;

export const calibrationMetrics: readonly Metric[] = kinds.map(({ name, title, binning }) =>
  calibrationError(name, title, binning, usualBins),
);

export const calibrationFamilies: readonly Family[] = kinds.map(({ name, title, binning }) => ({
  name,
  tasks: classification,
  parameter: wholeNumber('bins', 2, 1000),
  example: `${name}@15`,
  of: (bins) => calibrationError(`${name}@${bins}`, `${title}, ${bins} bins`, binning, bins),
}));
