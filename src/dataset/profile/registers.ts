/**
 * HyperLogLog registers (Flajolet, Fusy, Gandouet & Meunier 2007), and the number of different values that they tell
 * of, by Ertl's improved estimator (Ertl 2017, "New cardinality estimation algorithms for HyperLogLog sketches",
 * algorithm 6), which needs no corrections for small or large numbers.
 */
const indexBits = 14;
const size = 2 ** indexBits;
/** Largest rank: all other bits of the 64 are 0. */
const largest = 64 - indexBits + 1;

/** Relative standard error of the estimate: 0.8 %. */
export const registersError = 1.04 / Math.sqrt(size);

/** @param entries registers above 0, each index once */
export function encodeRegisters(entries: readonly (readonly [index: number, rank: number])[]): string {
  if (entries.length * 3 >= size) {
    const dense = Buffer.alloc(size);
    for (const [index, rank] of entries) dense[index] = rank;
    return dense.toString('base64');
  }
  const sparse = Buffer.alloc(entries.length * 3);
  [...entries]
    .sort(([a], [b]) => a - b)
    .forEach(([index, rank], i) => sparse.writeUIntBE(index * 64 + rank, i * 3, 3));
  return sparse.toString('base64');
}

/** @throws RangeError when the text does not hold registers */
function decode(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length === size) return bytes;
  const ranks = new Uint8Array(size);
  if (bytes.length > size || bytes.length % 3 !== 0) {
    throw new RangeError(`${bytes.length} bytes are no registers`);
  }
  for (let at = 0; at < bytes.length; at += 3) {
    const entry = bytes.readUIntBE(at, 3);
    ranks[Math.floor(entry / 64) % size] = entry % 64;
  }
  return ranks;
}

export function mergeRegisters(a: string, b: string): string {
  const [x, y] = [decode(a), decode(b)];
  const entries: [number, number][] = [];
  for (let i = 0; i < size; i++) {
    const rank = Math.max(x[i]!, y[i]!);
    if (rank > 0) entries.push([i, rank]);
  }
  return encodeRegisters(entries);
}

/** Estimated number of different values. */
export function estimateDistinct(registers: string): number {
  const counts = new Array<number>(largest + 1).fill(0);
  for (const rank of decode(registers)) counts[Math.min(rank, largest)]!++;
  let z = size * tau(1 - counts[largest]! / size);
  for (let k = largest - 1; k >= 1; k--) z = 0.5 * (z + counts[k]!);
  z += size * sigma(counts[0]! / size);
  return (size * size) / (2 * Math.LN2 * z);
}

function sigma(x: number): number {
  if (x === 1) return Infinity;
  let [power, weight, sum] = [x, 1, x];
  for (let before = Number.NaN; sum !== before;) {
    before = sum;
    power *= power;
    sum += power * weight;
    weight *= 2;
  }
  return sum;
}

function tau(x: number): number {
  if (x === 0 || x === 1) return 0;
  let [root, weight, sum] = [x, 1, 1 - x];
  for (let before = Number.NaN; sum !== before;) {
    before = sum;
    root = Math.sqrt(root);
    weight *= 0.5;
    sum -= (1 - root) ** 2 * weight;
  }
  return sum / 3;
}
