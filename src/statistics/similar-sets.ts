/** Hashes of the runs of three words of a text, in lower case, each once and ascending: what two texts share is what these share. */
export function shingles(text: string): Uint32Array {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const hashes = new Uint32Array(Math.max(words.length - 2, 0));
  let [first, second] = [hashText(words[0] ?? ''), hashText(words[1] ?? '')];
  for (let i = 2; i < words.length; i++) {
    const third = hashText(words[i]!);
    hashes[i - 2] = mix(Math.imul(mix(Math.imul(first, 31) ^ second), 31) ^ third);
    [first, second] = [second, third];
  }
  return distinct(hashes.sort());
}

/** Share of the elements of two sets that both have (Jaccard 1901); both ascending. */
export function jaccard(a: Uint32Array, b: Uint32Array): number {
  let [i, j, both] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) [i, j, both] = [i + 1, j + 1, both + 1];
    else if (a[i]! < b[j]!) i++;
    else j++;
  }
  const all = a.length + b.length - both;
  return all === 0 ? 0 : both / all;
}

/** Elements are counted by their last bits: those that share a count are ordered by their value. */
const counters = 2 ** 20;
/** Counts above this are alike, so that a count and an element fit into 53 bits. */
const mostCounted = 2 ** 20;
/** A posting is an element and the index of a set in one number, which holds 53 bits. */
const mostSets = 2 ** 20;
/** Sets that are tried for one element. */
const mostTried = 100;

/**
 * Sets among which those are found that are similar to another one, by prefix filtering (Chaudhuri, Ganti & Kaushik 2006;
 * Bayardo, Ma & Srikant 2007): two sets with a Jaccard similarity of t share an element among the first
 * n − ⌈t·n⌉ + 1 of each, in any order that both follow. Rare elements come first, so that few sets are tried. Every similar
 * set is found, unless more than 100 share an element.
 */
export class SimilarSets {
  private readonly sets: readonly Uint32Array[];
  private readonly threshold: number;
  private readonly counts = new Uint32Array(counters);
  /** Elements of prefixes with the set that has them, ascending. */
  private readonly postings: Float64Array;

  /**
   * @param sets each ascending and without repeats, at most 2^20
   * @param threshold least Jaccard similarity, above 0
   */
  constructor(sets: readonly Uint32Array[], threshold: number) {
    if (sets.length > mostSets) throw new RangeError(`${sets.length} sets are more than ${mostSets}`);
    this.sets = sets;
    this.threshold = threshold;
    for (const set of sets) for (const element of set) this.counts[element % counters]!++;
    const prefixes = sets.map((set) => this.prefix(set));
    this.postings = new Float64Array(prefixes.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const [i, prefix] of prefixes.entries()) {
      for (const element of prefix) this.postings[at++] = element * mostSets + i;
    }
    this.postings.sort();
  }

  /** Indices of sets that are similar enough to this one, with their similarity, ascending. */
  similarTo(set: Uint32Array): { index: number; similarity: number }[] {
    const candidates = new Set<number>();
    for (const element of this.prefix(set)) {
      const from = this.firstFrom(element * mostSets);
      for (let at = from; at < from + mostTried && at < this.postings.length; at++) {
        const index = this.postings[at]! - element * mostSets;
        if (index >= mostSets) break;
        candidates.add(index);
      }
    }
    return [...candidates]
      .sort((a, b) => a - b)
      .map((index) => ({ index, similarity: jaccard(this.sets[index]!, set) }))
      .filter(({ similarity }) => similarity >= this.threshold);
  }

  /** The first elements of a set, rare ones first; those that no set of the index has are left out, though they count. */
  private prefix(set: Uint32Array): number[] {
    // The margin keeps 0.8 · 35 from being 29 for its rounding.
    const length = set.length - Math.ceil(this.threshold * set.length - 1e-9) + 1;
    let unknown = 0;
    for (const element of set) if (this.counts[element % counters] === 0) unknown++;
    if (unknown >= length) return [];
    const known = new Float64Array(set.length - unknown);
    let at = 0;
    for (const element of set) {
      const count = this.counts[element % counters]!;
      if (count > 0) known[at++] = Math.min(count, mostCounted) * 2 ** 32 + element;
    }
    return [...known.sort().subarray(0, length - unknown)].map((ranked) => ranked % 2 ** 32);
  }

  /** Position of the first posting that is not below a value. */
  private firstFrom(value: number): number {
    let [low, high] = [0, this.postings.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.postings[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The different values of an ascending list. */
function distinct(ascending: Uint32Array): Uint32Array {
  let kept = 0;
  for (const value of ascending) if (kept === 0 || value !== ascending[kept - 1]) ascending[kept++] = value;
  return ascending.slice(0, kept);
}

/** Finaliser of MurmurHash3 (Appleby 2011). */
function mix(x: number): number {
  let h = x;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** FNV-1a over UTF-16 units, mixed. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mix(hash);
}
