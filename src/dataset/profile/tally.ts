import { numberBits, raiseRegisters, registerCount } from '../../engine/counting.js';
import type { ColumnProfile } from '../../formats/profile.js';
import { roundBits } from '../../statistics/rounding.js';
import { mergeMoments } from './moments.js';

type Moments = NonNullable<ColumnProfile['moments']>;

/** Sums of numbers near the largest are made in this unit. */
const huge = 1e300;
/** Squares of larger numbers are not summed up. */
const mostSquared = 1e150;
const none: Moments = { mean: 0, m2: 0, min: Infinity, max: -Infinity, nonFinite: 0 };

/** Sums up numbers as they come, some thousand at a time. */
export class NumberTally {
  /** Highest ranks of the hashes, by register. */
  readonly ranks = new Uint8Array(registerCount);
  /** Finite numbers after rounding to `numberBits`, and how often each came. */
  readonly rounded = new NumberCounts();
  private finiteOnes = new Float64Array(0);
  private squared = none;
  private squares = 0;
  private scaled = 0;
  private large = 0;
  private nonFinite = 0;
  private min = Infinity;
  private max = -Infinity;

  private readonly counts: boolean;

  /** @param counts whether rounded numbers are counted */
  constructor(counts: boolean) {
    this.counts = counts;
  }

  /**
   * @param numbers what is no number is NaN
   * @param buckets of `hashParts`: NaN where there is no value
   * @param lows of `hashParts`
   */
  add(numbers: Float64Array, buckets: Float64Array, lows: Float64Array): void {
    if (this.finiteOnes.length < numbers.length) this.finiteOnes = new Float64Array(numbers.length);
    const finite = this.finiteOnes;
    let n = 0;
    for (let i = 0; i < numbers.length; i++) {
      // Adding 0 makes −0 the 0 that it equals.
      const x = numbers[i]! + 0;
      if (Number.isFinite(x)) {
        finite[n++] = x;
        if (this.counts) this.rounded.add(roundBits(x, numberBits) + 0);
      } else {
        if (!Number.isNaN(buckets[i]!)) this.nonFinite++;
        buckets[i] = NaN;
      }
    }
    raiseRegisters(this.ranks, buckets, lows);
    this.sumUp(finite.subarray(0, n));
  }

  /** Finite numbers. */
  get finite(): number {
    return this.squares + this.large;
  }

  /** Of at least one finite number. Where one is too large to be squared, the sum of the squares is not known. */
  moments(): Moments {
    const { min, max, nonFinite } = this;
    if (this.large === 0) return { ...this.squared, min, max, nonFinite };
    const mean =
      (this.scaled / this.finite + (this.squared.mean / huge) * (this.squares / this.finite)) * huge;
    return { mean, m2: null, min, max, nonFinite };
  }

  private sumUp(numbers: Float64Array): void {
    let [n, sum] = [0, 0];
    for (let i = 0; i < numbers.length; i++) {
      const x = numbers[i]!;
      if (x < this.min) this.min = x;
      if (x > this.max) this.max = x;
      if (Math.abs(x) < mostSquared) {
        sum += x;
        n++;
      } else {
        this.scaled += x / huge;
        this.large++;
      }
    }
    if (n === 0) return;
    const mean = sum / n;
    let m2 = 0;
    for (let i = 0; i < numbers.length; i++) {
      const distance = numbers[i]! - mean;
      // Not by a power, which takes ten times as long.
      if (Math.abs(numbers[i]!) < mostSquared) m2 += distance * distance;
    }
    this.squared = mergeMoments(this.squared, this.squares, { ...none, mean, m2 }, n);
    this.squares += n;
  }
}

/** How often each number came: a hash table of numbers, of which a Map would make an object each. */
class NumberCounts {
  private keys = new Float64Array(2 ** 12);
  private counts = new Float64Array(2 ** 12);
  private size = 0;
  private readonly word = new Float64Array(1);
  private readonly halves = new Uint32Array(this.word.buffer);

  /** @param x finite, and not −0, which as whole bits is not the 0 that it equals */
  add(x: number, count = 1): void {
    const at = this.slotOf(x);
    if (this.counts[at] === 0) {
      this.keys[at] = x;
      this.size++;
    }
    this.counts[at]! += count;
    if (this.size * 2 > this.keys.length) this.grow();
  }

  /** Different numbers, ascending, and their counts. */
  sorted(): { readonly values: Float64Array; readonly counts: Float64Array } {
    const values = new Float64Array(this.size);
    const counts = new Float64Array(this.size);
    let n = 0;
    for (let at = 0; at < this.keys.length; at++) if (this.counts[at] !== 0) values[n++] = this.keys[at]!;
    values.sort();
    for (let i = 0; i < n; i++) counts[i] = this.counts[this.slotOf(values[i]!)]!;
    return { values, counts };
  }

  /** Where a number is, or would be. */
  private slotOf(x: number): number {
    this.word[0] = x;
    const mask = this.keys.length - 1;
    const mixed = Math.imul(this.halves[1]! ^ Math.imul(this.halves[0]!, 0x85ebca6b), 0x9e3779b1);
    let at = (mixed ^ (mixed >>> 15)) & mask;
    while (this.counts[at] !== 0 && this.keys[at] !== x) at = (at + 1) & mask;
    return at;
  }

  private grow(): void {
    const { keys, counts } = this;
    this.keys = new Float64Array(2 * keys.length);
    this.counts = new Float64Array(2 * keys.length);
    this.size = 0;
    for (let i = 0; i < keys.length; i++) if (counts[i] !== 0) this.add(keys[i]!, counts[i]);
  }
}
