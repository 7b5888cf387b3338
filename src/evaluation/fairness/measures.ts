import { ownValue } from '../../common/own.js';
import { nearest } from '../../common/text.js';
import type { Metric, Task } from '../metrics/metric.js';
import { overRepeats } from '../metrics/repeated.js';
import { type Found, findMetric, metricsOf } from '../metrics/registry.js';
import { rates } from './rates.js';

/** How the groups' values become one. */
export const transforms = ['difference', 'ratio', 'group_min', 'group_max'] as const;
export type Transform = (typeof transforms)[number];

/** What is compared between groups. */
export interface Measure {
  readonly name: string;
  /** As people write it. */
  readonly title: string;
  readonly transform: Transform;
  /** The metric of each group; of several, the one that is worst counts. */
  readonly metrics: readonly Metric[];
}

export type FoundMeasure =
  { readonly measure: Measure } | { readonly wrong: string; readonly remedy: string };

/** Criteria that have names of their own: the first five are Fairlearn's. */
const criteria: Readonly<Record<string, { title: string; of: readonly string[] }>> = {
  demographic_parity: { title: 'Demographic parity', of: ['selection_rate'] },
  equalized_odds: { title: 'Equalized odds', of: ['true_positive_rate', 'false_positive_rate'] },
  equal_opportunity: { title: 'Equal opportunity', of: ['true_positive_rate'] },
  predictive_parity: { title: 'Predictive parity', of: ['precision'] },
};

const words: Readonly<Record<Transform, string>> = {
  difference: 'difference',
  ratio: 'ratio',
  group_min: 'lowest group',
  group_max: 'highest group',
};

/**
 * The measure of a name: `demographic_parity_difference`, `equalized_odds_ratio`, or any metric of the task with how
 * the groups are compared, such as `accuracy_group_min`, `mae_group_max`, `false_positive_rate_difference`.
 */
export function findMeasure(name: string, task: Task): FoundMeasure {
  const transform = transforms.find((suffix) => name.endsWith(`_${suffix}`));
  if (transform === undefined) {
    return unknown(name, task, `"${name}" does not say how groups are compared`);
  }
  const stem = name.slice(0, -transform.length - 1);
  const criterion = ownValue(criteria, stem);
  if (criterion !== undefined && (transform === 'difference' || transform === 'ratio')) {
    const metrics = criterion.of.map((one) => overRepeats(rates.find((rate) => rate.name === one)!));
    if (!metrics[0]!.tasks.includes(task)) {
      return {
        wrong: `"${name}" is a measure of binary-classification, and this model's task is ${task}`,
        remedy: `name a metric of this task, such as ${metricsOf(task)[0]?.name ?? 'mae'}_difference`,
      };
    }
    return { measure: { name, title: `${criterion.title} ${words[transform]}`, transform, metrics } };
  }
  const found = groupMetric(stem, task);
  if ('wrong' in found) return unknown(name, task, found.wrong);
  const metric = overRepeats(found.metric);
  if (transform === 'ratio' && metric.range[0] < 0) {
    return {
      wrong: `${metric.name} can be below 0, so a ratio of it says nothing`,
      remedy: `write ${stem}_difference`,
    };
  }
  return { measure: { name, title: `${metric.title}, ${words[transform]}`, transform, metrics: [metric] } };
}

/** Also under scikit-learn's name in full: accuracy_score. */
function groupMetric(stem: string, task: Task): Found {
  const rate = rates.find((one) => one.name === stem && one.tasks.includes(task));
  if (rate !== undefined) return { metric: rate };
  const found = findMetric(stem, task);
  if (!('wrong' in found) || !stem.endsWith('_score')) return found;
  return groupMetric(stem.slice(0, -'_score'.length), task);
}

function unknown(name: string, task: Task, wrong: string): FoundMeasure {
  const stems = [
    ...(task === 'binary-classification' ? Object.keys(criteria) : []),
    ...rates.filter(({ tasks }) => tasks.includes(task)).map((rate) => rate.name),
    ...metricsOf(task).map((metric) => metric.name),
  ];
  const near = nearest(
    name,
    stems.flatMap((stem) => transforms.map((transform) => `${stem}_${transform}`)),
  );
  return {
    wrong,
    remedy:
      near === undefined
        ? `write one of ${[...new Set(stems)].slice(0, 12).join(', ')}, … with ${transforms.map((t) => `_${t}`).join(', ')}`
        : `did you mean "${near}"?`,
  };
}
