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

/** As readJsonFile, of text already at hand; `name` is how errors call it. */
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
        message: text.trim() === '' ? 'is empty' : `is not JSON (${messageOf(error)})`,
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

function wrong({ message, expected, received }: BaseIssue<unknown>, path: string): string {
  if (received === 'undefined' && path !== '') return `"${path}" is missing`;
  const own = message.startsWith('Invalid ')
    ? `expected ${expected ?? 'something else'}, found ${received}`
    : message;
  return `${path === '' ? '' : `${path}: `}${own}`;
}
