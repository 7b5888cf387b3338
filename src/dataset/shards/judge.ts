import type { Shard, Tally } from '../../formats/shard.js';
import type { Finding } from '../../formats/validation.js';
import { type Check, isRowTest } from '../checks/check.js';
import { keptRows } from '../checks/context.js';
import { type DuplicateCheck, describe as describeDuplicates } from '../checks/duplicates.js';
import { type ReferenceCheck, describe as describeReference } from '../checks/references.js';
import { describeFinding } from '../checks/row-words.js';
import { typeCheck } from '../checks/rows.js';
import type { RowCheck } from '../checks/testable.js';
import { tolerated } from '../checks/tolerance.js';
import type { Contract } from '../contract/contract.js';
import { checkKey, typeKey } from './measure.js';

type ShardSet = Shard['sets'][number];

/** What is known of keys when the rows of all shards are looked at together. */
export interface Doubled {
  readonly count: number;
  /** Files that hold such rows: paths as people see them. */
  readonly files: readonly string[];
}

/** The contract's checks, from what fails of each in every shard. */
export function judge(
  contract: Contract,
  parts: readonly ShardSet[],
  rows: number,
  doubled: ReadonlyMap<string, Doubled>,
): Finding[] {
  const of = (key: string): Tally => {
    const found = parts.flatMap(({ tallies }) => tallies.filter(({ check }) => check === key));
    return {
      check: key,
      count: found.reduce((sum, { count }) => sum + count, 0),
      examples: found.flatMap(({ examples }) => examples).slice(0, keptRows),
    };
  };
  const types = contract.columns.map((column): [string, Check] => [typeKey(column.name), typeCheck(column)]);
  const checks = contract.checks.map((check, i): [string, Check] => [checkKey(i), check]);
  return [...types, ...checks].flatMap(([key, check]): Finding[] => {
    const tally = of(key);
    if (check.test.kind === 'duplicates') {
      const all = doubled.get(key);
      // What one shard saw is a part of what all of them hold.
      const count = all?.count ?? tally.count;
      if (tolerated(check.tolerance, count, rows)) return [];
      const seen = new Set(tally.examples.map(({ file }) => file));
      const across = (all?.files ?? []).filter((file) => !seen.has(file)).sort();
      const examples = [...tally.examples, ...across.map((file) => ({ file }))].slice(0, keptRows);
      return [describeDuplicates(check as DuplicateCheck, { count, examples }, rows)];
    }
    if (check.test.kind === 'reference') {
      if (tolerated(check.tolerance, tally.count, rows)) return [];
      return [describeReference(check as ReferenceCheck, tally, { rows, contract })];
    }
    if (!isRowTest(check.test) || tolerated(check.tolerance, tally.count, rows)) return [];
    const { count, examples } = tally;
    const said = describeFinding(check as RowCheck, count, rows);
    return [{ ...said, count, share: shareOf(count, rows), examples }];
  });
}

/** The newest of what each shard has seen. */
export function newestIn(
  contract: Contract,
  parts: readonly ShardSet[],
): (check: Check) => number | undefined {
  return (check) => {
    const key = checkKey(contract.checks.indexOf(check));
    const times = parts.flatMap(({ newest }) =>
      newest.filter((one) => one.check === key).map(({ at }) => at),
    );
    return times.length === 0 ? undefined : Math.max(...times);
  };
}

export const shareOf = (count: number, rows: number): number => (rows === 0 ? 0 : Math.min(1, count / rows));
