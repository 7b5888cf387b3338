import type { Maturity } from '../../formats/drift-performance.js';
import { kolmogorovSmirnov, type ValueCounts } from '../../statistics/two-sample.js';
import { isPredicted } from './outcomes.js';
import type { LogRows } from './read.js';
import { isoTime } from './stream.js';

/** Which predictions are judged by their labels, and which are too young for that. */
export interface Scope {
  /** Mature, within `over`, with a prediction and a label; in the order of time. */
  readonly labelled: Uint32Array;
  /** Those of `over` that are not mature yet, with a prediction. */
  readonly young: Uint32Array;
  /** Mature or not, with a prediction, within the newest `over`. */
  readonly newest: Uint32Array;
  readonly maturity: Maturity;
  /** Rows without a prediction or a time, which are judged by nothing. */
  readonly left: { readonly unpredicted: number; readonly untimed: number };
  /** Seconds since 1970; Infinity when all predictions are mature. */
  readonly cutoff: number;
}

export interface ScopeOptions {
  readonly now: Date;
  readonly matureAfterMs: number;
  readonly overMs?: number | undefined;
  readonly minCoverage: number;
  readonly unknownLabels: number;
}

/** Without a column of times every prediction is taken as mature. */
export function scopeOf(log: LogRows, options: ScopeOptions): Scope {
  const { times } = log;
  const cutoff = times === undefined ? Infinity : (options.now.getTime() - options.matureAfterMs) / 1000;
  const over = (options.overMs ?? Infinity) / 1000;
  let latest = -Infinity;
  if (times !== undefined) {
    // NaN is last, so the newest time is the last number.
    for (let i = times.length - 1; i >= 0 && latest === -Infinity; i--) {
      if (!Number.isNaN(times[i])) latest = times[i]!;
    }
  }
  const labelled: number[] = [];
  const young: number[] = [];
  const newest: number[] = [];
  const unlabelled: number[] = [];
  let [unpredicted, untimed] = [0, 0];
  for (let row = 0; row < log.rows; row++) {
    const time = times?.[row];
    if (time !== undefined && Number.isNaN(time)) {
      untimed++;
      continue;
    }
    if (!isPredicted(log, row)) {
      unpredicted++;
      continue;
    }
    if (time === undefined || time > latest - over) newest.push(row);
    if (time !== undefined && time > cutoff) {
      if (time > latest - over) young.push(row);
      continue;
    }
    if (time !== undefined && time <= Math.min(cutoff, latest) - over) continue;
    (Number.isNaN(log.labels[row]) ? unlabelled : labelled).push(row);
  }
  const mature = labelled.length + unlabelled.length;
  return {
    labelled: Uint32Array.from(labelled),
    young: Uint32Array.from(young),
    newest: Uint32Array.from(newest),
    maturity: {
      predictions: log.rows,
      until: Number.isFinite(cutoff) ? isoTime(cutoff) : null,
      mature,
      labelled: labelled.length,
      coverage: mature === 0 ? 0 : labelled.length / mature,
      minCoverage: options.minCoverage,
      ...alike(log, labelled, unlabelled),
      unknownLabels: options.unknownLabels,
    },
    left: { unpredicted, untimed },
    cutoff,
  };
}

/** Labels that come for some predictions rather than others make the labelled rows no fair sample. */
function alike(
  { scores, predicted }: LogRows,
  labelled: readonly number[],
  unlabelled: readonly number[],
): Pick<Maturity, 'labelledAlike' | 'meanScore'> {
  const values = scores[0] ?? predicted;
  if (values === undefined || labelled.length === 0 || unlabelled.length === 0) {
    return { labelledAlike: null, meanScore: null };
  }
  const pick = (rows: readonly number[]): Float64Array => Float64Array.from(rows, (row) => values[row]!);
  const [a, b] = [pick(labelled), pick(unlabelled)];
  const mean = (list: Float64Array): number => list.reduce((sum, value) => sum + value, 0) / list.length;
  return {
    labelledAlike: Math.min(1, kolmogorovSmirnov(countsOf(a), countsOf(b)).p),
    meanScore: { labelled: mean(a), unlabelled: mean(b) },
  };
}

function countsOf(values: Float64Array): ValueCounts {
  const sorted = Float64Array.from(values).sort();
  const distinct: number[] = [];
  const counts: number[] = [];
  for (const value of sorted) {
    if (distinct.length > 0 && distinct.at(-1) === value) counts[counts.length - 1]!++;
    else {
      distinct.push(value);
      counts.push(1);
    }
  }
  return { values: distinct, counts };
}
