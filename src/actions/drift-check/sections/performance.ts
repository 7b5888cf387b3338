import { UserError } from '../../../common/errors.js';
import { streamBefore } from '../../../drift/charts/history.js';
import { type DriftSettings, compareProfiles } from '../../../drift/compare.js';
import { checkPerformance } from '../../../drift/performance/check.js';
import { harmOf } from '../../../drift/performance/compose.js';
import { findMetric } from '../../../evaluation/metrics/registry.js';
import type { DriftHistory } from '../../../formats/drift-history.js';
import type { Performance } from '../../../formats/drift-performance.js';
import type { LoadedSpec } from '../../../spec/load.js';
import type { Gathered } from '../gather.js';
import { type SectionOutcome, checked } from './section.js';
import { comparisonSettings } from './univariate.js';

/**
 * Predictions are compared because `drift.performance` names them: that they are no inputs, and are ignored as such,
 * takes nothing away from it.
 */
function predictionSettings(spec: LoadedSpec): DriftSettings {
  const settings = comparisonSettings(spec, { untested: new Map(), optional: [] });
  const columns = new Map([...settings.columns].map(([name, own]) => [name, { ...own, ignore: false }]));
  return { ...settings, columns };
}

/** The stream of outcomes, as the history calls it. */
const outcomes = 'outcomes';

export interface PerformanceContext {
  readonly history: DriftHistory | undefined;
  /** The workflow run, the same in all its attempts. */
  readonly run: string;
  readonly now: Date;
  /** What the reference stands for, such as the live version. */
  readonly era: string;
}

/** Predictions and labels of the model in use, where `drift.performance` says where they are. */
export async function performance(
  spec: LoadedSpec,
  { data, filesOf }: Gathered,
  { history, run, now, era }: PerformanceContext,
): Promise<SectionOutcome> {
  const { drift, evaluate, task } = spec.value;
  const settings = drift?.performance;
  if (settings === undefined) return { sections: [], part: {} };
  const label = settings.label ?? evaluate.label;
  if (
    label === undefined ||
    task === 'multilabel-classification' ||
    task === 'ranking' ||
    task === 'example-scores'
  ) {
    throw new UserError({
      message: `drift.performance cannot judge a model whose task is ${task}`,
      where: spec.at(['drift', 'performance']),
      remedy: 'remove it; drift.columns and drift.multivariate look at any model’s data',
    });
  }
  const files = (key: string): readonly string[] => filesOf(['drift', 'performance', key]);
  const [id, score, prediction] = [
    settings.id ?? evaluate.id,
    settings.score ?? evaluate.score,
    settings.prediction ?? evaluate.prediction,
  ];
  const threshold = settings.threshold ?? evaluate.threshold;
  if (typeof threshold === 'object') {
    throw new UserError({
      message: `evaluate.threshold is chosen for each model, so that it is not known which one serves`,
      where: spec.at(['drift', 'performance']),
      remedy: 'write drift.performance.threshold: the number that the model serves with',
    });
  }
  const before = streamBefore(history, outcomes, run);
  const { result, points, stream } = await checkPerformance({
    engine: data.engine,
    task,
    settings,
    columns: {
      ...(id !== undefined && { id }),
      ...(settings.time !== undefined && { time: settings.time }),
      label,
      ...(score !== undefined && { score }),
      ...(prediction !== undefined && { prediction }),
      ...(evaluate.positive !== undefined && { positive: evaluate.positive }),
      threshold,
    },
    files: {
      predictions: files('predictions'),
      ...(settings.labels !== undefined && { labels: files('labels') }),
      ...(settings.reference !== undefined && { reference: files('reference') }),
    },
    measure: (name) => {
      const found = findMetric(name, task);
      return 'metric' in found ? found.metric : found;
    },
    profile: data.profileSource,
    compare: (reference, current) => compareProfiles(reference, current, predictionSettings(spec)),
    at: (path) => spec.at(['drift', 'performance', ...path]),
    now,
    run,
    era,
    seed: 1,
    ...(before !== undefined && { stream: before }),
  });
  return {
    sections: performanceSections(result),
    part: { performance: result },
    points,
    ...(stream !== undefined && { streams: { [outcomes]: stream } }),
  };
}

/** Predictions that changed and performance that is worse are two findings: a policy may answer them differently. */
function performanceSections(result: Performance): SectionOutcome['sections'] {
  const { predictions } = result;
  const harm = harmOf(result);
  return [
    ...(predictions === null ? [] : [checked('predictions', 'predictions', predictions)]),
    ...(harm === undefined ? [] : [checked('performance', 'performance', harm)]),
  ];
}
