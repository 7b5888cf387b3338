import type { Problem } from '../common/errors.js';
import { findMetric } from '../evaluation/metrics/registry.js';
import type { LoadedSpec } from '../spec/load.js';

/** Metrics that `evaluate` names outside its gates and does not know, each at its place. */
export function metricMistakes({ value: { task, evaluate }, at }: LoadedSpec): Problem[] {
  const { threshold, behaviour, importance } = evaluate;
  const named: { name: string | undefined; path: readonly (string | number)[] }[] = [
    { name: typeof threshold === 'object' ? threshold.maximise : undefined, path: ['threshold', 'maximise'] },
    { name: importance?.metric, path: ['importance', 'metric'] },
    ...(behaviour?.robustness ?? []).map(({ metric }, i) => ({
      name: metric,
      path: ['behaviour', 'robustness', i, 'metric'],
    })),
  ];
  return named.flatMap(({ name, path }) => {
    const found = name === undefined ? undefined : findMetric(name, task);
    return found === undefined || !('wrong' in found)
      ? []
      : [{ message: found.wrong, where: at(['evaluate', ...path]), remedy: found.remedy }];
  });
}
