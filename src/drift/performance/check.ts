import { type Problem, failOn } from '../../common/errors.js';
import { plural } from '../../common/text.js';
import type { Estimated } from '../../formats/drift-performance.js';
import { compose } from './compose.js';
import { checkConcept } from './concept.js';
import { estimatePerformance } from './estimated.js';
import type { Measure } from './measure.js';
import type { PerformanceOptions, PerformanceOutcome } from './options.js';
import { type Reading, isPredicted, labelledOutcomes } from './outcomes.js';
import { pointsOf } from './points.js';
import { checkPredictions } from './predictions.js';
import { type LogRows, readLog } from './read.js';
import { checkRealised } from './realised.js';
import { type Bounded, type Limit, boundConfidence, limitsOf, measureRows } from './rules.js';
import { type Scope, scopeOf } from './scope.js';

export { harmOf } from './compose.js';

/**
 * How a model does on what it is asked now: whether its predictions changed, how good they turned out where labels are
 * known, how good the others are to be expected, and whether its errors have become more.
 * @throws UserError for settings and data that cannot be used
 */
export async function checkPerformance(options: PerformanceOptions): Promise<PerformanceOutcome> {
  const { settings, columns, task, now, seed } = options;
  const limits = limitsOf(settings.rules, measures(options));
  const read = await readLog(options);
  const { log, classes, positive } = read;
  const reading: Reading = { task, classes, positive, threshold: columns.threshold };
  const scope = scopeOf(log, {
    now,
    matureAfterMs: settings['mature-after'],
    overMs: settings.over,
    minCoverage: settings['min-coverage'],
    unknownLabels: read.unknownLabels,
  });
  const reference = read.reference && { log: read.reference, rows: labelledRows(read.reference) };
  const confidence = boundConfidence(settings.confidence, limits.length);
  const referenceOf = ({ measure }: Limit): Bounded | string =>
    reference === undefined
      ? 'there is no reference'
      : measureRows(measure, labelledOutcomes(reference.log, reference.rows, reading), { confidence, seed });

  const predictions =
    read.tables.reference === undefined
      ? null
      : await checkPredictions(options, read.tables.log, read.tables.reference, sinceOf(log, settings.over));
  const wanted = read.hasLabels && limits.length > 0;
  const realised = wanted
    ? checkRealised({
        log,
        reading,
        scope,
        limits,
        reference: referenceOf,
        confidence: settings.confidence,
        seed,
      })
    : undefined;
  const { estimated, why } = estimate(options, log, scope, reading, reference, limits);
  const concept =
    settings.concept === undefined || !read.hasLabels
      ? undefined
      : checkConcept({
          log,
          scope,
          reading,
          ...(reference && { reference }),
          settings: settings.concept,
          before: options.stream,
          era: options.era,
          at: options.at,
        });
  const result = compose(
    { predictions, realised: realised?.result ?? null, estimated, concept: concept?.result ?? null },
    [...leftOut(scope), ...(why === undefined ? [] : [why])],
    read.notes,
  );
  return {
    result,
    verdict: result.verdict,
    reasons: result.reasons,
    points: pointsOf(log, scope, realised?.measured, limits, estimated, options),
    ...(concept !== undefined && log.times !== undefined && { stream: concept.state }),
  };
}

function measures({ settings, measure, at }: PerformanceOptions): (name: string) => Measure {
  const found = new Map<string, Measure>();
  const problems: Problem[] = [];
  settings.rules.forEach(({ metric }, i) => {
    const answer = measure(metric);
    if ('wrong' in answer) {
      problems.push({ message: answer.wrong, where: at(['rules', i, 'metric']), remedy: answer.remedy });
    } else found.set(metric, answer);
  });
  failOn(problems);
  return (name) => found.get(name)!;
}

function labelledRows(log: LogRows): Uint32Array {
  const rows: number[] = [];
  for (let row = 0; row < log.rows; row++) {
    if (!Number.isNaN(log.labels[row]) && isPredicted(log, row)) rows.push(row);
  }
  return Uint32Array.from(rows);
}

function estimate(
  { settings, task, seed }: PerformanceOptions,
  log: LogRows,
  scope: Scope,
  reading: Reading,
  reference: { log: LogRows; rows: Uint32Array } | undefined,
  limits: readonly Limit[],
): { estimated: Estimated | null; why?: string } {
  if (!settings.estimate || limits.length === 0) return { estimated: null };
  const not = (why: string) => ({ estimated: null, why: `No estimate without labels: ${why}.` });
  if (task === 'regression') return not('a regression’s predictions do not say how sure they are');
  if (log.scores.length === 0) return not('the log has no scores');
  if (task === 'multiclass-classification' && log.scores.length !== reading.classes.length) {
    return not('the log has no score for each class');
  }
  if (reference === undefined || reference.rows.length === 0) {
    return not('there is no labelled reference to say whether the scores can be believed');
  }
  const rows = scope.young.length > 0 ? scope.young : scope.newest;
  if (rows.length === 0) return not('there is no prediction');
  return {
    estimated: estimatePerformance({
      log,
      rows,
      labelled: scope.labelled,
      reference,
      reading,
      limits,
      confidence: settings.confidence,
      seed,
    }),
  };
}

function leftOut({ left: { unpredicted, untimed } }: Scope): string[] {
  return [
    ...(unpredicted > 0
      ? [`${plural(unpredicted, 'row')} of the log without a prediction were left out.`]
      : []),
    ...(untimed > 0 ? [`${plural(untimed, 'row')} of the log without a time were left out.`] : []),
  ];
}

/** Start of the newest `over` of the log, seconds since 1970. */
function sinceOf({ times }: LogRows, over: number | undefined): number {
  const latest = times?.findLast((time) => !Number.isNaN(time)) ?? 0;
  return latest - (over ?? 0) / 1000;
}
