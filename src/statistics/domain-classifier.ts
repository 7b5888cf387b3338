import { type BinnedFeature, type Feature, binFeature } from './binning.js';
import { type Binned, type Tree, addTree, boost } from './boosting.js';
import { aucComponents, aucCovariance } from './delong.js';
import { findInteractions } from './interactions.js';
import { type Random, seededRandom } from './random.js';
import { encodeByRate, meanOf } from './rate-encoding.js';
import { normalQuantile } from './special.js';

export interface DomainClassification {
  /** Mean over the blocks. */
  readonly auc: number;
  /** Never below the variance of uninformative continuous scores. */
  readonly standardError: number;
  readonly blocks: readonly { readonly learned: number; readonly scored: number; readonly auc: number }[];
  /** For each feature, the AUC lost when its values are shuffled among the scored rows. */
  readonly losses: Float64Array;
  /** Pairs that were learned as pairs, with their share of all gain. */
  readonly pairs: readonly { readonly a: number; readonly b: number; readonly share: number }[];
}

/** The rows are cut into as many parts; the first is only learned from. */
const parts = 4;
const rounds = 40;
const depth = 3;
const rate = 0.1;
const ridge = 20;
const treeRows = 8000;
const mostColumns = 48;
const mostPairs = 12;

/**
 * How well a classifier tells the rows of two samples apart, by progressive validation (Blum, Kalai & Langford
 * 1999): each part of the rows is scored by a classifier that learned from the parts before it. Given those, the
 * part's AUC is that of a fixed classifier on fresh rows, so the errors of the parts are a martingale difference:
 * their variances (DeLong) add up although the classifiers share rows, which in cross-validation they do not.
 * @param features values of the n rows of the first sample, then of the m rows of the second
 * @throws RangeError when a sample has fewer than 2 rows a part
 */
export function classifyDomain(
  features: readonly Feature[],
  n: number,
  m: number,
  seed: number,
): DomainClassification {
  if (Math.min(n, m) < 2 * parts) {
    throw new RangeError(`${Math.min(n, m)} rows cannot be cut into ${parts} parts`);
  }
  const random = seededRandom(seed);
  const { order, labels } = shuffle(n, m, random);
  const columns = features.map((feature) => binFeature(reordered(feature, order)));
  const losses = new Float64Array(features.length);
  const gains = new Map<string, { a: number; b: number; gain: number }>();
  const blocks = [];
  let [allGain, sum, variance] = [0, 0, 0];
  for (let part = 1; part < parts; part++) {
    const [from, to] = [startOf(part, n) + startOf(part, m), startOf(part + 1, n) + startOf(part + 1, m)];
    const learned = learn(columns, labels, from, random);
    const scored = labels.subarray(from, to);
    const scores = new Float64Array(to - from);
    for (const tree of learned.trees) addTree(tree, learned.columns, from, scores);
    const components = aucComponents(scored, scores);
    blocks.push({ learned: from, scored: to - from, auc: components.auc });
    sum += components.auc;
    const unchanged = varianceOf(components.negatives.length, components.positives.length);
    variance += Math.max(aucCovariance(components, components), unchanged);
    loseEach(learned, scored, from, scores, components.auc, losses, random);
    for (const { column, gain } of learned.trees.flatMap(({ splits }) => splits)) {
      allGain += gain;
      const [a, b] = learned.sources[column]!;
      if (b === undefined) continue;
      const pair = gains.get(`${a},${b}`) ?? { a: a!, b, gain: 0 };
      gains.set(`${a},${b}`, { ...pair, gain: pair.gain + gain });
    }
  }
  return {
    auc: sum / blocks.length,
    standardError: Math.sqrt(variance) / blocks.length,
    blocks,
    losses: losses.map((loss) => loss / blocks.length),
    pairs: [...gains.values()]
      .map(({ a, b, gain }) => ({ a, b, share: gain / allGain }))
      .sort((x, y) => y.share - x.share),
  };
}

/** Variance of the AUC of uninformative continuous scores. */
const varianceOf = (n: number, m: number): number => (1 / n + 1 / m) / 12;

/** Standard error of the AUC of n and m rows, as `classifyDomain` has it when nothing has changed. */
export function domainStandardError(n: number, m: number): number {
  const scored = 1 - 1 / parts;
  return Math.sqrt(varianceOf(Math.max(1, n * scored), Math.max(1, m * scored)));
}

/** Rows of each side with which, in four of five tries, an unchanged world stays below `auc`. */
export function domainRowsNeeded(auc: number, alpha: number): number {
  const z = normalQuantile(0.8) - normalQuantile(alpha);
  return Math.ceil((z / (auc - 0.5)) ** 2 / 6 / (1 - 1 / parts));
}

const startOf = (part: number, rows: number): number => Math.floor((rows * part) / parts);

/** Rows in parts that hold their share of either sample, in random order. */
function shuffle(n: number, m: number, random: Random): { order: Uint32Array; labels: Uint8Array } {
  const mix = (rows: Uint32Array): Uint32Array => {
    for (let i = rows.length - 1; i > 0; i--) {
      const j = random.below(i + 1);
      [rows[i], rows[j]] = [rows[j]!, rows[i]!];
    }
    return rows;
  };
  const first = mix(Uint32Array.from({ length: n }, (_, i) => i));
  const second = mix(Uint32Array.from({ length: m }, (_, i) => n + i));
  const order = new Uint32Array(n + m);
  for (let part = 0; part < parts; part++) {
    const of = (rows: Uint32Array): Uint32Array =>
      rows.subarray(startOf(part, rows.length), startOf(part + 1, rows.length));
    const [a, b] = [of(first), of(second)];
    const both = new Uint32Array(a.length + b.length);
    both.set(a);
    both.set(b, a.length);
    order.set(mix(both), startOf(part, n) + startOf(part, m));
  }
  return { order, labels: Uint8Array.from(order, (row) => (row < n ? 0 : 1)) };
}

function reordered(feature: Feature, order: Uint32Array): Feature {
  if (feature.kind === 'categorical') {
    return { kind: 'categorical', values: Array.from(order, (row) => feature.values[row]!) };
  }
  return { kind: 'numeric', values: Float64Array.from(order, (row) => feature.values[row]!) };
}

interface Learned {
  readonly trees: readonly Tree[];
  /** What the trees ask about: a feature, or a pair of them. */
  readonly columns: Binned[];
  readonly sources: readonly (readonly number[])[];
  /** A learned column anew, with these bins for the features that it is made of. */
  readonly make: (column: number, bins: (feature: BinnedFeature, index: number) => BinnedFeature) => Binned;
}

function learn(
  features: readonly BinnedFeature[],
  labels: Uint8Array,
  rows: number,
  random: Random,
): Learned {
  const pairs = findInteractions(
    features.map(({ coarse }) => coarse),
    labels,
    rows,
    mostPairs,
  );
  const single = strongest(features, labels, rows).map((i) => [i]);
  const sources = [...single, ...pairs.map(({ a, b }) => [a, b])];
  const raw = (
    source: readonly number[],
    of: (feature: BinnedFeature, index: number) => BinnedFeature = (f) => f,
  ): Binned => {
    const [x, y] = source.map((i) => of(features[i]!, i));
    return y === undefined ? x!.fine : joint(x!.coarse, y.coarse);
  };
  const encoded = sources.map((source) =>
    source.length === 1 && features[source[0]!]!.ordered
      ? undefined
      : encodeByRate(raw(source), labels, rows, random),
  );
  const make: Learned['make'] = (column, of) => {
    const made = raw(sources[column]!, of);
    const code = encoded[column];
    return code === undefined
      ? made
      : { bins: made.bins.map((bin) => code.map[bin]!), width: code.column.width };
  };
  const columns = sources.map((source, column) => encoded[column]?.column ?? raw(source));
  const trees = boost(columns, labels, { rows, rounds, depth, rate, ridge, sample: treeRows, random });
  return { trees, columns, sources, make };
}

function joint(x: Binned, y: Binned): Binned {
  return { bins: x.bins.map((bin, i) => bin * y.width + y.bins[i]!), width: x.width * y.width };
}

/** The features that tell most by themselves, when there are too many to learn from. */
function strongest(features: readonly BinnedFeature[], labels: Uint8Array, rows: number): number[] {
  const all = [...features.keys()];
  if (all.length <= mostColumns) return all;
  const mean = meanOf(labels, rows);
  const strength = features.map(({ coarse: { bins, width } }) => {
    const [ones, counts] = [new Float64Array(width), new Float64Array(width)];
    for (let i = 0; i < rows; i++) {
      ones[bins[i]!]! += labels[i]!;
      counts[bins[i]!]!++;
    }
    let chi = 0;
    counts.forEach((count, bin) => {
      if (count > 0) chi += (ones[bin]! - mean * count) ** 2 / (count * mean * (1 - mean));
    });
    const freedom = Math.max(1, counts.filter((count) => count > 0).length - 1);
    return (chi - freedom) / Math.sqrt(2 * freedom);
  });
  return all.sort((a, b) => strength[b]! - strength[a]!).slice(0, mostColumns);
}

/** Adds to each feature's loss what one part's AUC loses when the feature is shuffled (Breiman 2001). */
function loseEach(
  { trees, columns, sources, make }: Learned,
  labels: Uint8Array,
  from: number,
  scores: Float64Array,
  auc: number,
  losses: Float64Array,
  random: Random,
): void {
  const rows = scores.length;
  const order = Uint32Array.from({ length: rows }, (_, i) => i);
  for (let i = rows - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  const part = ({ bins, width }: Binned, shuffled: boolean): Binned => ({
    bins: shuffled ? Uint8Array.from(order, (row) => bins[from + row]!) : bins.subarray(from, from + rows),
    width,
  });
  const asked = new Set(trees.flatMap(({ splits }) => splits.flatMap(({ column }) => sources[column]!)));
  for (const feature of asked) {
    const touched = new Set(sources.flatMap((source, i) => (source.includes(feature) ? [i] : [])));
    const changed = columns.map((column, i) =>
      touched.has(i)
        ? make(i, ({ fine, coarse, ordered }, index) => ({
            fine: part(fine, index === feature),
            coarse: part(coarse, index === feature),
            ordered,
          }))
        : part(column, false),
    );
    const without = Float64Array.from(scores);
    for (const tree of trees) {
      if (!tree.splits.some(({ column }) => touched.has(column))) continue;
      const negative = { splits: tree.splits, leaves: tree.leaves.map((leaf) => -leaf) };
      addTree(negative, columns, from, without);
      addTree(tree, changed, 0, without);
    }
    losses[feature]! += auc - aucComponents(labels, without).auc;
  }
}
