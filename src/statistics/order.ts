/** Rows by rising value; ties by row, so that the order is the data's alone. Every value is finite. */
export function rankOrder(values: Float64Array): Uint32Array {
  const n = values.length;
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  return n < 2000 ? order.sort((a, b) => values[a]! - values[b]! || a - b) : radixOrder(values, order);
}

const digits = 0x10000;

/** By 16 bits at a time from the lowest, which keeps rows with one digit in their order. */
function radixOrder(values: Float64Array, rows: Uint32Array): Uint32Array {
  const n = values.length;
  const words = new Uint32Array(keysOf(values).buffer);
  let from: Uint32Array = rows;
  let to: Uint32Array = new Uint32Array(n);
  const starts = new Uint32Array(digits);
  // A key is two words, the lower one first; a digit is half a word.
  for (const [word, shift] of [
    [0, 0],
    [0, 16],
    [1, 0],
    [1, 16],
  ] as const) {
    starts.fill(0);
    for (let i = 0; i < n; i++) starts[(words[2 * i + word]! >>> shift) & 0xffff]!++;
    let sum = 0;
    for (let d = 0; d < digits; d++) {
      const count = starts[d]!;
      starts[d] = sum;
      sum += count;
    }
    for (let i = 0; i < n; i++) {
      const row = from[i]!;
      to[starts[(words[2 * row + word]! >>> shift) & 0xffff]!++] = row;
    }
    [from, to] = [to, from];
  }
  return from;
}

/** Numbers whose bits, read as a whole number, sort as the values do. */
function keysOf(values: Float64Array): Float64Array {
  // Adding 0 makes −0 the 0 that it equals.
  const keys = values.map((value) => value + 0);
  const words = new Uint32Array(keys.buffer);
  for (let i = 0; i < keys.length; i++) {
    const high = words[2 * i + 1]!;
    // The sign of a positive number is set; a negative number is turned round.
    if (high >>> 31 === 0) words[2 * i + 1] = high | 0x80000000;
    else {
      words[2 * i + 1] = ~high;
      words[2 * i] = ~words[2 * i]!;
    }
  }
  return keys;
}
