import { createHash } from 'node:crypto';
import type { BaseIssue, BaseSchema } from 'valibot';
import { safeParse } from 'valibot';
import { type Problem, UserError, messageOf } from './errors.js';
import { readNamedFile } from './files.js';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** JSON with sorted keys and no white space: equal values give equal text (after RFC 8785). */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : inner,
  );
}

/** `sha256:<hex>` of the canonical JSON of a value, or of a string's bytes. */
export function digestOf(value: unknown): string {
  const text = typeof value === 'string' ? value : canonicalJson(value);
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/**
 * Reads a JSON file that an earlier action wrote and checks it against its schema.
 * @throws UserError naming the file and every path in it that is wrong
 */
export async function readJsonFile<T>(
  file: string,
  schema: BaseSchema<unknown, T, BaseIssue<unknown>>,
): Promise<T> {
  const bytes = await readNamedFile(file, writtenBefore);
  return parseJson(bytes.toString(), schema, file);
}

/** What to do when a result of an earlier step is not there. */
export const writtenBefore = 'check the path, and that the step that writes this file ran before';
const wroteElsewhere = 'check that this is the file you mean: an earlier step must have written it, whole';

/**
 * Why a text is no JSON, and where, without the piece of it that Node's message quotes: it may be a file that is
 * not to be shown.
 */
export function describeJsonError(text: string): string {
  const [reason = '', position] = failureOf(text) ?? [];
  if (position === undefined) return reason;
  const before = text.slice(0, position).split('\n');
  return `${reason} at line ${before.length}, column ${before.at(-1)!.length + 1}`;
}

function failureOf(text: string): [string, number | undefined] | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const message = messageOf(error);
    if (message.startsWith(unexpectedToken)) return ['unexpected character', firstUnexpected(text)];
    const [, reason = message, position] =
      /^(.*?)(?: in JSON)?(?: at position (\d+).*)?$/s.exec(message) ?? [];
    const lower = reason.replace(/ of JSON input$/, '').replace(/^[A-Z]/, (letter) => letter.toLowerCase());
    return [lower, position === undefined ? undefined : Number(position)];
  }
}

const unexpectedToken = 'Unexpected token';

/** Node says only around what the character stands: the longest beginning of the text that could go on ends before it. */
function firstUnexpected(text: string): number {
  let [good, bad] = [0, text.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isUnexpected(text.slice(0, middle))) bad = middle;
    else good = middle;
  }
  return good;
}

function isUnexpected(text: string): boolean {
  try {
    JSON.parse(text);
    return false;
  } catch (error) {
    return messageOf(error).startsWith(unexpectedToken);
  }
}

/** The value of a JSON text; undefined where the text is no JSON. */
export function tryParseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** As readJsonFile, for a text; errors name it `name`. */
export function parseJson<T>(
  text: string,
  schema: BaseSchema<unknown, T, BaseIssue<unknown>>,
  name: string,
): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UserError(
      {
        message: text.trim() === '' ? 'is empty' : `is not JSON (${describeJsonError(text)})`,
        where: { file: name },
        remedy: wroteElsewhere,
      },
      { cause: error },
    );
  }
  const parsed = safeParse(schema, value);
  if (parsed.success) return parsed.output;
  // Of a result of another kind nothing else is worth saying.
  const kind = parsed.issues.filter(({ path }) => path?.length === 1 && path[0].key === 'kind');
  throw new UserError(
    (kind.length > 0 ? kind : parsed.issues).map((issue): Problem => {
      const path = issue.path?.map((item) => String(item.key)).join('.') ?? '';
      return { message: wrong(issue, path), where: { file: name }, remedy: wroteElsewhere };
    }),
  );
}

/** What a value should be, in words where the schema has none of its own. */
export function expectedBy({ type, expected }: Pick<BaseIssue<unknown>, 'type' | 'expected'>): string {
  return expected ?? (type === 'integer' ? 'a whole number' : 'something else');
}

/** What a whole file is, without quoting it: it may not be the file that was meant. */
export function kindOf(received: string): string {
  return received.startsWith('"') ? 'a text' : received;
}

function wrong(issue: BaseIssue<unknown>, path: string): string {
  const { message, received } = issue;
  if (received === 'undefined' && path !== '') return `"${path}" is missing`;
  const own = message.startsWith('Invalid ')
    ? `expected ${expectedBy(issue)}, found ${path === '' ? kindOf(received) : received}`
    : message;
  return `${path === '' ? '' : `${path}: `}${own}`;
}
