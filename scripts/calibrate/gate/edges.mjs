// Worlds of a few kinds of rows, near the ends of the scale and with few positives: what an interval of resamples gets wrong.
import { findMetric } from '../../../src/evaluation/metrics/registry.ts';
import { seededRandom } from '../../../src/statistics/random.ts';

const binary = 'binary-classification';
const counted = ['precision', 'recall', 'f1', 'brier', 'roc_auc'];
const drawn = ['fbeta@2', 'mcc', 'balanced_accuracy', 'pr_auc'];

/** Rows by kind: { share, label, score }; predicted positive from ½. Precision and recall are both `quality`. */
function binaryKinds(positives, quality) {
  const falsely = (positives * (1 - quality)) / (1 - positives);
  const kind = (share, label, score) => ({ share, label, score });
  return [
    kind(positives * quality * 0.6, 1, 0.95),
    kind(positives * quality * 0.4, 1, 0.8),
    kind(positives * (1 - quality), 1, 0.1),
    kind((1 - positives) * falsely * 0.3, 0, 0.95),
    kind((1 - positives) * falsely * 0.7, 0, 0.8),
    kind((1 - positives) * (1 - falsely) * 0.5, 0, 0.1),
    kind((1 - positives) * (1 - falsely) * 0.5, 0, 0.02),
  ];
}

const binaryRows = (kinds, weights) => ({
  task: binary,
  labels: Uint8Array.from(kinds, ({ label }) => label),
  scores: Float64Array.from(kinds, ({ score }) => score),
  predicted: Uint8Array.from(kinds, ({ score }) => (score >= 0.5 ? 1 : 0)),
  ...(weights && { weights }),
});

/** Four classes, of which one is rare; each is right in `quality` of its rows, and else the next one. */
function multiclassKinds(quality) {
  return [0.7, 0.2, 0.08, 0.02].flatMap((share, label) => [
    { share: share * quality, label, predicted: label },
    { share: share * (1 - quality), label, predicted: (label + 1) % 4 },
  ]);
}

const multiclassRows = (kinds, weights) => ({
  task: 'multiclass-classification',
  classes: ['a', 'b', 'c', 'd'],
  labels: Uint16Array.from(kinds, ({ label }) => label),
  predicted: Uint16Array.from(kinds, ({ predicted }) => predicted),
  ...(weights && { weights }),
});

/** Rows of one or two of four labels; in `quality` of them all are right, otherwise one is missed or added. */
function multilabelKinds(quality) {
  const sets = [
    [0.5, [1, 0, 0, 0], [0, 0, 0, 0]],
    [0.3, [0, 1, 0, 0], [0, 1, 0, 1]],
    [0.15, [1, 0, 1, 0], [1, 0, 0, 0]],
    [0.05, [0, 0, 0, 1], [0, 0, 1, 1]],
  ];
  return sets.flatMap(([share, labels, wrong]) => [
    { share: share * quality, labels, predicted: labels },
    { share: share * (1 - quality), labels, predicted: wrong },
  ]);
}

const multilabelRows = (kinds, weights) => {
  const predicted = Uint8Array.from(kinds.flatMap((kind) => kind.predicted));
  return {
    task: 'multilabel-classification',
    classes: ['a', 'b', 'c', 'd'],
    labels: Uint8Array.from(kinds.flatMap(({ labels }) => labels)),
    predicted,
    scores: Float64Array.from(predicted),
    ...(weights && { weights }),
  };
};

function lines() {
  const all = [];
  for (const [n, positives] of [
    [200, 0.005],
    [200, 0.01],
    [200, 0.05],
    [200, 0.15],
    [2000, 0.005],
  ]) {
    for (const quality of [0.02, 0.9, 0.95, 0.98]) {
      const common = { data: 'two classes', n, positives: n * positives, quality, task: binary };
      const world = { kinds: binaryKinds(positives, quality), rowsOf: binaryRows };
      all.push({ ...common, ...world, metrics: counted, runs: 2000 });
      all.push({ ...common, ...world, metrics: drawn, runs: 300 });
    }
  }
  for (const n of [50, 200]) {
    for (const quality of [0.02, 0.9, 0.98]) {
      all.push({
        data: 'four classes, one rare',
        ...{ n, positives: 0.02 * n, quality, task: 'multiclass-classification', runs: 300 },
        ...{ kinds: multiclassKinds(quality), rowsOf: multiclassRows },
        metrics: ['f1_micro', 'f1_macro', 'f1_weighted', 'recall_macro', 'precision_macro', 'mcc'],
      });
      all.push({
        data: 'four labels, one rare',
        ...{ n, positives: 0.05 * n, quality, task: 'multilabel-classification', runs: 300 },
        ...{ kinds: multilabelKinds(quality), rowsOf: multilabelRows },
        metrics: ['hamming_loss', 'f1_samples', 'subset_accuracy', 'f1_micro', 'f1_macro'],
      });
    }
  }
  return all;
}

export const edgeLines = lines();

/**
 * How often a limit that is exactly the truth passes and fails, and how often one that leaves as much room again between
 * the truth and the end of the scale passes.
 * @returns for each metric { metric, truth, runs, undefined, pass, fail, easy }
 */
export function runEdges({ data, n, quality, positives, task, kinds, rowsOf, metrics, runs }) {
  const found = metrics.map((name) => {
    const { metric } = findMetric(name, task);
    const truth = metric.value(
      rowsOf(
        kinds,
        Float64Array.from(kinds, ({ share }) => share),
      ),
    );
    return { metric, truth, runs: 0, undefined: 0, pass: 0, fail: 0, easy: 0 };
  });
  const ends = kinds.map(
    (
      (sum) =>
      ({ share }) =>
        (sum += share)
    )(0),
  );
  const seed = [...`${data} ${n} ${positives} ${quality}`].reduce(
    (hash, c) => (Math.imul(hash, 31) + c.charCodeAt(0)) >>> 0,
    7,
  );
  const random = seededRandom(seed);
  for (let run = 0; run < runs; run++) {
    const rows = rowsOf(
      Array.from({ length: n }, () => {
        const u = random.uniform() * ends.at(-1);
        return kinds[ends.findIndex((end) => u < end)];
      }),
    );
    for (const tally of found) {
      const { metric, truth } = tally;
      if (metric.missing(rows) !== undefined) {
        tally.undefined++;
        continue;
      }
      tally.runs++;
      const { lower, upper } = metric.estimate(rows, { confidence: 0.95, seed: run });
      const higher = metric.better === 'higher';
      const [low, high, limit] = higher ? [lower, upper, truth] : [-upper, -lower, -truth];
      const room = (higher ? metric.range[1] : 0) - limit;
      if (low >= limit) tally.pass++;
      if (high < limit) tally.fail++;
      if (low >= limit - Math.max(room, 0.02)) tally.easy++;
    }
  }
  return found.map(({ metric, ...tally }) => ({ ...tally, metric: metric.title }));
}
