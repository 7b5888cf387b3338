import { type Problem, failOn } from '../../common/errors.js';
import type { Tally } from '../../formats/shard.js';
import type { Finding } from '../../formats/validation.js';
import { type Check, none } from '../checks/check.js';
import type { Contract } from '../contract/contract.js';

/** How a check of the contract is called in a tally. */
export const checkKey = (index: number): string => `#${index}`;
/** The same of the check that a column's values are of its type. */
export const typeKey = (column: string): string => `type:${column}`;

/**
 * The contract that one shard is measured against: every check under its own number, and nothing tolerated, so that
 * all that fails is counted. What is a matter of all shards together is left out.
 * @throws UserError naming every check that needs all rows
 */
export function measuredContract(contract: Contract): Contract {
  const problems: Problem[] = [];
  const checks = contract.checks.flatMap((check, i): Check[] => {
    const why = needsAll(check);
    if (why !== undefined) {
      problems.push({
        message: `${check.rule} cannot be checked of data in shards: ${why}`,
        where: check.where,
        remedy: 'leave it out of this contract, or validate the data in one piece or with `engine: spark`',
      });
    }
    // The number of rows, and how old the newest is, say nothing of one shard.
    if (isOfAll(check)) return [];
    return [{ ...check, rule: checkKey(i), tolerance: none }];
  });
  failOn(problems);
  return { ...contract, checks };
}

/** Whether a check is made of all shards together, from what each of them says. */
export const isOfAll = ({ test }: Check): boolean => test.kind === 'rows' || test.kind === 'age';

function needsAll({ test }: Check): string | undefined {
  switch (test.kind) {
    case 'sql':
      return 'its query is asked of all rows at once';
    case 'reference':
      return test.table === undefined ? 'a row may refer to one of another shard' : undefined;
    case 'shares':
      return 'shares of a shard are not those of the whole';
    default:
      return undefined;
  }
}

/** The findings of a measured shard: counts of checks, and what no check found. */
export function tallied(findings: readonly Finding[]): { tallies: Tally[]; others: Finding[] } {
  const tallies: Tally[] = [];
  const others: Finding[] = [];
  for (const finding of findings) {
    const { rule, column, count, examples } = finding;
    // A column of another type in the file is a finding about the file: it names no row's value.
    const ofValues = rule === 'type' && column !== undefined && examples.some((e) => e.value !== undefined);
    if (rule.startsWith('#')) tallies.push({ check: rule, count, examples });
    else if (ofValues) tallies.push({ check: typeKey(column), count, examples });
    else others.push(finding);
  }
  return { tallies, others };
}

/** The contract as it can be held to one shard alone, for its own report: what is asked of all is not asked. */
export function ofOneShard(contract: Contract): Contract {
  const checks = contract.checks.map((check): Check => {
    const { test } = check;
    if (test.kind === 'age') return { ...check, test: { ...test, ms: Infinity } };
    return test.kind === 'rows' ? { ...check, tolerance: [] } : check;
  });
  return { ...contract, checks };
}
