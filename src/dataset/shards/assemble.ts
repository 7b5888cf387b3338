import { type Problem, failOn } from '../../common/errors.js';
import { plural } from '../../common/text.js';
import type { Shard } from '../../formats/shard.js';

export interface ReadShard {
  readonly file: string;
  readonly value: Shard;
}

/**
 * The shards of one data set in their order, when they are all there, once each, and belong together.
 * @param expected how many there should be, where somebody says so
 * @throws UserError with everything that does not fit
 */
export function assembleShards(shards: readonly ReadShard[], expected?: number): ReadShard[] {
  const problems: Problem[] = [];
  const [first] = shards;
  if (first === undefined) throw new Error('there is no shard to assemble');
  const other = (what: string, of: (shard: Shard) => string, remedy: string): void => {
    for (const { file, value } of shards) {
      if (of(value) === of(first.value)) continue;
      const message = `${what} is another than that of ${first.file}: ${of(value)}, not ${of(first.value)}`;
      problems.push({ message, where: { file }, remedy });
    }
  };
  other('the model', (shard) => shard.model, 'merge the shards of one model only');
  other('the contract', ({ contract }) => contract.digest, 'validate every shard with one commit');
  other('the engine', (shard) => shard.engine, 'run every shard with one version of this action');
  other('the number of shards', ({ shard }) => String(shard.count), 'merge the shards of one run only');
  problems.push(...completeness(shards, first.value.shard.count, expected), ...repetitions(shards));
  for (const { name, whole } of first.value.sets) {
    const digestOf = ({ sets }: Shard): string => sets.find((set) => set.name === name)?.digest ?? 'none';
    if (whole) other(`the ${name} data`, digestOf, 'let every shard see the same files of it');
  }
  const profiled = ({ sets }: Shard): string =>
    sets.flatMap(({ name, profile }) => (profile === undefined ? [] : [name])).join(', ') || 'none';
  other('the list of profiles', profiled, 'give every shard the same input `profile`');
  failOn(problems);
  return [...shards].sort((a, b) => a.value.shard.index - b.value.shard.index);
}

function* completeness(
  shards: readonly ReadShard[],
  count: number,
  expected: number | undefined,
): Generator<Problem> {
  if (expected !== undefined && expected !== count) {
    yield {
      message: `the data was cut into ${plural(count, 'shard')}, but ${expected} are expected`,
      remedy: 'give the input `shards` the number that the matrix has',
    };
  }
  const found = shards.map(({ value }) => value.shard.index);
  const missing = Array.from({ length: count }, (_, i) => i + 1).filter((index) => !found.includes(index));
  if (missing.length > 0) {
    yield {
      message: `${plural(missing.length, 'shard')} of ${count} ${missing.length === 1 ? 'is' : 'are'} missing: ${missing.join(', ')}`,
      remedy: 'look why their jobs left no shard.json, and run them again',
    };
  }
}

/** Shards, and files of data, that are there more than once. */
function* repetitions(shards: readonly ReadShard[]): Generator<Problem> {
  const seen = new Map<number, string>();
  const holders = new Map<string, string>();
  for (const { file, value } of shards) {
    const { index, count } = value.shard;
    const before = seen.get(index);
    if (before !== undefined) {
      const message = `shard ${index} of ${count} is there twice: ${before} has it too`;
      yield { message, where: { file }, remedy: 'download each shard once' };
      continue;
    }
    seen.set(index, file);
    for (const set of value.sets.filter(({ whole }) => !whole)) {
      for (const { path } of set.files) {
        const holder = holders.get(`${set.name} ${path}`);
        holders.set(`${set.name} ${path}`, file);
        if (holder === undefined) continue;
        const message = `${path} is also in ${holder}: its rows would count twice`;
        yield { message, where: { file }, remedy: 'let the input `shard` deal out the same list of files' };
      }
    }
  }
}
