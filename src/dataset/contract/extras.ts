import type { Place, Problem } from '../../common/errors.js';
import { editDistance, nearest } from '../../common/text.js';
import { type ContractColumn, type Role, roles, usualEnvironments } from './contract.js';

/** A key of ours as a contract has it: under customProperties in ODCS, under mlops in Table Schema. */
export interface Extra {
  readonly key: string;
  readonly value: unknown;
  readonly where: Place;
}

const ofColumn = ['role', 'environments', 'missingValues', 'optional'] as const;
const ofTable = ['path', 'missingValues'] as const;
const ofContract = ['environments'] as const;
const keysOf = { column: ofColumn, table: ofTable, contract: ofContract };

/** What one place of a contract says of machine learning. */
export interface Extras {
  readonly roles: readonly Role[];
  readonly environments?: readonly string[];
  readonly missing?: readonly string[];
  /** A file may lack the column. */
  readonly optional?: boolean;
  readonly paths: readonly string[];
}

/**
 * Reads what a column, a table or the contract says of machine learning.
 * @param open other people's keys may stand beside ours (customProperties): only what looks like a slip is a problem
 * @param environments the names that are known; none are checked where it is absent
 */
export function readExtras(
  extras: readonly Extra[],
  of: keyof typeof keysOf,
  options: { open: boolean; environments?: readonly string[]; problems: Problem[] },
): Extras {
  const { open, environments: known, problems } = options;
  const keys: readonly string[] = keysOf[of];
  const found: { -readonly [K in keyof Extras]: Extras[K] } = { roles: [], paths: [] };
  const seen = new Set<string>();
  for (const { key, value, where } of extras) {
    if (!keys.includes(key)) {
      const near = open ? slipOf(key, keys) : nearest(key, keys);
      if (open && near === undefined) continue;
      const remedy = near === undefined ? `known here: ${keys.join(', ')}` : `did you mean "${near}"?`;
      problems.push({ message: `unknown key "${key}"`, where, remedy });
      continue;
    }
    if (seen.has(key))
      problems.push({ message: `${key} is given twice`, where, remedy: 'remove one of them' });
    seen.add(key);
    const words = key === 'optional' ? [] : textsOf(value);
    if (key === 'optional') {
      if (typeof value === 'boolean') found.optional = value;
      else
        problems.push({ message: 'optional: expected true or false', where, remedy: 'write optional: true' });
    } else if (words === undefined) {
      problems.push({
        message: `${key}: expected a text or a list of texts`,
        where,
        remedy: `write ${key} as [a, b]`,
      });
    } else if (key === 'role') found.roles = chosen('role', words, roles, where, problems) as Role[];
    else if (key === 'environments') {
      found.environments = known === undefined ? words : chosen('environment', words, known, where, problems);
    } else if (key === 'missingValues') found.missing = words;
    else found.paths = words;
  }
  return found;
}

/** The environments that a contract knows. */
export function environmentsOf(extras: Extras): readonly string[] {
  return extras.environments ?? usualEnvironments;
}

/** A column of the contract, with what it says of machine learning. */
export function withExtras(
  column: ContractColumn,
  { roles, environments, missing, optional }: Extras,
  tableMissing: readonly string[] | undefined,
): ContractColumn {
  const texts = missing ?? tableMissing;
  return {
    ...column,
    roles,
    ...(environments && { environments }),
    ...(optional === true && { optional: true as const }),
    ...(texts && { reading: { ...column.reading, missing: texts } }),
  };
}

function slipOf(key: string, keys: readonly string[]): string | undefined {
  return keys.find((one) => editDistance(one.toLowerCase(), key.toLowerCase()) <= 1);
}

function textsOf(value: unknown): string[] | undefined {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const fit = list.every((one) => typeof one === 'string' || typeof one === 'number');
  return fit && list.length > 0 ? list.map(String) : undefined;
}

function chosen(
  what: string,
  words: readonly string[],
  known: readonly string[],
  where: Place,
  problems: Problem[],
): string[] {
  return words.filter((word) => {
    if (known.includes(word)) return true;
    const near = nearest(word, known);
    const remedy = near === undefined ? `use one of ${known.join(', ')}` : `did you mean "${near}"?`;
    problems.push({ message: `there is no ${what} "${word}"`, where, remedy });
    return false;
  });
}
