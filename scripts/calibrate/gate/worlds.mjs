// Populations of which the truth is known, and samples of them: two models' predictions of the same rows, as the gate reads
// them. A world is { draw(n, random) → { challenger, champion }, truth(metric) → challenger's value less champion's, and
// of the challenger alone }.
import { normalQuantile } from '../../../src/statistics/special.ts';

const sigmoid = (x) => 1 / (1 + Math.exp(-x));
const logit = (p) => Math.log(p / (1 - p));
const z = (random) =>
  Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());

/** Distance of two bells of spread 1 whose curve has this area. */
export const distanceOf = (auc) => Math.SQRT2 * normalQuantile(auc);

/**
 * Two classes. A model sees N(distance·y, 1) and answers the probability that follows, sharpened by `sharp` (1: true).
 * @param models { distance, sharp } of challenger and champion
 * @param rho correlation of what the two see, within a class
 * @param grouping where rows belong together: { sizes(n, random), share of the noise that a group has in common }
 */
export function binaryWorld({ positives, threshold = 0.5, models, rho, grouping }) {
  const scoreOf = ({ distance, sharp = 1 }, s) =>
    sigmoid(sharp * (distance * s - (distance * distance) / 2 + logit(positives)));
  const rowsOf = (labels, scores, more) => ({
    task: 'binary-classification',
    labels,
    scores,
    predicted: Uint8Array.from(scores, (p) => (p >= threshold ? 1 : 0)),
    ...more,
  });
  const populations = new Map();
  const valueOf = (metric, model) => {
    const key = JSON.stringify(model);
    if (!populations.has(key)) populations.set(key, population(model));
    return metric.value(populations.get(key));
  };
  /** Every score with its density as its weight: the metric's own code then gives the population's value. */
  function population(model) {
    const [step, reach] = [0.0004, 7];
    const each = Math.floor((2 * reach) / step);
    const [labels, scores, weights] = [
      new Uint8Array(2 * each),
      new Float64Array(2 * each),
      new Float64Array(2 * each),
    ];
    for (let i = 0; i < 2 * each; i++) {
      const y = i < each ? 0 : 1;
      const noise = ((i % each) + 0.5) * step - reach;
      labels[i] = y;
      scores[i] = scoreOf(model, noise + model.distance * y);
      weights[i] = Math.exp((-noise * noise) / 2) * (y === 1 ? positives : 1 - positives);
    }
    return rowsOf(labels, scores, { weights });
  }
  const [challenger, champion] = models;
  return {
    truth: (metric) => ({
      value: valueOf(metric, challenger),
      difference: valueOf(metric, challenger) - valueOf(metric, champion),
    }),
    draw(n, random) {
      const labels = new Uint8Array(n);
      const [first, second] = [new Float64Array(n), new Float64Array(n)];
      const clusters = grouping?.sizes(n, random);
      const shared = grouping?.shared ?? 0;
      const effects = [new Map(), new Map()];
      const noise = (model, row) => {
        if (clusters === undefined) return z(random);
        const known = effects[model];
        if (!known.has(clusters[row])) known.set(clusters[row], z(random));
        return Math.sqrt(shared) * known.get(clusters[row]) + Math.sqrt(1 - shared) * z(random);
      };
      for (let i = 0; i < n; i++) {
        const y = random.uniform() < positives ? 1 : 0;
        labels[i] = y;
        const common = z(random);
        [first, second].forEach((scores, m) => {
          const s = Math.sqrt(rho) * common + Math.sqrt(1 - rho) * noise(m, i);
          scores[i] = scoreOf(models[m], models[m].distance * y + s);
        });
      }
      const more = clusters && { clusters };
      return { challenger: rowsOf(labels, first, more), champion: rowsOf(labels, second, more) };
    },
  };
}

/** Groups of these sizes, over and over: [1, 1, 8] makes one group of ten hold eight tenths of its rows. */
export const groupsOf = (count, weightOf) => (n, random) => {
  const weights = Array.from({ length: count }, (_, c) => weightOf(c));
  const total = weights.reduce((sum, w) => sum + w, 0);
  const ends = weights.map(
    (
      (sum) => (w) =>
        (sum += w / total)
    )(0),
  );
  return Uint32Array.from({ length: n }, (_, i) => {
    const u = (i + random.uniform()) / n;
    return Math.min(count - 1, ends.findIndex((end) => u < end) >>> 0);
  });
};

/** A number predicted with normal errors; the truth is spread by 1. `spread` of challenger and champion. */
export function regressionWorld({ spread: [a, b], rho }) {
  const values = {
    mae: (s) => s * Math.sqrt(2 / Math.PI),
    rmse: (s) => s,
    r2: (s) => 1 - s * s,
  };
  return {
    truth: ({ name }) => ({ value: values[name](a), difference: values[name](a) - values[name](b) }),
    draw(n, random) {
      const [targets, first, second] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
      for (let i = 0; i < n; i++) {
        const common = z(random);
        targets[i] = z(random);
        first[i] = targets[i] + a * (Math.sqrt(rho) * common + Math.sqrt(1 - rho) * z(random));
        second[i] = targets[i] + b * (Math.sqrt(rho) * common + Math.sqrt(1 - rho) * z(random));
      }
      const rows = (predicted) => ({ task: 'regression', targets, predicted });
      return { challenger: rows(first), champion: rows(second) };
    },
  };
}

/**
 * A cost of each example. `one(random)` → [challenger, champion], whose means are known.
 * @param means of challenger and champion
 */
export function costWorld({ one, means: [a, b], grouping }) {
  return {
    truth: () => ({ value: a, difference: a - b }),
    draw(n, random) {
      const [first, second] = [new Float64Array(n), new Float64Array(n)];
      const clusters = grouping?.sizes(n, random);
      const effects = new Map();
      for (let i = 0; i < n; i++) {
        [first[i], second[i]] = one(random);
        if (clusters === undefined) continue;
        if (!effects.has(clusters[i])) effects.set(clusters[i], z(random));
        first[i] += grouping.shared * effects.get(clusters[i]);
      }
      const rows = (cost) => ({
        task: 'example-scores',
        rows: n,
        extras: new Map([['cost', cost]]),
        ...(clusters && { clusters }),
      });
      return { challenger: rows(first), champion: rows(second) };
    },
  };
}

/** Costs as log-normal as `spread` says, mean 1; both models’ correlated by rho, the challenger’s times `times`. */
export const skewedCosts = ({ spread, rho, times }) =>
  costWorld({
    one: (random) => {
      const common = z(random);
      const cost = () =>
        Math.exp(spread * (Math.sqrt(rho) * common + Math.sqrt(1 - rho) * z(random)) - (spread * spread) / 2);
      return [times * cost(), cost()];
    },
    means: [times, 1],
  });

/** Costs near 1, and now and then one of 100, of each model at a time of its own. */
export const disasters = ({ often: [a, b] }) =>
  costWorld({
    one: (random) => {
      const common = 1 + 0.2 * z(random);
      const cost = (often) => common + (random.uniform() < often ? 100 : 0);
      return [cost(a), cost(b)];
    },
    means: [1 + 100 * a, 1 + 100 * b],
  });

/** Differences of groups’ means are normal, and all that a row has besides is noise of 1. */
export const groupedCosts = ({ sizes, shared, more }) =>
  costWorld({
    one: (random) => [more + z(random), z(random)],
    means: [more, 0],
    grouping: { sizes, shared },
  });
