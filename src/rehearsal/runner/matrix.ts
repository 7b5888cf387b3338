import { UserError } from '../../common/errors.js';
import { type Mapping, type Value, isMappingValue, toText } from './values.js';

/** One job of a matrix. */
export type Combination = Mapping;

const limit = 256;

/**
 * The combinations of a matrix: the product of its lists, less `exclude`, with what `include` adds,
 * as GitHub's documentation describes it.
 * @throws UserError when the matrix is empty, malformed, or has more than 256 jobs
 */
export function expandMatrix(matrix: Value, job: string, file: string): Combination[] {
  const fail = (message: string): never => {
    throw new UserError({ message: `the matrix of job "${job}" ${message}`, where: { file } });
  };
  if (!isMappingValue(matrix)) return fail('is not a mapping');
  const { include, exclude, ...axes } = matrix;
  let product: Mapping[] = [{}];
  for (const [axis, values] of Object.entries(axes)) {
    if (!Array.isArray(values)) return fail(`has no list for "${axis}"`);
    product = product.flatMap((done) => values.map((value: Value) => ({ ...done, [axis]: value })));
  }
  const excluded = entries(exclude);
  const kept = product.filter(
    (one) => !excluded.some((out) => Object.keys(out).every((k) => equal(out[k], one[k]))),
  );
  const combinations = Object.keys(axes).length === 0 ? [] : kept;
  const result = addIncludes(combinations, entries(include), Object.keys(axes));
  if (result.length === 0) fail('has no combination');
  if (result.length > limit) fail(`has ${result.length} combinations; GitHub allows ${limit}`);
  return result;
}

function entries(value: Value | undefined): Mapping[] {
  return Array.isArray(value) ? value.filter(isMappingValue) : [];
}

/** An entry extends every combination whose original values it does not change; else it is one of its own. */
function addIncludes(
  combinations: readonly Mapping[],
  includes: readonly Mapping[],
  axes: readonly string[],
): Mapping[] {
  const extended = combinations.map((one) => ({ ...one }) as Record<string, Value>);
  const alone: Mapping[] = [];
  for (const include of includes) {
    const shared = axes.filter((axis) => axis in include);
    const fitting = extended.filter((_, i) =>
      shared.every((axis) => equal(include[axis], combinations[i]![axis])),
    );
    if (fitting.length === 0) alone.push(include);
    for (const one of fitting) Object.assign(one, include);
  }
  return [...extended, ...alone];
}

function equal(a: Value | undefined, b: Value | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** `(3.11, linux)`: what a matrix job's name ends with. */
export function combinationName(combination: Combination): string {
  const texts = Object.values(combination).flatMap((value): string[] =>
    isMappingValue(value) ? Object.values(value).map((inner) => toText(inner)) : [toText(value)],
  );
  return `(${texts.join(', ')})`;
}
