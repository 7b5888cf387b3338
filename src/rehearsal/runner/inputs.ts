import { type Problem, failOn } from '../../common/errors.js';
import { nearest } from '../../common/text.js';
import { type Scope, type Token, child, evaluate, literal } from './expressions.js';
import { entriesOf } from './workflow.js';
import { type Mapping, type Value, toText } from './values.js';

/**
 * The context `inputs` of a run that was dispatched or called: defaults filled in, each of its declared type.
 * @throws UserError with every input that is unknown, missing or of the wrong type
 */
export function readInputs(
  declared: Token | undefined,
  given: Mapping,
  options: { readonly scope: Scope; readonly of: string; readonly file: string },
): Mapping {
  const problems: Problem[] = [];
  const where = { file: options.file };
  const inputs = new Map(entriesOf(declared).map(([name, input]) => [toText(literal(name)), input]));
  for (const name of Object.keys(given)) {
    if (inputs.has(name)) continue;
    const near = nearest(name, inputs.keys());
    const remedy =
      near === undefined ? `it has ${[...inputs.keys()].join(', ') || 'none'}` : `did you mean "${near}"?`;
    problems.push({ message: `${options.of} has no input "${name}"`, where, remedy });
  }
  const result: Record<string, Value> = {};
  for (const [name, input] of inputs) {
    const value = given[name] ?? evaluate(child(input, 'default'), options.scope);
    const type = toText(literal(child(input, 'type'))) || 'string';
    if (literal(child(input, 'required')) === true && (value === null || value === '')) {
      problems.push({ message: `${options.of} needs the input "${name}"`, where });
      continue;
    }
    const typed = convert(value, type, literal(child(input, 'options')));
    if (typed === undefined) {
      problems.push({
        message: `the input "${name}" of ${options.of} is no ${type}: ${JSON.stringify(value)}`,
        where,
      });
    } else result[name] = typed;
  }
  failOn(problems);
  return result;
}

function convert(value: Value, type: string, choices: Value): Value | undefined {
  if (type === 'boolean') {
    if (value === null || value === '') return false;
    if (typeof value === 'boolean') return value;
    return value === 'true' ? true : value === 'false' ? false : undefined;
  }
  if (type === 'number') {
    if (value === null || value === '') return 0;
    const number = Number(value);
    return Number.isFinite(number) ? number : undefined;
  }
  const text = toText(value);
  if (type === 'choice' && Array.isArray(choices)) {
    if (value === null || text === '') return toText(choices[0] as Value);
    return choices.some((choice: Value) => toText(choice) === text) ? text : undefined;
  }
  return text;
}
