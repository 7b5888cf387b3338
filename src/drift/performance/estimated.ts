import { ownValue } from '../../common/own.js';
import { formatInteger, formatNumber, plural } from '../../common/text.js';
import { worst } from '../../common/verdict.js';
import type { Estimated } from '../../formats/drift-performance.js';
import {
  type ExpectedRows,
  confusionMetrics,
  expectedAveragePrecision,
  expectedBrier,
  expectedConfusion,
  expectedLogLoss,
  expectedRocAuc,
} from '../../statistics/cbpe.js';
import { type Interval, momentsOf, twoSidedNormal } from '../../statistics/intervals.js';
import { seededRandom } from '../../statistics/random.js';
import { type Calibration, calibrate, drawLabels } from './calibration.js';
import type { OutcomeRows } from './measure.js';
import { type Reading, fill, outcomesOf, take } from './outcomes.js';
import type { LogRows } from './read.js';
import { type Bounded, type Limit, boundConfidence, judgeLimit, measureRows, shown } from './rules.js';

export interface EstimateOptions {
  readonly log: LogRows;
  /** The predictions whose performance is to be known. */
  readonly rows: Uint32Array;
  /** Predictions of the log whose labels are known, to hold the estimate against. */
  readonly labelled: Uint32Array;
  readonly reference: { readonly log: LogRows; readonly rows: Uint32Array };
  readonly reading: Reading;
  readonly limits: readonly Limit[];
  readonly confidence: number;
  readonly seed: number;
}

/**
 * What the metrics of unlabelled predictions are, to go by their scores (CBPE). The interval has two parts: what the
 * number of rows leaves open; and what the reference's rows leave open, by the larger of its own metric's interval and of
 * the estimates under the calibrations that bootstrap samples of it give (Efron & Tibshirani 1993, chapter 13). An
 * estimate that labels have shown to be wrong decides nothing.
 */
export function estimatePerformance(options: EstimateOptions): Estimated {
  const { log, rows, labelled, reference, reading, limits, seed } = options;
  const k = reading.classes.length;
  const calibration = calibrate(
    {
      classes: k,
      claimed: claimsOf(reference.log, reference.rows, reading),
      came: labelsOf(reference.log, reference.rows),
    },
    seed,
  );
  const confidence = { confidence: boundConfidence(options.confidence, limits.length), seed };
  // Both ends together, and of all metrics: so seldom is a right estimate called wrong.
  const firm = { confidence: boundConfidence(options.confidence, 2 * limits.length), seed };
  const expect = (from: LogRows, of: Uint32Array) => expectation(from, of, reading, calibration, seed);
  const [now, checked] = [expect(log, rows), expect(log, labelled)];
  const known = {
    reference: outcomesOf(reference.log, reference.rows, reading, labelsOf(reference.log, reference.rows)),
    labelled: outcomesOf(log, labelled, reading, labelsOf(log, labelled)),
  };
  const heldAgainst: Estimated['heldAgainst'] = [];
  const rules = limits.map((limit) => {
    const { measure } = limit;
    const real = measureRows(measure, known.reference, confidence);
    const found = now.of(limit, confidence);
    const widened = (bounded: Expected | string, by: Bounded | string): Bounded | string =>
      typeof bounded === 'string' || typeof by === 'string' ? bounded : widen(bounded, by);
    if (labelled.length > 0 && !heldAgainst.some(({ metric }) => metric === measure.name)) {
      const estimated = widened(checked.of(limit, firm), measureRows(measure, known.reference, firm));
      const realised = measureRows(measure, known.labelled, confidence);
      if (typeof estimated !== 'string' && typeof realised !== 'string') {
        const agrees = realised.value >= estimated.lower && realised.value <= estimated.upper;
        heldAgainst.push({
          metric: measure.name,
          estimated: shown(estimated),
          realised: shown(realised),
          agrees,
        });
      }
    }
    return judgeLimit(limit, widened(found, real), real);
  });
  const wrong = heldAgainst.filter(({ agrees }) => !agrees);
  const reasons = [
    ...wrong.map(
      ({ metric, estimated, realised }) =>
        `Where labels are known, ${metric} is ${formatNumber(realised.value)}, and the estimate says ${formatNumber(estimated.value)}: it no longer holds, so it decides nothing.`,
    ),
    ...rules.map(({ reason }) => `Estimated from ${plural(rows.length, 'score')}: ${reason}`),
  ];
  return {
    verdict: wrong.length > 0 ? 'inconclusive' : worst(rules.map(({ verdict }) => verdict)),
    reasons,
    assumptions: assumptionsOf(calibration, heldAgainst.length > 0, wrong.length > 0, labelled.length),
    rows: rows.length,
    calibration: calibration.found,
    rules,
    heldAgainst,
  };
}

/** Adds to an interval what the reference leaves open. */
function widen({ calibrated, ...bounded }: Expected, reference: Bounded): Bounded {
  const { value, lower, upper } = bounded;
  const below = Math.max(reference.value - reference.lower, value - calibrated.lower);
  const above = Math.max(reference.upper - reference.value, calibrated.upper - value);
  return {
    ...bounded,
    lower: value - Math.hypot(value - lower, below),
    upper: value + Math.hypot(upper - value, above),
    method: 'cbpe',
  };
}

/** An estimate with what its rows leave open, and the interval of the estimates under other calibrations. */
interface Expected extends Bounded {
  readonly calibrated: Interval;
}

interface Expectation {
  of(limit: Limit, options: { confidence: number; seed: number }): Expected | string;
}

function expectation(
  log: LogRows,
  rows: Uint32Array,
  reading: Reading,
  calibration: Calibration,
  seed: number,
): Expectation {
  if (rows.length === 0) return { of: () => 'there is no such prediction' };
  const k = reading.classes.length;
  const claimed = claimsOf(log, rows, reading);
  const likely = calibration.correct(claimed);
  // One drawing of labels shows how wide an interval of so many rows is; its value is not used.
  const drawn = outcomesOf(
    log,
    rows,
    reading,
    drawLabels({ classes: k, claimed: likely }, seededRandom(seed)),
  );
  const expected: ExpectedRows = { classes: k, claimed, likely, predicted: classesOf(drawn, reading) };
  const others = otherCalibrations(expected, calibration);
  const valueOf = (name: string, expected: ExpectedRows): number | undefined => {
    const { claimed, likely, classes } = expected;
    const rowsOf = expected.predicted.length;
    const second = (values: Float64Array): Float64Array =>
      fill(new Float64Array(rowsOf), (i) => values[i * classes + reading.positive]!);
    const ordered = (): Float64Array => {
      const matrix = expectedConfusion(expected);
      // The metrics of two classes take the positive one as the second.
      return classes === 2 && reading.positive === 0 ? matrix.reverse() : matrix;
    };
    switch (name) {
      case 'log_loss':
        return expectedLogLoss(expected);
      case 'brier':
        return expectedBrier(expected) / (reading.task === 'binary-classification' ? 2 : 1);
      case 'roc_auc':
        return expectedRocAuc(second(claimed), second(likely));
      case 'pr_auc':
        return expectedAveragePrecision(second(claimed), second(likely));
      default:
        return ownValue(confusionMetrics, name)?.(ordered(), k);
    }
  };
  return {
    of: ({ measure }, options) => {
      const value = valueOf(measure.name, expected);
      if (value === undefined) return 'it cannot be estimated without labels';
      if (!Number.isFinite(value)) return 'the scores leave it undefined';
      const around = measureRows(measure, drawn, options);
      if (typeof around === 'string') return around;
      return {
        value,
        lower: value - (around.value - around.lower),
        upper: value + (around.upper - around.value),
        rows: rows.length,
        method: 'cbpe',
        calibrated: spreadOf(
          value,
          others.map((one) => valueOf(measure.name, one)!).filter(Number.isFinite),
          options.confidence,
        ),
      };
    },
  };
}

/** More rows show no other spread of the calibrations, and take time. */
const spreadRows = 20_000;

/** The same rows, or every so many of them, as other calibrations have them. */
function otherCalibrations(
  { classes: k, claimed, predicted }: ExpectedRows,
  { others }: Calibration,
): ExpectedRows[] {
  const step = Math.ceil(predicted.length / spreadRows);
  const kept = Math.floor((predicted.length + step - 1) / step);
  const some = fill(new Float64Array(kept * k), (i) => claimed[Math.floor(i / k) * step * k + (i % k)]!);
  const classes = fill(new Uint16Array(kept), (i) => predicted[i * step]!);
  return others.map((correct) => ({ classes: k, claimed: some, likely: correct(some), predicted: classes }));
}

/** Between the estimate and the normal interval of those under other calibrations. */
function spreadOf(value: number, values: readonly number[], confidence: number): Interval {
  if (values.length < 2) return { lower: value, upper: value };
  const { mean, variance } = momentsOf(Float64Array.from(values));
  const half = twoSidedNormal(confidence) * Math.sqrt(variance);
  return { lower: Math.min(value, mean - half), upper: Math.max(value, mean + half) };
}

/** Probabilities of all classes, row by row. */
function claimsOf(
  { scores }: LogRows,
  rows: Uint32Array,
  { task, classes, positive }: Reading,
): Float64Array {
  const k = classes.length;
  const claimed = new Float64Array(rows.length * k);
  rows.forEach((row, i) => {
    if (task === 'binary-classification') {
      claimed[i * k + positive] = scores[0]![row]!;
      claimed[i * k + 1 - positive] = 1 - scores[0]![row]!;
      return;
    }
    let sum = 0;
    for (let c = 0; c < k; c++) sum += scores[c]![row]!;
    for (let c = 0; c < k; c++) claimed[i * k + c] = sum > 0 ? scores[c]![row]! / sum : 1 / k;
  });
  return claimed;
}

const labelsOf = ({ labels }: LogRows, rows: Uint32Array): Float64Array => take(labels, rows);

function classesOf(rows: OutcomeRows, { positive }: Reading): ArrayLike<number> {
  if (rows.task === 'regression') throw new Error('a regression has no classes');
  if (rows.task === 'multiclass-classification') return rows.predicted;
  return rows.predicted.map((one) => (one === 1 ? positive : 1 - positive));
}

function assumptionsOf({ found }: Calibration, checked: boolean, wrong: boolean, labelled: number): string[] {
  const { used, rows, p, error, errorByChance, errorAfter } = found;
  const chance = p < 0.01 ? 'p below 0.01' : `p = ${formatNumber(p, 2)}`;
  const calibrated =
    used === 'as-is'
      ? `Scores come true as often as they say. On ${formatInteger(rows)} rows of the reference they do: calibration error ${formatNumber(error, 3)}, by chance alone ${formatNumber(errorByChance, 3)} (${chance}).`
      : `Scores, corrected by the reference, come true as often as they say. Uncorrected they do not: calibration error ${formatNumber(error, 3)} on ${formatInteger(rows)} rows, by chance alone ${formatNumber(errorByChance, 3)} (${chance}); corrected ${formatNumber(errorAfter ?? NaN, 3)}.`;
  const concept = wrong
    ? 'What a score means has not changed since the reference. It has: see above.'
    : checked
      ? `What a score means has not changed since the reference (no concept drift). On the newest ${plural(labelled, 'prediction')} with labels agree with it.`
      : 'What a score means has not changed since the reference (no concept drift). The estimate cannot see such a change, and no labels are there to show it.';
  return [calibrated, concept];
}
