// What is simulated: populations, sizes and metrics.
import {
  binaryWorld,
  disasters,
  distanceOf,
  groupedCosts,
  groupsOf,
  regressionWorld,
  skewedCosts,
} from './worlds.mjs';

/** The champion, and a challenger that is as good, worse by the margin, and worse by about twice that. */
const areas = { equal: 0, margin: 1, double: 2 };

function classes({ positives, threshold, auc = 0.8, step = 0.02, rho = 0.8, grouping, sharp = [1, 1, 1] }) {
  const worlds = {};
  for (const [which, steps] of Object.entries(areas)) {
    const challenger = { distance: distanceOf(auc - steps * step), sharp: sharp[steps] };
    worlds[which] = binaryWorld({
      positives,
      threshold,
      rho,
      grouping,
      models: [challenger, { distance: distanceOf(auc), sharp: sharp[0] }],
    });
  }
  return worlds;
}

const task = 'binary-classification';
const closed = ['accuracy', 'roc_auc', 'log_loss', 'brier'];
const half = { positives: 0.5 };
const rare = { positives: 0.01, threshold: 0.05 };

function binaryLines() {
  const lines = [];
  const add = (data, n, runs, metrics, options) =>
    lines.push({ part: 'rows', name: data, n, runs, task, metrics, worlds: classes(options) });
  for (const [n, runs] of [
    [200, 2000],
    [2000, 1000],
    [20_000, 100],
  ]) {
    add('half positive', n, runs, [...closed, 'recall'], half);
  }
  for (const n of [200, 1000, 2000, 20_000])
    add('1 % positive', n, n > 2000 ? 100 : n > 1000 ? 1000 : 2000, [...closed, 'recall'], rare);
  add('half positive, models almost alike', 2000, 1000, closed, { ...half, rho: 0.98, step: 0.005 });
  add('half positive, models unlike', 200, 2000, closed, { ...half, rho: 0 });
  add('nearly separated (AUC 0.99)', 200, 2000, closed, { ...half, auc: 0.99, step: 0.01 });
  add('nearly separated, 5 % positive', 400, 2000, closed, {
    ...half,
    positives: 0.05,
    auc: 0.99,
    step: 0.01,
  });
  const resampled = ['pr_auc', 'f1', 'precision', 'mcc'];
  add('half positive', 200, 300, resampled, half);
  add('half positive', 2000, 60, resampled, half);
  add('1 % positive', 2000, 60, resampled, rare);
  add('1 % positive', 25_000, 100, resampled, rare);
  const worse = { ...half, step: 0, sharp: [1.3, 1.5, 1.7] };
  add('half positive, overconfident', 200, 200, ['ece', 'ece_equal_mass'], worse);
  add('half positive, overconfident', 2000, 40, ['ece', 'ece_equal_mass'], worse);
  add('half positive, overconfident', 25_000, 100, ['ece', 'ece_equal_mass'], worse);
  return lines;
}

function numberLines() {
  const lines = [];
  for (const [n, runs] of [
    [200, 300],
    [2000, 40],
    [25_000, 100],
  ]) {
    lines.push({
      part: 'rows',
      name: 'regression',
      n,
      runs,
      task: 'regression',
      metrics: ['mae', 'rmse', 'r2'],
      worlds: Object.fromEntries(
        Object.entries(areas).map(([which, steps]) => [
          which,
          regressionWorld({ spread: [0.5 + 0.02 * steps, 0.5], rho: 0.8 }),
        ]),
      ),
    });
  }
  const cost = { part: 'rows', task: 'example-scores', metrics: ['mean-of cost'] };
  for (const n of [50, 200, 2000, 20_000]) {
    lines.push({
      ...cost,
      name: 'skewed costs (log-normal)',
      n,
      runs: n > 2000 ? 400 : 2000,
      worlds: Object.fromEntries(
        Object.entries(areas).map(([which, steps]) => [
          which,
          skewedCosts({ spread: 1.2, rho: 0.8, times: 1 + 0.1 * steps }),
        ]),
      ),
    });
    lines.push({
      ...cost,
      name: 'rare disasters (1 % of rows cost 100 times)',
      n,
      runs: n > 2000 ? 400 : 2000,
      worlds: Object.fromEntries(
        Object.entries(areas).map(([which, steps]) => [
          which,
          disasters({ often: [0.01 * (1 + steps), 0.01] }),
        ]),
      ),
    });
  }
  return lines;
}

const shapes = {
  'equal sizes': () => () => 1,
  'one group has half of the rows': (count) => (c) => (c === 0 ? count - 1 : 1),
  'two groups have nine tenths': (count) => (c) => (c < 2 ? 4.5 * (count - 2) : 1),
  'sizes as 1, 1/2, 1/3 …': () => (c) => 1 / (c + 1),
};

function clusterLines() {
  const lines = [];
  for (const [shape, weights] of Object.entries(shapes)) {
    for (const count of [5, 10, 20, 50]) {
      const sizes = groupsOf(count, weights(count));
      const grouping = { sizes, shared: 0.3 };
      const n = Math.max(400, count * 10);
      const name = `${count} groups, ${shape}`;
      const common = { part: 'clusters', name, n };
      lines.push({
        ...common,
        runs: 400,
        task,
        metrics: closed,
        worlds: classes({ ...half, rho: 0.3, grouping }),
      });
      lines.push({
        ...common,
        runs: 2000,
        task: 'example-scores',
        metrics: ['mean-of cost'],
        worlds: Object.fromEntries(
          Object.entries(areas).map(([which, steps]) => [
            which,
            groupedCosts({ sizes, shared: 0.5, more: 0.2 * steps }),
          ]),
        ),
      });
      lines.push({
        ...common,
        runs: 60,
        task,
        metrics: ['f1'],
        worlds: classes({ ...half, rho: 0.3, grouping }),
      });
    }
  }
  return lines;
}

export const lines = [...binaryLines(), ...numberLines(), ...clusterLines()];

/** Whole gates with 20 slices. */
export const sliceLines = [
  { n: 4000, runs: 300, metric: 'accuracy' },
  { n: 4000, runs: 300, metric: 'roc_auc' },
  { n: 20_000, runs: 100, metric: 'roc_auc' },
];

/** Rules on the demographic parity of groups of `each` rows. */
export const fairnessLines = [
  { groups: 2, each: 50, runs: 2000 },
  { groups: 2, each: 200, runs: 2000 },
  { groups: 2, each: 1000, runs: 1000 },
  { groups: 5, each: 200, runs: 500 },
  { groups: 10, each: 1000, runs: 100 },
].map((line) => ({ ...line, n: line.groups * line.each }));

/** Searches for slices. */
export const searchLines = [
  { metric: 'accuracy', n: 5000, runs: 400 },
  { metric: 'log_loss', n: 5000, runs: 400 },
  { metric: 'accuracy', n: 20_000, runs: 100 },
];
