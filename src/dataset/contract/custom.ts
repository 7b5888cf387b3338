import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as v from 'valibot';
import { record } from '../../common/record-schema.js';
import { type Problem, messageOf } from '../../common/errors.js';
import { describeJsonError, expectedBy } from '../../common/json.js';
import { nearest, parseDuration } from '../../common/text.js';
import { type ColumnProfile, profileSchema } from '../../formats/profile.js';
import type { Test, Value } from '../checks/check.js';
import { operators } from './odcs/schema.js';

const limits = { ...operators, unit: v.optional(v.picklist(['rows', 'percent'])) };
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

/** What stands under `implementation` of a rule of type custom with `engine: mlops`. */
const customSchemas = {
  /** The newest value of the column, or the newest file, is at most so old. */
  freshness: v.strictObject({ check: v.string(), maxAge: v.string() }),
  /** SQL that is true of every good row; fields can be compared with each other. */
  expression: v.strictObject({ check: v.string(), expression: v.string(), ...limits }),
  /** The share of rows of each value, within a number of it. */
  proportions: v.strictObject({
    check: v.string(),
    values: v.optional(record(v.string(), share)),
    reference: v.optional(v.string()),
    within: share,
  }),
  /** Rows whose value the reference profile does not have. */
  unseenValues: v.strictObject({ check: v.string(), reference: v.string(), ...limits }),
};
type CustomName = keyof typeof customSchemas;
const names = Object.keys(customSchemas);

export interface CustomRule {
  readonly name: CustomName;
  readonly test: Test;
  /** The rule itself, for its operators and unit. */
  readonly limits: v.InferOutput<v.ObjectSchema<typeof limits, undefined>>;
}

/**
 * Reads a check of ours.
 * @param column the column that it stands at; undefined at the table
 * @param folder that paths of profiles start from
 */
export function readCustom(
  implementation: unknown,
  column: string | undefined,
  folder: string,
): CustomRule | Problem {
  if (typeof implementation !== 'object' || implementation === null) {
    return { message: 'expected keys with values', remedy: 'write implementation: { check: … }' };
  }
  const name = (implementation as Readonly<Record<string, unknown>>).check;
  if (typeof name !== 'string' || !Object.hasOwn(customSchemas, name)) {
    const near = typeof name === 'string' ? nearest(name, names) : undefined;
    return {
      message: name === undefined ? '"check" is missing' : `there is no check "${String(name)}"`,
      remedy: near === undefined ? `use one of ${names.join(', ')}` : `did you mean "${near}"?`,
    };
  }
  const kind = name as CustomName;
  const parsed = v.safeParse(customSchemas[kind], implementation);
  if (!parsed.success) return problemOf(parsed.issues[0], Object.keys(customSchemas[kind].entries));
  if (column === undefined && (kind === 'proportions' || kind === 'unseenValues')) {
    return { message: `${kind} is a check of a column`, remedy: 'move it to the quality of a property' };
  }
  if (column !== undefined && kind === 'expression') {
    return { message: 'expression is a check of the table', remedy: 'move it to the quality of the table' };
  }
  const given = parsed.output as Readonly<Record<string, unknown>>;
  const test = testOf(kind, given, column, folder);
  return 'message' in test ? test : { name: kind, test, limits: given };
}

function testOf(
  kind: CustomName,
  given: Readonly<Record<string, unknown>>,
  column: string | undefined,
  folder: string,
): Test | Problem {
  switch (kind) {
    case 'freshness': {
      const text = String(given.maxAge);
      const ms = parseDuration(text);
      if (ms === undefined)
        return { message: `maxAge "${text}" is no time`, remedy: 'write it as 36h or 2d' };
      return { kind: 'age', ms, text };
    }
    case 'expression':
      return { kind: 'expression', sql: String(given.expression) };
    case 'proportions': {
      const within = given.within as number;
      const written = given.values as Readonly<Record<string, number>> | undefined;
      if ((written === undefined) === (given.reference === undefined)) {
        return { message: 'proportions needs values or a reference', remedy: 'write one of the two' };
      }
      if (written !== undefined) {
        const sum = Object.values(written).reduce((total, one) => total + one, 0);
        if (sum > 1 + 1e-9) {
          return {
            message: `the shares add up to ${Number(sum.toFixed(6))}, above 1`,
            remedy: 'correct them',
          };
        }
        return { kind: 'shares', expected: Object.entries(written), within };
      }
      const counts = referenceValues(String(given.reference), column!, folder);
      if ('message' in counts) return counts;
      const all = counts.reduce((total, [, n]) => total + n, 0);
      return { kind: 'shares', expected: counts.map(([value, n]) => [value, n / all]), within };
    }
    case 'unseenValues': {
      const counts = referenceValues(String(given.reference), column!, folder);
      if ('message' in counts) return counts;
      return { kind: 'values', values: counts.map(([value]) => value), unseen: true };
    }
  }
}

/** The values that a column has in a profile, with their counts; why not, where the profile has not all of them. */
function referenceValues(
  path: string,
  column: string,
  folder: string,
): (readonly [Value, number])[] | Problem {
  const unreadable = (reason: string): Problem => ({
    message: `${path} cannot be read as a profile (${reason})`,
    remedy: 'name a profile that validate-data wrote, relative to the contract',
  });
  let text: string;
  try {
    text = readFileSync(resolve(folder, path), 'utf8');
  } catch (error) {
    return unreadable(messageOf(error));
  }
  // What the file says is not quoted: a contract from a pull request could name any file of the machine.
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), profileSchema), text);
  if (!parsed.success) return unreadable(describeJsonError(text) || 'it is not a profile');
  const profile: ColumnProfile | undefined = parsed.output.columns.find(({ name }) => name === column);
  if (profile === undefined) {
    return { message: `${path} has no column "${column}"`, remedy: 'name a profile of such data' };
  }
  if (profile.values.kind !== 'exact' || profile.values.counts.length === 0) {
    return {
      message: `${path} does not list every value of "${column}": there are too many, or none`,
      remedy: 'use the check for columns with few values',
    };
  }
  const isWide = profile.values.counts.some(
    ([value]) => typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER,
  );
  if (isWide) {
    return {
      message: `${path} lists numbers of "${column}" that it does not hold exactly: they are above 2^53`,
      remedy: 'call the column a string, in the contract of both, and write the profile again',
    };
  }
  return profile.values.counts;
}

function problemOf(issue: v.BaseIssue<unknown>, known: readonly string[]): Problem {
  const path = (issue.path ?? []).map((item) => String(item.key)).join('.');
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    const near = nearest(path, known);
    const remedy = near === undefined ? `known here: ${known.join(', ')}` : `did you mean "${near}"?`;
    return { message: `unknown key "${path}"`, remedy };
  }
  if (issue.received === 'undefined')
    return { message: `"${path}" is missing`, remedy: `add the key ${path}` };
  return {
    message: `${path}: expected ${expectedBy(issue)}, found ${issue.received}`,
    remedy: 'correct it',
  };
}
