import { UserError } from '../../common/errors.js';
import { digestOf } from '../../common/json.js';
import { formatInteger, formatNumber, plural } from '../../common/text.js';
import type { StreamState } from '../../formats/drift-history.js';
import type { Concept } from '../../formats/drift-performance.js';
import { meanInterval, wilson } from '../../statistics/intervals.js';
import type { PerformanceOptions } from './options.js';
import { type Reading, fill, labelledOutcomes } from './outcomes.js';
import type { LogRows } from './read.js';
import type { Scope } from './scope.js';
import { advance, emptyStream, isoTime, outcomesNeeded } from './stream.js';

export interface ConceptOptions {
  readonly log: LogRows;
  readonly scope: Scope;
  readonly reading: Reading;
  readonly reference?: { readonly log: LogRows; readonly rows: Uint32Array };
  readonly settings: NonNullable<PerformanceOptions['settings']['concept']>;
  readonly before?: StreamState | undefined;
  /** What the stream is of, such as the live version: another one begins anew. */
  readonly era?: string | undefined;
  at: PerformanceOptions['at'];
}

interface Accepted {
  /** As losses in [0, 1]. */
  readonly mean: number;
  /** What it may be at most, by the rows it was measured on. */
  readonly atMost: number;
  readonly alpha: number;
  readonly from: string;
}

/**
 * Whether the model errs more than it may, by the stream of its outcomes in time order. Each run reads on where the
 * last one ended: the outcomes that have become mature since.
 * @throws UserError when nothing says what is accepted, or what error is the largest
 */
export function checkConcept(options: ConceptOptions): { result: Concept; state: StreamState } {
  const { log, scope, reading, settings, before, at } = options;
  const lossKind = reading.task === 'regression' ? 'absolute-error' : 'error';
  const unit = lossKind === 'error' ? 1 : largestError(options);
  const accepted = acceptedOf(options, unit);
  const bound = accepted.atMost + settings.margin / unit;
  if (bound >= 1) {
    throw new UserError({
      message: `a mean loss of ${formatNumber(bound * unit)} is more than there can be`,
      where: at(['concept', 'margin']),
      remedy: 'choose a smaller margin, or a larger largest-error',
    });
  }
  const threshold = Math.log(1 / accepted.alpha);
  const of = digestOf({ lossKind, unit, bound, threshold, era: options.era ?? '' });
  const fresh = log.times === undefined || before?.of !== of;
  const start = fresh ? emptyStream(of, isoTime(0)) : before;
  const from = Date.parse(start.readUntil) / 1000;
  const rows =
    log.times === undefined ? scope.labelled : scope.labelled.filter((row) => log.times![row]! > from);
  const losses = lossesOf(log, rows, reading, unit);
  const times = Float64Array.from(rows, (row) => log.times?.[row] ?? 0);
  const newest = rows.length === 0 ? from : times.at(-1)!;
  const readUntil = isoTime(Number.isFinite(scope.cutoff) ? Math.max(from, scope.cutoff) : newest);
  const { state, detectors, path, alarms, recoveries } = advance(
    start,
    { times, losses },
    { bound, threshold, readUntil },
  );
  const needed = outcomesNeeded(Math.min(1, bound + settings.margin / unit), bound, threshold);
  const now = state.recent ?? state;
  // An alarm stands until there is evidence that it is over. It is heard only while the newest outcomes bear it out.
  const subsided = state.alarmAt !== null && alarms.length === 0 && now.n > 0 && now.sum / now.n <= bound;
  const verdict =
    state.alarmAt !== null && !subsided ? 'fail' : subsided || state.n < needed ? 'inconclusive' : 'pass';
  const word = lossKind === 'error' ? 'share of errors' : 'mean absolute error';
  const mean = state.n === 0 ? null : (state.sum / state.n) * unit;
  const { since = state } = state;
  const held = since.n > 0 ? since : state;
  const heldFrom = held === state || held.n === state.n ? '' : ', since it was last in order again,';
  const allowed = formatNumber(bound * unit, 3);
  const reasons = [
    subsided
      ? `It was above ${allowed} (alarm of ${minute(state.alarmAt!)}). The ${word} of the newest ${plural(now.n, 'outcome')} is ${formatNumber((now.sum / now.n) * unit, 3)}, within that; there is not yet enough evidence that it stays so.`
      : state.alarmAt !== null
        ? `Since ${minute(state.alarmAt)} at the latest the ${word} is above ${allowed} (${accepted.from}, and ${formatNumber(settings.margin)} more).`
        : verdict === 'pass'
          ? `The ${word} over ${plural(held.n, 'outcome')}${heldFrom} is ${formatNumber((held.sum / held.n) * unit, 3)}; nothing says that it is above ${allowed}.`
          : `${plural(state.n, 'outcome')} so far: ${formatInteger(needed)} are needed to see a ${word} of ${formatNumber(Math.min(unit, bound * unit + settings.margin), 3)}.`,
    ...recoveries.map((time) => `It was in order again by ${minute(time)}.`),
  ];
  return {
    state,
    result: {
      verdict,
      reasons,
      loss: lossKind,
      ...(lossKind === 'absolute-error' && { largestError: unit }),
      accepted: accepted.atMost * unit,
      margin: settings.margin,
      alpha: settings.alpha,
      added: rows.length,
      outcomes: state.n,
      mean,
      needed,
      logEvidence: path.at(-1)?.logEvidence ?? 0,
      threshold,
      alarmAt: state.alarmAt,
      alarms: [...alarms],
      recoveries: [...recoveries],
      detectors: detectors.map((one) => ({
        ...one,
        estimate: one.estimate === null ? null : one.estimate * unit,
      })),
      path: path.map((point) => ({ ...point, mean: point.mean * unit })),
    },
  };
}

/** Half of alpha is for the reference: its mean is itself only known from its rows. */
function acceptedOf({ reference, reading, settings, at }: ConceptOptions, unit: number): Accepted {
  const { accepted, alpha } = settings;
  if (accepted !== undefined) {
    return {
      mean: accepted / unit,
      atMost: accepted / unit,
      alpha,
      from: `accepted is ${formatNumber(accepted)}`,
    };
  }
  if (reference === undefined || reference.rows.length === 0) {
    throw new UserError({
      message: 'nothing says which mean loss is accepted',
      where: at(['concept']),
      remedy: 'add concept.accepted, or labelled predictions as drift.performance.reference',
    });
  }
  const losses = lossesOf(reference.log, reference.rows, reading, unit);
  const sum = losses.reduce((total, loss) => total + loss, 0);
  const { value, upper } =
    reading.task === 'regression' ? meanInterval(losses, 1 - alpha) : wilson(sum, losses.length, 1 - alpha);
  const shown = (loss: number): string => formatNumber(loss * unit, 3);
  return {
    mean: value,
    atMost: upper,
    alpha: alpha / 2,
    from: `the reference’s is ${shown(value)}, at most ${shown(upper)} by its ${plural(losses.length, 'row')}`,
  };
}

function largestError({ reference, reading, settings, at }: ConceptOptions): number {
  if (settings['largest-error'] !== undefined) return settings['largest-error'];
  let largest = 0;
  if (reference !== undefined) {
    const rows = labelledOutcomes(reference.log, reference.rows, reading);
    if (rows.task === 'regression') {
      rows.targets.forEach(
        (target, i) => (largest = Math.max(largest, Math.abs(target - rows.predicted[i]!))),
      );
    }
  }
  if (largest > 0) return largest;
  throw new UserError({
    message: 'bets need to know the largest error that counts',
    where: at(['concept']),
    remedy: 'add concept.largest-error; larger errors are cut to it',
  });
}

function lossesOf(log: LogRows, list: Uint32Array, reading: Reading, unit: number): Float64Array {
  const rows = labelledOutcomes(log, list, reading);
  if (rows.task === 'regression') {
    return rows.targets.map((target, i) => Math.min(1, Math.abs(target - rows.predicted[i]!) / unit));
  }
  const { predicted, labels } = rows;
  return fill(new Float64Array(predicted.length), (i) => (predicted[i] === labels[i] ? 0 : 1));
}

const minute = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`;
