import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';

/** By the first bits of a key, so that the keys of one part fit into the processor's cache. */
const parts = 256;
const partSize = 2 ** 44;
const blockLength = 4096;

/**
 * Finds the numbers that come more than once among very many: those of one part at a time, in a table of its own.
 * A database's GROUP BY does the same with all of them at once and takes several times the memory and the time.
 * Blocks beyond `memory` bytes are kept in a file.
 */
export class RepeatFinder {
  private readonly blocks = Array.from({ length: parts }, () => new Float64Array(blockLength));
  private readonly filled = new Uint32Array(parts);
  private readonly full: (Float64Array | number)[][] = Array.from({ length: parts }, () => []);
  private readonly file: string;
  private readonly memory: number;
  private descriptor: number | undefined;
  private kept = 0;
  private written = 0;

  /** @param file where to keep what does not fit; made only then, and removed by `close` */
  constructor(file: string, memory: number) {
    this.file = file;
    this.memory = memory;
  }

  /** @param keys integers from 0 to 2^52 - 1; NaN is passed over */
  add(keys: Float64Array): void {
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!;
      if (Number.isNaN(key)) continue;
      const part = Math.floor(key / partSize);
      this.blocks[part]![this.filled[part]!++] = key;
      if (this.filled[part] === blockLength) this.put(part);
    }
  }

  /** What came more than once, each once. */
  repeated(): number[] {
    const found: number[] = [];
    for (let part = 0; part < parts; part++) {
      const length = this.full[part]!.length * blockLength + this.filled[part]!;
      // Open addressing; at least half of it stays free. 0 is a free place, so keys are kept plus 1.
      const size = 2 ** Math.ceil(Math.log2(2 * length + 1));
      const table = new Float64Array(size);
      const said = new Uint8Array(size);
      for (const block of this.read(part)) {
        for (let i = 0; i < block.length; i++) {
          const key = block[i]! + 1;
          let place = (key >>> 0) & (size - 1);
          while (table[place] !== 0 && table[place] !== key) place = (place + 1) & (size - 1);
          if (table[place] === 0) table[place] = key;
          else if (said[place] === 0) {
            said[place] = 1;
            found.push(key - 1);
          }
        }
      }
    }
    return found;
  }

  close(): void {
    if (this.descriptor === undefined) return;
    closeSync(this.descriptor);
    rmSync(this.file, { force: true });
    this.descriptor = undefined;
  }

  private put(part: number): void {
    const block = this.blocks[part]!;
    this.filled[part] = 0;
    if (this.kept + block.byteLength <= this.memory) {
      this.kept += block.byteLength;
      this.full[part]!.push(block);
      this.blocks[part] = new Float64Array(blockLength);
      return;
    }
    this.descriptor ??= openSync(this.file, 'w+');
    writeSync(this.descriptor, block, 0, block.byteLength, this.written);
    this.full[part]!.push(this.written);
    this.written += block.byteLength;
  }

  private *read(part: number): Generator<Float64Array> {
    for (const block of this.full[part]!) {
      if (typeof block !== 'number') yield block;
      else {
        const buffer = new Float64Array(blockLength);
        readSync(this.descriptor!, buffer, 0, buffer.byteLength, block);
        yield buffer;
      }
    }
    yield this.blocks[part]!.subarray(0, this.filled[part]);
  }
}
