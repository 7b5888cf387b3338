import { stat } from 'node:fs/promises';
import { UserError } from '../../common/errors.js';
import { plural } from '../../common/text.js';

/** One of `count` parts of a data set, from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** `3/8`; undefined where the text is no such thing. */
export function parseShard(text: string): Shard | undefined {
  const match = /^(\d{1,4})\/(\d{1,4})$/.exec(text.trim());
  if (match === null) return undefined;
  const [index, count] = [Number(match[1]), Number(match[2])];
  return index >= 1 && index <= count ? { index, count } : undefined;
}

/**
 * The files of one shard, in the order given. The largest files are dealt out first, each to the shard that has the
 * fewest bytes by then (longest processing time first, Graham 1969: the largest shard is at most 4/3 of the best
 * there can be): every job finds the same answer from names and sizes alone.
 * @throws UserError when there are more shards than files
 */
export function filesOfShard<F extends { readonly name: string; readonly bytes: number }>(
  files: readonly F[],
  { index, count }: Shard,
): F[] {
  if (count > files.length) {
    throw new UserError({
      message: `${plural(files.length, 'file')} cannot be cut into ${count} shards`,
      remedy: `take at most ${plural(files.length, 'shard')}, or write the data as more files`,
    });
  }
  const sizes = new Array<number>(count).fill(0);
  const own = new Set<F>();
  const sorted = [...files].sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
  for (const file of sorted) {
    // An empty file must not leave a shard without any: it counts as one byte.
    const least = sizes.indexOf(Math.min(...sizes));
    sizes[least]! += Math.max(1, file.bytes);
    if (least === index - 1) own.add(file);
  }
  return files.filter((file) => own.has(file));
}

/** As filesOfShard, of files that are there; one that is not has no bytes. */
export async function pathsOfShard(
  paths: readonly string[],
  nameOf: (path: string) => string,
  shard: Shard,
): Promise<string[]> {
  const files = await Promise.all(
    paths.map(async (path) => ({
      path,
      name: nameOf(path),
      bytes: (await stat(path).catch(() => undefined))?.size ?? 0,
    })),
  );
  return filesOfShard(files, shard).map(({ path }) => path);
}
