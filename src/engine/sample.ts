import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { batchesOf } from './batches.js';
import type { Engine } from './engine.js';

const slices = 24;
const sliceBytes = 64 * 1024;
const lf = 10;
let made = 0;

/**
 * Writes lines from all over a text file into a small one. Good for guesses only: a slice may start within quotes.
 * @param start offset of the first record
 * @returns path of the small file, without a header
 */
export async function sampleLines(path: string, start: number, bytes: number, temp: string): Promise<string> {
  const file = await open(path);
  const parts: Buffer[] = [];
  try {
    const stride = Math.max(sliceBytes, Math.floor((bytes - start) / slices));
    for (let at = start; at < bytes; at += stride) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(sliceBytes), 0, sliceBytes, at);
      const piece = buffer.subarray(0, bytesRead);
      const from = at === start ? 0 : piece.indexOf(lf) + 1;
      const end = at + bytesRead >= bytes ? bytesRead : piece.lastIndexOf(lf) + 1;
      if (end > from) parts.push(piece.subarray(from, end));
    }
  } finally {
    await file.close();
  }
  const sample = join(temp, `sample-${++made}.csv`);
  await writeFile(sample, Buffer.concat(parts));
  return sample;
}

/**
 * How many different values each expression has over all rows, guessed from a sample: that of d different among n
 * drawn evenly from D has the mean D·(1 − e^(−n/D)).
 * @param source FROM item of the sample
 */
export async function guessDistinct(
  engine: Engine,
  source: string,
  expressions: readonly string[],
): Promise<number[]> {
  const guesses: number[] = [];
  for (const some of batchesOf(expressions)) {
    const list = some.map((e, i) => `count(DISTINCT ${e}) AS d${i}, count(${e}) AS n${i}`);
    const [row] = await engine.rows(`SELECT ${list.join(', ')} FROM ${source}`);
    guesses.push(...some.map((_, i) => distinctOf(Number(row![`d${i}`]), Number(row![`n${i}`]))));
  }
  return guesses;
}

function distinctOf(different: number, drawn: number): number {
  if (different >= drawn) return drawn < 100 ? drawn : Infinity;
  let [low, high] = [different, different * 1e6];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (middle * -Math.expm1(-drawn / middle) < different) low = middle;
    else high = middle;
  }
  return low;
}
