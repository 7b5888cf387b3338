import fc from 'fast-check';
import { filesOfShard, parseShard } from '../../../src/dataset/shards/assign.js';

const files = (sizes: readonly number[]) => sizes.map((bytes, i) => ({ name: `part-${i}.csv`, bytes }));

describe('shards', () => {
  it('are named as the third of eight', () => {
    expect(parseShard('3/8')).toEqual({ index: 3, count: 8 });
    for (const wrong of ['0/8', '9/8', '3', '3/0', 'a/b', '3/8/9', '-1/2', '1.5/2', '']) {
      expect(parseShard(wrong)).toBeUndefined();
    }
  });

  it('hold every file once, whatever the order they are listed in', () => {
    const listing = fc
      .array(fc.nat(1000), { minLength: 1, maxLength: 30 })
      .chain((sizes) => fc.tuple(fc.constant(files(sizes)), fc.integer({ min: 1, max: sizes.length })));
    fc.assert(
      fc.property(listing, ([all, count]) => {
        const shards = Array.from({ length: count }, (_, i) => filesOfShard(all, { index: i + 1, count }));
        expect(
          shards
            .flat()
            .map(({ name }) => name)
            .sort(),
        ).toEqual(all.map(({ name }) => name).sort());
        expect(shards.every((shard) => shard.length > 0)).toBe(true);
        const again = filesOfShard([...all].reverse(), { index: 1, count });
        expect(new Set(again)).toEqual(new Set(shards[0]));
      }),
      { numRuns: 50 },
    );
  });

  it('are about equally large', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 8, maxLength: 40 }), (sizes) => {
        const loads = Array.from({ length: 4 }, (_, i) =>
          filesOfShard(files(sizes), { index: i + 1, count: 4 }).reduce((sum, { bytes }) => sum + bytes, 0),
        );
        // No cut can have a largest shard below the mean, nor below the largest file.
        const best = Math.max(sizes.reduce((a, b) => a + b) / 4, ...sizes);
        const sorted = [...sizes].sort((a, b) => b - a);
        // Where a shard must hold two files, the two smallest of the five largest.
        const bound = Math.max(best, sorted[3]! + sorted[4]!);
        expect(Math.max(...loads)).toBeLessThanOrEqual((4 / 3) * bound);
      }),
      { numRuns: 50 },
    );
  });

  it('cannot be more than the files', () => {
    expect(() => filesOfShard(files([1, 2]), { index: 1, count: 3 })).toThrow(
      /2 files cannot be cut into 3 shards/,
    );
  });
});
