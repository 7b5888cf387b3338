import { type Problem, failOn } from '../common/errors.js';
import { ownValue } from '../common/own.js';
import { nearest } from '../common/text.js';
import type { LoadedSpec } from '../spec/load.js';

export type Parameters = Readonly<Record<string, string | number | boolean>>;

/**
 * The spec's parameters with those that an input overrides, in the spec's types.
 * @throws UserError when an override names no parameter of the spec, or does not have its type
 */
export function resolveParameters(
  { value: { train }, at }: Pick<LoadedSpec, 'value' | 'at'>,
  overrides: Readonly<Record<string, string>>,
): Parameters {
  const problems: Problem[] = [];
  const resolved = new Map(Object.entries(train.params));
  for (const [name, text] of Object.entries(overrides)) {
    const known = ownValue(train.params, name);
    if (known === undefined) {
      const near = nearest(name, Object.keys(train.params));
      problems.push({
        message: `input "parameters": the spec has no parameter "${name}"`,
        where: at(['train', 'params']),
        remedy:
          near === undefined ? 'add it, with its usual value, to train.params' : `did you mean "${near}"?`,
      });
      continue;
    }
    const value = typed(text, known);
    if (value === undefined) {
      problems.push({
        message: `input "parameters": ${name} is "${text}", and the spec's is a ${typeof known}`,
        where: at(['train', 'params', name]),
      });
    } else resolved.set(name, value);
  }
  const variables = new Map<string, string>();
  for (const name of resolved.keys()) {
    const variable = variableOf(name);
    const other = variables.get(variable);
    if (other !== undefined) {
      problems.push({
        message: `train.params: "${other}" and "${name}" would both be ${variable}`,
        where: at(['train', 'params', name]),
        remedy: 'rename one of them',
      });
    }
    variables.set(variable, name);
  }
  failOn(problems);
  return Object.fromEntries(resolved);
}

function typed(text: string, like: string | number | boolean): string | number | boolean | undefined {
  if (typeof like === 'string') return text;
  if (typeof like === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined;
  const value = Number(text);
  return text.trim() !== '' && Number.isFinite(value) ? value : undefined;
}

/** `learning-rate` → `MLOPS_PARAM_LEARNING_RATE`. */
export function variableOf(name: string): string {
  return `MLOPS_PARAM_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
}
