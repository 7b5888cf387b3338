// How often a limit passes wrongly when it is judged by cross-validation, and how often it tells, with real learners.
import { assignFolds } from '../../src/evaluation/folds/assign.ts';
import { judgeLimit } from '../../src/evaluation/folds/judge.ts';
import { judgeRule } from '../../src/evaluation/judge.ts';
import { readRules } from '../../src/evaluation/rules.ts';
import { normal, seededRandom } from '../../src/statistics/random.ts';
import { normalCdf } from '../../src/statistics/special.ts';
import { number, percent, table } from './common.mjs';
import { share } from './gate/work.mjs';

const options = { confidence: 0.95, seed: 1 };
const shift = 0.5;

/** Rows of two classes of equal size, normal in p columns; the means of the first five columns differ by 0.5. */
function draw(random, n, p) {
  const labels = Uint8Array.from({ length: n }, () => random.below(2));
  const x = Array.from(labels, (label) =>
    Float64Array.from({ length: p }, (_, c) => normal(random) + (c < 5 ? shift * label : 0)),
  );
  return { labels, x };
}

const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);

/** Solves A·w = b by Gauss's elimination with pivots. */
function solve(matrix, vector) {
  const a = matrix.map((row, i) => [...row, vector[i]]);
  const n = a.length;
  for (let c = 0; c < n; c++) {
    let best = c;
    for (let r = c + 1; r < n; r++) if (Math.abs(a[r][c]) > Math.abs(a[best][c])) best = r;
    [a[c], a[best]] = [a[best], a[c]];
    for (let r = c + 1; r < n; r++) {
      const factor = a[r][c] / a[c][c];
      for (let k = c; k <= n; k++) a[r][k] -= factor * a[c][k];
    }
  }
  const w = new Array(n).fill(0);
  for (let r = n - 1; r >= 0; r--) {
    w[r] =
      (a[r][n] - a[r].slice(r + 1, n).reduce((sum, value, k) => sum + value * w[r + 1 + k], 0)) / a[r][r];
  }
  return w;
}

/** Fisher's linear discriminant; its accuracy on new rows is known exactly. */
const discriminant = {
  name: 'linear discriminant',
  fit({ labels, x }, places) {
    const p = x[0].length;
    const of = [0, 1].map((label) => places.filter((row) => labels[row] === label));
    const means = of.map((own) =>
      Float64Array.from({ length: p }, (_, c) => own.reduce((sum, row) => sum + x[row][c], 0) / own.length),
    );
    const scatter = Array.from({ length: p }, () => new Float64Array(p));
    for (const row of places) {
      const mean = means[labels[row]];
      for (let i = 0; i < p; i++) {
        for (let j = 0; j < p; j++) scatter[i][j] += (x[row][i] - mean[i]) * (x[row][j] - mean[j]);
      }
    }
    const covariance = scatter.map((row, i) =>
      Float64Array.from(row, (value, j) => value / (places.length - 2) + (i === j ? 1e-6 : 0)),
    );
    const w = solve(
      covariance,
      means[1].map((value, c) => value - means[0][c]),
    );
    const bias =
      Math.log(of[1].length / of[0].length) -
      dot(
        w,
        means[0].map((value, c) => (value + means[1][c]) / 2),
      );
    return { w, bias };
  },
  predict: ({ w, bias }, row) => Number(dot(w, row) + bias > 0),
  truth({ w, bias }) {
    const size = Math.sqrt(dot(w, w));
    const moved = bias + shift * w.slice(0, 5).reduce((sum, value) => sum + value, 0);
    return (normalCdf(-bias / size) + normalCdf(moved / size)) / 2;
  },
};

/** The class of the nearest training row: it fits the training rows exactly. */
const nearest = {
  name: 'nearest neighbour',
  fit: ({ labels, x }, places) => ({ labels, x, places }),
  predict({ labels, x, places }, row) {
    let [best, label] = [Infinity, 0];
    for (const place of places) {
      let distance = 0;
      for (let c = 0; c < row.length; c++) distance += (x[place][c] - row[c]) ** 2;
      if (distance < best) [best, label] = [distance, labels[place]];
    }
    return label;
  },
  truth(model, random, p) {
    const fresh = draw(random, 4_000, p);
    return (
      fresh.x.reduce((sum, row, i) => sum + Number(nearest.predict(model, row) === fresh.labels[i]), 0) /
      4_000
    );
  },
};

const rowsOf = (labels, predicted) => ({
  task: 'binary-classification',
  labels,
  predicted,
  scores: Float64Array.from(predicted),
});
const joined = (a, b) => Uint8Array.from([...a, ...b]);
const limit = (min) =>
  readRules([{ metric: 'accuracy', min }], 'binary-classification', () => ({ file: 'model.yml' }))[0];

function simulate({ learner, train: n, holdout: m, columns: p, folds, runs }) {
  const random = seededRandom(n * 1_000 + p * 10 + folds);
  const found = { folds: 0, plain: 0, holdout: 0, fails: 0, tells: 0, tellsHoldout: 0 };
  for (let run = 0; run < runs; run++) {
    const [train, holdout] = [draw(random, n, p), draw(random, m, p)];
    const all = Array.from({ length: n }, (_, row) => row);
    const model = learner.fit(train, all);
    const truth = learner.truth(model, random, p);
    const fold = assignFolds({ rows: n, folds, classes: Array.from(train.labels, String), seed: run });
    const predicted = new Uint8Array(n);
    for (let k = 0; k < folds; k++) {
      const part = learner.fit(
        train,
        all.filter((row) => fold[row] !== k),
      );
      for (const row of all) if (fold[row] === k) predicted[row] = learner.predict(part, train.x[row]);
    }
    const own = rowsOf(
      holdout.labels,
      Uint8Array.from(holdout.x, (row) => learner.predict(model, row)),
    );
    const plain = rowsOf(joined(train.labels, holdout.labels), joined(predicted, own.predicted));
    const models = joined(fold, new Uint8Array(m).fill(folds));
    const folded = { count: folds, all: { ...plain, folds: { count: folds, models } }, training: n };
    const verdict = (rule) => judgeLimit(rule, own, folded, options).verdict;
    const alone = (rule, rows) => judgeRule(rule, rows, { none: '' }, options).verdict;
    const [at, below] = [limit(truth), limit(truth - 0.08)];
    found.folds += Number(verdict(at) === 'pass');
    found.fails += Number(verdict(at) === 'fail');
    found.plain += Number(alone(at, plain) === 'pass');
    found.holdout += Number(alone(at, own) === 'pass');
    found.tells += Number(verdict(below) === 'pass');
    found.tellsHoldout += Number(alone(below, own) === 'pass');
  }
  return found;
}

export default function calibrate() {
  const cells = [
    [discriminant, [2, 20, 60], 400],
    [nearest, [2, 10], 100],
  ].flatMap(([learner, columns, runs]) =>
    [
      [100, 25],
      [300, 75],
      [700, 169],
    ].flatMap(([train, holdout]) =>
      columns
        .filter((p) => p < train / 2)
        .flatMap((p) =>
          [2, 5, 10].map((folds) => ({
            learner,
            train,
            holdout,
            columns: p,
            folds,
            runs: Math.max(10, Math.ceil(runs * share)),
          })),
        ),
    ),
  );
  const rows = cells.map((cell) => {
    const found = simulate(cell);
    console.log(
      `folds: ${cell.learner.name}, ${cell.train} rows, ${cell.columns} columns, ${cell.folds} folds`,
    );
    const of = (count) => percent(count / cell.runs);
    return [
      cell.learner.name,
      number(cell.train),
      number(cell.holdout),
      number(cell.columns),
      number(cell.folds),
      number(cell.runs),
      of(found.folds),
      of(found.fails),
      of(found.plain),
      of(found.holdout),
      of(found.tells),
      of(found.tellsHoldout),
    ];
  });
  return [
    'A limit of accuracy that is exactly what the released model reaches on new rows, so that passing and failing are both wrong, and each may happen in 5 % of the runs. Two classes of equal size, normal in all columns, of which five or fewer tell the class. “Independent”: the same rows judged as if no two models shared training rows. “Tells”: how often a limit passes that is 0.08 below the truth, and how often on the hold-out rows alone.',
    table(
      [
        'Learner',
        'Training rows',
        'Hold-out rows',
        'Columns',
        'Folds',
        'Runs',
        'Passes',
        'Fails',
        'Independent: passes',
        'Hold-out alone: passes',
        'Tells',
        'Hold-out alone: tells',
      ],
      rows,
    ),
  ].join('\n\n');
}
