import { shareOfSplits } from './random-splits.js';
import { lnGamma } from './special.js';
import { type Spectrum, countUnseen } from './unseen-values.js';

export interface UnseenTest {
  /** One-sided: as many unseen rows as these or more, when both samples come from one distribution. 0..1. */
  readonly p: number;
  readonly method: 'random-splits' | 'chernoff';
}

/** Below this the bound decides: splits that are drawn tell no smaller p value well. */
const boundDecides = 1e-3;
/** Draws of single rows that the splits may cost. */
const mostDraws = 5e7;
/** With fewer splits than this a p value tells too little. */
const leastSplits = 500;
const mostSplits = 4_000;

/**
 * Do more of the current rows have a value that the reference does not have than chance explains? All n + m rows are
 * exchangeable when nothing changed, so that every split of them into n and m rows is as likely as the one that was
 * seen (Fisher's randomisation test, conditional on how often each value occurs in both samples together). That needs no
 * assumption about the distribution, counts the uncertainty of the reference, and knows that rows with one new value
 * come together. Its p value is drawn by random splits. A small one is taken from an upper bound instead: values are
 * wholly in the current sample with probability m·(m−1)…/(N·(N−1)…), these events are negatively associated
 * (Joag-Dev & Proschan 1983), and so Chernoff's bound of independent events holds.
 * @param random uniform on [0, 1): seed it, so that a verdict can be repeated
 * @throws RangeError when a sample is empty
 */
export function testUnseen(spectrum: Spectrum, random: () => number): UnseenTest {
  const { reference: n, current: m, unseen } = countUnseen(spectrum);
  if (n === 0 || m === 0) throw new RangeError('a sample is empty');
  if (unseen === 0) return { p: 1, method: 'chernoff' };
  const bound = chernoffBound(spectrum, n, m, unseen);
  const splits = Math.min(mostSplits, Math.floor(mostDraws / Math.min(n, m)));
  if (bound <= boundDecides || splits < leastSplits || n + m > 2 ** 27)
    return { p: bound, method: 'chernoff' };
  return { p: tailBySplits(spectrum, [n, m, unseen], random, splits), method: 'random-splits' };
}

/** P(a value with s rows in both samples is wholly in the current one), as a logarithm. */
const lnWholly = (s: number, n: number, m: number): number =>
  s > m ? -Infinity : lnGamma(m + 1) - lnGamma(m - s + 1) - lnGamma(n + m + 1) + lnGamma(n + m - s + 1);

/** min over t ≥ 0 of exp(−t·unseen)·Π(1 + h(s)·(exp(t·s) − 1)): any t gives a bound, bisection finds the least. */
export function chernoffBound(spectrum: Spectrum, n: number, m: number, unseen: number): number {
  const bySum = new Map<number, number>();
  for (const { before, now, values } of spectrum) {
    bySum.set(before + now, (bySum.get(before + now) ?? 0) + values);
  }
  const able = [...bySum].flatMap(([s, values]) => {
    const lnH = lnWholly(s, n, m);
    if (lnH === -Infinity) return [];
    const lnRest = lnH > -1e-12 ? -Infinity : Math.log(-Math.expm1(lnH));
    return [{ s, values, lnH, lnRest }];
  });
  const mean = (t: number): number =>
    able.reduce(
      (sum, { s, values, lnH, lnRest }) => sum + (values * s) / (1 + Math.exp(lnRest - lnH - t * s)),
      0,
    );
  if (mean(0) >= unseen) return 1;
  let [low, high] = [0, 60];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (mean(middle) < unseen) low = middle;
    else high = middle;
  }
  const logs = able.reduce(
    (sum, { s, values, lnH, lnRest }) => sum + values * lnSum(lnRest, lnH + low * s),
    0,
  );
  return Math.min(1, Math.exp(logs - low * unseen));
}

/** ln(exp(a) + exp(b)). */
function lnSum(a: number, b: number): number {
  const larger = Math.max(a, b);
  return larger === -Infinity ? larger : larger + Math.log1p(Math.exp(Math.min(a, b) - larger));
}

function tailBySplits(
  spectrum: Spectrum,
  [n, m, unseen]: readonly [number, number, number],
  random: () => number,
  splits: number,
): number {
  const sums = spectrum.flatMap(({ before, now, values }) => new Array<number>(values).fill(before + now));
  const draw = m <= n ? drawCurrent(sums, m, random) : drawReference(sums, n, random);
  return shareOfSplits(() => draw() >= unseen, splits);
}

/** Draws m rows as the current sample: how many of them have a value that is wholly among them. */
function drawCurrent(sums: readonly number[], m: number, random: () => number): () => number {
  const [rows, counts] = [rowsOf(sums), new Uint32Array(sums.length)];
  return () => {
    let unseen = 0;
    for (let i = 0; i < m; i++) {
      const k = takeRow(rows, i, random);
      if (++counts[k]! === sums[k]) unseen += sums[k]!;
    }
    for (let i = 0; i < m; i++) counts[rows[i]!] = 0;
    return unseen;
  };
}

/** Draws n rows as the reference: how many of all rows have none of its values. */
function drawReference(sums: readonly number[], n: number, random: () => number): () => number {
  const [rows, counts] = [rowsOf(sums), new Uint32Array(sums.length)];
  return () => {
    let unseen = rows.length;
    for (let i = 0; i < n; i++) {
      const k = takeRow(rows, i, random);
      if (counts[k]!++ === 0) unseen -= sums[k]!;
    }
    for (let i = 0; i < n; i++) counts[rows[i]!] = 0;
    return unseen;
  };
}

/** The value of each row, by its number. */
function rowsOf(sums: readonly number[]): Uint32Array {
  const rows = new Uint32Array(sums.reduce((all, sum) => all + sum, 0));
  for (let k = 0, at = 0; k < sums.length; at += sums[k++]!) rows.fill(k, at, at + sums[k]!);
  return rows;
}

/** Brings a random one of the rows from place `i` on to place `i` (Fisher–Yates). */
function takeRow(rows: Uint32Array, i: number, random: () => number): number {
  const j = i + ((random() * (rows.length - i)) >>> 0);
  const row = rows[j]!;
  rows[j] = rows[i]!;
  rows[i] = row;
  return row;
}
