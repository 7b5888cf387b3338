import { meanMetric } from '../metrics/mean.js';
import type { Metric } from '../metrics/metric.js';
import { hitsAt, shareMetric } from '../metrics/proportion.js';
import { findMetric } from '../metrics/registry.js';
import { type BinaryRows, type RegressionRows, rowCount } from '../rows.js';

const binary = ['binary-classification'] as const;

interface RateOptions {
  readonly name: string;
  readonly title: string;
  /** Why there is none. */
  readonly none: string;
  /** Which rows the rate is a share of. */
  of(label: number, predicted: number): boolean;
  counts(label: number, predicted: number): boolean;
}

/** A share of the rows of a binary classifier. */
function rate({ name, title, none, of, counts }: RateOptions): Metric {
  return shareMetric({
    name,
    title,
    tasks: binary,
    missing: (rows) => {
      const { labels, predicted } = rows as BinaryRows;
      for (let i = 0; i < labels.length; i++) if (of(labels[i]!, predicted[i]!)) return undefined;
      return none;
    },
    hits: (rows) => {
      const { labels, predicted } = rows as BinaryRows;
      const places = new Uint32Array(labels.length);
      let n = 0;
      for (let i = 0; i < labels.length; i++) if (of(labels[i]!, predicted[i]!)) places[n++] = i;
      return hitsAt(places.subarray(0, n), rows, (i) => counts(labels[i]!, predicted[i]!));
    },
  });
}

const precision = rate({
  name: 'precision',
  title: 'Precision',
  none: 'no row is predicted positive',
  of: (_, predicted) => predicted === 1,
  counts: (label) => label === 1,
});

/** Rates that fairness compares between groups, under Fairlearn's names; shares by Clopper & Pearson's interval. */
export const rates: readonly Metric[] = [
  rate({
    name: 'selection_rate',
    title: 'Selection rate',
    none: 'there is no row',
    of: () => true,
    counts: (_, predicted) => predicted === 1,
  }),
  ...(
    [
      ['true_positive_rate', 'True positive rate', 1, 1],
      ['false_negative_rate', 'False negative rate', 1, 0],
      ['false_positive_rate', 'False positive rate', 0, 1],
      ['true_negative_rate', 'True negative rate', 0, 0],
    ] as const
  ).map(([name, title, truth, guess]) =>
    rate({
      name,
      title,
      none: `no row is labelled ${truth === 1 ? 'positive' : 'negative'}`,
      of: (label) => label === truth,
      counts: (_, predicted) => predicted === guess,
    }),
  ),
  {
    ...precision,
    // Two models predict different rows positive, so their shares are of different rows.
    difference: (first, second, options) => {
      const found = findMetric('precision', 'binary-classification');
      if ('wrong' in found) throw new Error(found.wrong);
      return found.metric.difference(first, second, options);
    },
  },
  meanMetric({
    name: 'mean_calibration_error',
    title: 'Mean claimed probability less share that came true',
    tasks: binary,
    better: 'zero',
    range: [-1, 1],
    contributions: (rows) => {
      const { scores, labels } = rows as BinaryRows;
      return scores.map((score, i) => score - labels[i]!);
    },
  }),
  meanMetric({
    name: 'mean_prediction',
    title: 'Mean prediction',
    tasks: ['regression'],
    better: 'zero',
    range: [-Infinity, Infinity],
    missing: (rows) => (rowCount(rows) === 0 ? 'there is no row' : undefined),
    contributions: (rows) => (rows as RegressionRows).predicted,
  }),
];
