import { type Problem, failOn } from '../common/errors.js';
import { nearest, parseDuration } from '../common/text.js';

/**
 * One input of an action: how it is described in action.yml, and how its text becomes a value.
 * `parse` answers the value or a sentence that says what is wrong with the text.
 */
export interface Input<T> {
  readonly description: string;
  readonly required: boolean;
  /** As written in action.yml; may be an expression such as `${{ github.token }}`. */
  readonly default?: string;
  readonly secret?: boolean;
  parse(text: string): { value: T } | { wrong: string; remedy?: string };
}

export type Inputs = Readonly<Record<string, Input<unknown>>>;
export type ValuesOf<I extends Inputs> = { readonly [K in keyof I]: I[K] extends Input<infer T> ? T : never };

interface Options {
  readonly description: string;
  readonly default?: string;
}
type Required = Options & { readonly required: true };

/* Each kind of input comes in two forms: required or with a default gives T, otherwise T | undefined. */
function input<T>(options: Options & { required?: boolean }, parse: Input<T>['parse']): Input<never> {
  const made: Input<T> = { ...options, required: options.required ?? false, parse };
  return made as Input<never>;
}

export function text(options: Required | (Options & { default: string })): Input<string>;
export function text(options: Options): Input<string | undefined>;
export function text(options: Options): Input<string | undefined> {
  return input(options, (value) => ({ value }));
}

/** A path relative to the workspace; checked where it is used, since it may name what is yet to be made. */
export const path: typeof text = text;

export function token(options: Options = { description: '' }): Input<string> {
  const description =
    options.description ||
    'GitHub token. The default is the token of the job. The README lists the permissions that it needs.';
  return {
    ...input<string>({ default: '${{ github.token }}', ...options, description }, (value) => ({ value })),
    secret: true,
  };
}

export function integer(
  options: (Required | (Options & { default: string })) & { min?: number; max?: number },
): Input<number>;
export function integer(options: Options & { min?: number; max?: number }): Input<number | undefined>;
export function integer(options: Options & { min?: number; max?: number }): Input<number | undefined> {
  return input(options, (value) => {
    const n = Number(value);
    if (!/^[+-]?\d+$/.test(value) || !Number.isSafeInteger(n))
      return { wrong: `"${value}" is not a whole number` };
    return inRange(n, options);
  });
}

export function number(
  options: (Required | (Options & { default: string })) & { min?: number; max?: number },
): Input<number>;
export function number(options: Options & { min?: number; max?: number }): Input<number | undefined>;
export function number(options: Options & { min?: number; max?: number }): Input<number | undefined> {
  return input(options, (value) => {
    const n = Number(value);
    if (value.trim() === '' || !Number.isFinite(n)) return { wrong: `"${value}" is not a number` };
    return inRange(n, options);
  });
}

function inRange(
  n: number,
  { min, max }: { min?: number; max?: number },
): { value: number } | { wrong: string } {
  if (min !== undefined && n < min) return { wrong: `${n} is below ${min}` };
  if (max !== undefined && n > max) return { wrong: `${n} is above ${max}` };
  return { value: n };
}

export function boolean(options: Required | (Options & { default: 'true' | 'false' })): Input<boolean>;
export function boolean(options: Options): Input<boolean | undefined>;
export function boolean(options: Options): Input<boolean | undefined> {
  return input(options, (value) => {
    const lower = value.toLowerCase();
    if (lower === 'true' || lower === 'false') return { value: lower === 'true' };
    return { wrong: `"${value}" is neither true nor false` };
  });
}

export function choice<const C extends string>(
  options: (Required | (Options & { default: NoInfer<C> })) & { choices: readonly C[] },
): Input<C>;
export function choice<const C extends string>(
  options: Options & { choices: readonly C[] },
): Input<C | undefined>;
export function choice<const C extends string>(
  options: Options & { choices: readonly C[] },
): Input<C | undefined> {
  return input(options, (value) => {
    const found = options.choices.find((c) => c === value);
    if (found !== undefined) return { value: found };
    const near = nearest(value, options.choices);
    return {
      wrong: `"${value}" is not one of ${options.choices.join(', ')}`,
      ...(near !== undefined && { remedy: `did you mean "${near}"?` }),
    };
  });
}

/** Items separated by commas or lines; empty text is the empty list. */
export function list(options: Options): Input<readonly string[]> {
  return {
    ...input<readonly string[]>(options, (value) => ({ value: splitList(value) })),
    default: options.default ?? '',
  };
}

function splitList(value: string): string[] {
  return value
    .split(/[\n,]/)
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** Lines of `key=value` (or `key: value`); empty text is the empty record. */
export function keyValues(options: Options): Input<Readonly<Record<string, string>>> {
  const made = input<Readonly<Record<string, string>>>(options, (value) => {
    const result = new Map<string, string>();
    for (const line of value.split('\n').map((l) => l.trim())) {
      if (line === '') continue;
      const match = /^([^=:\s]+)\s*[=:]\s*(.*)$/.exec(line);
      if (match === null) return { wrong: `"${line}" is not of the form key=value` };
      result.set(match[1]!, match[2]!);
    }
    return { value: Object.fromEntries(result) };
  });
  return { ...made, default: options.default ?? '' };
}

/** `90s`, `10m`, `2h`, `1d`, in milliseconds. */
export function duration(options: Required | (Options & { default: string })): Input<number>;
export function duration(options: Options): Input<number | undefined>;
export function duration(options: Options): Input<number | undefined> {
  return input(options, (value) => {
    const ms = parseDuration(value);
    return ms === undefined
      ? { wrong: `"${value}" is not a duration`, remedy: 'write 90s, 10m, 2h or 1d' }
      : { value: ms };
  });
}

/** A JSON object, as a workflow passes it from another step's output. */
export function json(options: Options): Input<Readonly<Record<string, unknown>> | undefined> {
  return input(options, (value) => {
    try {
      const parsed: unknown = JSON.parse(value);
      if (parsed !== null && typeof parsed === 'object' && !Array.isArray(parsed)) {
        return { value: parsed as Record<string, unknown> };
      }
    } catch {
      // falls through to the one message for all that is no JSON object
    }
    return { wrong: 'is not a JSON object' };
  });
}

/**
 * Every input's value from the texts that the runner passed; empty text counts as absent.
 * @throws UserError with every wrong input at once
 */
export function readInputs<I extends Inputs>(
  inputs: I,
  raw: (name: string) => string | undefined,
): ValuesOf<I> {
  const values = new Map<string, unknown>();
  const problems: Problem[] = [];
  for (const [name, definition] of Object.entries(inputs)) {
    const given = raw(name)?.trim() ?? '';
    // The runner fills in an expression; where a workflow hands an empty text on, it stays empty.
    const fallback = definition.default?.startsWith('${{') ? '' : (definition.default ?? '');
    const text = given !== '' ? given : fallback;
    if (text === '' && definition.default === undefined) {
      values.set(name, undefined);
      if (definition.required) {
        problems.push({
          message: `input "${name}" is required`,
          remedy: `add it under \`with:\`: ${name}: …`,
        });
      }
      continue;
    }
    const parsed = definition.parse(text);
    if ('value' in parsed) values.set(name, parsed.value);
    else {
      const shown = definition.secret ? 'its value cannot be used' : parsed.wrong;
      problems.push({
        message: `input "${name}": ${shown}`,
        remedy: parsed.remedy ?? `fix the value under \`with:\``,
      });
    }
  }
  failOn(problems);
  return Object.freeze(Object.fromEntries(values)) as ValuesOf<I>;
}
