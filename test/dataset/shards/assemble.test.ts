import { assembleShards } from '../../../src/dataset/shards/assemble.js';
import type { Shard } from '../../../src/formats/shard.js';

const set = (name: string, whole: boolean, path: string): Shard['sets'][number] => ({
  name,
  whole,
  files: [{ path, bytes: 1, rows: 1, rejected: 0 }],
  rows: 1,
  digest: `sha256:${path}`,
  tallies: [],
  newest: [],
  findings: [],
  profile: `profile-${name}.json`,
});
const shard = (index: number, changes: Partial<Shard> = {}): { file: string; value: Shard } => ({
  file: `shards/${index}/shard.json`,
  value: {
    kind: 'shard',
    schemaVersion: 1,
    model: 'm',
    contract: { path: 'contract.yaml', digest: 'sha256:c' },
    engine: 'duckdb 1',
    shard: { index, count: 3 },
    sets: [set('train', false, `${index}.csv`), set('holdout', true, 'holdout.csv')],
    keys: [],
    ...changes,
  },
});
const wrong = (...shards: ReturnType<typeof shard>[]): string => {
  try {
    assembleShards(shards);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('shards of one data set', () => {
  it('are put in order', () => {
    const found = assembleShards([shard(3), shard(1), shard(2)], 3);
    expect(found.map(({ value }) => value.shard.index)).toEqual([1, 2, 3]);
  });

  it.each([
    ['a missing one', [shard(1), shard(3)], /1 shard of 3 is missing: 2/],
    ['several', [shard(2)], /2 shards of 3 are missing: 1, 3/],
    [
      'a doubled one',
      [shard(1), shard(2), shard(3), { ...shard(2), file: 'again.json' }],
      /again.json: shard 2 of 3 is there twice: shards\/2\/shard.json/,
    ],
    [
      'a file that two have read',
      [shard(1), shard(2), shard(3, { sets: shard(2).value.sets })],
      /shards\/3\/shard.json: 2.csv is also in shards\/2/,
    ],
    [
      'another model',
      [shard(1), shard(2, { model: 'n' }), shard(3)],
      /shards\/2\/shard.json: the model is another than that of shards\/1\/shard.json: n, not m/,
    ],
    [
      'another engine',
      [shard(1), shard(2), shard(3, { engine: 'duckdb 2' })],
      /the engine is another .*duckdb 2, not duckdb 1 → run every shard with one version/,
    ],
    [
      'another contract',
      [shard(1), shard(2), shard(3, { contract: { path: 'contract.yaml', digest: 'sha256:d' } })],
      /the contract is another .*sha256:d/,
    ],
    [
      'other hold-out data',
      [shard(1), shard(2), shard(3, { sets: [shard(3).value.sets[0]!, set('holdout', true, 'x.csv')] })],
      /the holdout data is another/,
    ],
    [
      'another number of shards',
      [shard(1), shard(2), shard(3, { shard: { index: 3, count: 4 } })],
      /the number of shards is another .*: 4, not 3/,
    ],
  ])('are refused with %s', (_, shards, message) => {
    expect(wrong(...shards)).toMatch(message);
  });

  it('says all that is wrong at once', () => {
    const text = wrong(shard(1), shard(1), shard(3, { engine: 'x' }));
    expect(text.split('\n')).toHaveLength(3);
  });

  it('counts on as many as somebody says', () => {
    expect(() => assembleShards([shard(1), shard(2), shard(3)], 4)).toThrow(
      /cut into 3 shards, but 4 are expected/,
    );
  });
});
