// Gradient boosting of oblivious trees on histograms (Friedman 2001; Prokhorenkova et al. 2018 for the trees):
// every level of a tree asks one question of all rows, so a tree is a list of questions and a table of answers.

/**
 * @param {{ columns: Uint8Array[], bins: number[], labels: Uint8Array, rounds: number, depth: number,
 *   rate: number, sample: number, seed: number, start?: { bias: number, trees: object[] },
 *   onRound?: (model: { bias: number, trees: object[] }) => void }} options
 *   `columns` hold each row's bin of each feature; `sample` is the share of rows that a tree learns from.
 * @returns {{ bias: number, trees: { splits: number[][], leaves: number[] }[] }} log odds; a split is [feature, last bin of "no"]
 */
export function boost({ columns, bins, labels, rounds, depth, rate, sample, seed, start, onRound }) {
  const rows = labels.length;
  const mean = labels.reduce((sum, label) => sum + label, 0) / rows;
  const model = { bias: start?.bias ?? Math.log(mean / (1 - mean)), trees: [...(start?.trees ?? [])] };
  const odds = new Float64Array(rows).fill(model.bias);
  const leaf = new Uint8Array(rows);
  for (const tree of model.trees) addTree(tree, columns, odds, leaf);

  while (model.trees.length < rounds) {
    // Each round draws from its own generator, so that a resumed training draws what the first would have drawn.
    const draw = generator(seed * 65_537 + model.trees.length);
    const chosen = every(1 / sample, rows, draw());
    model.trees.push(growTree({ columns, bins, labels, odds, chosen, depth, rate }));
    addTree(model.trees.at(-1), columns, odds, leaf);
    onRound?.(model);
  }
  return model;
}

/** Probabilities of rows given as bins. */
export function predictAll(model, columns, rows) {
  const odds = new Float64Array(rows).fill(model.bias);
  const leaf = new Uint8Array(rows);
  for (const tree of model.trees) addTree(tree, columns, odds, leaf);
  return odds.map(probability);
}

/** Probability of one row given as its bins. */
export function predictOne(model, row) {
  let odds = model.bias;
  for (const { splits, leaves } of model.trees) {
    let leaf = 0;
    splits.forEach(([feature, bin], level) => {
      if (row[feature] > bin) leaf |= 1 << level;
    });
    odds += leaves[leaf];
  }
  return probability(odds);
}

function growTree({ columns, bins, labels, odds, chosen, depth, rate }) {
  const count = chosen.length;
  const gradient = new Float64Array(count);
  const hessian = new Float64Array(count);
  const leaf = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const p = probability(odds[chosen[i]]);
    gradient[i] = labels[chosen[i]] - p;
    hessian[i] = p * (1 - p);
  }
  const sampled = columns.map((column) => {
    const values = new Uint8Array(count);
    for (let i = 0; i < count; i++) values[i] = column[chosen[i]];
    return values;
  });

  const splits = [];
  for (let level = 0; level < depth; level++) {
    const [feature, bin] = bestSplit(sampled, bins, gradient, hessian, leaf, 1 << level);
    splits.push([feature, bin]);
    const column = sampled[feature];
    for (let i = 0; i < count; i++) if (column[i] > bin) leaf[i] |= 1 << level;
  }
  const g = new Float64Array(1 << depth);
  const h = new Float64Array(1 << depth).fill(regularisation);
  for (let i = 0; i < count; i++) {
    g[leaf[i]] += gradient[i];
    h[leaf[i]] += hessian[i];
  }
  return { splits, leaves: Array.from(g, (sum, i) => Number(((rate * sum) / h[i]).toPrecision(6))) };
}

/** Rows `stride` apart, from a random start: with rows in the order of time, every day is in the sample. */
export function every(stride, rows, start = 0.5) {
  const count = Math.floor(rows / stride - start) + 1;
  return Int32Array.from({ length: Math.min(count, rows) }, (_, i) =>
    Math.min(rows - 1, Math.floor((i + start) * stride)),
  );
}

const regularisation = 10;

/** The question that gains most over all leaves of the level together. */
function bestSplit(columns, bins, gradient, hessian, leaf, leaves) {
  let best = [0, 0];
  let bestGain = -Infinity;
  columns.forEach((column, feature) => {
    const width = bins[feature];
    const g = new Float64Array(leaves * width);
    const h = new Float64Array(leaves * width);
    for (let i = 0; i < column.length; i++) {
      const cell = leaf[i] * width + column[i];
      g[cell] += gradient[i];
      h[cell] += hessian[i];
    }
    const gains = new Float64Array(width - 1);
    for (let l = 0; l < leaves; l++) {
      const [gAll, hAll] = [sum(g, l * width, width), sum(h, l * width, width)];
      let [gNo, hNo] = [0, 0];
      for (let bin = 0; bin < width - 1; bin++) {
        gNo += g[l * width + bin];
        hNo += h[l * width + bin];
        gains[bin] += gNo ** 2 / (hNo + regularisation) + (gAll - gNo) ** 2 / (hAll - hNo + regularisation);
      }
    }
    gains.forEach((gain, bin) => {
      if (gain > bestGain) [best, bestGain] = [[feature, bin], gain];
    });
  });
  return best;
}

function addTree({ splits, leaves }, columns, odds, leaf) {
  leaf.fill(0);
  splits.forEach(([feature, bin], level) => {
    const column = columns[feature];
    const bit = 1 << level;
    for (let i = 0; i < leaf.length; i++) if (column[i] > bin) leaf[i] |= bit;
  });
  for (let i = 0; i < leaf.length; i++) odds[i] += leaves[leaf[i]];
}

const probability = (odds) => 1 / (1 + Math.exp(-odds));

function sum(values, from, count) {
  let total = 0;
  for (let i = from; i < from + count; i++) total += values[i];
  return total;
}

/** mulberry32: uniform in [0, 1), the same on every machine. */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
