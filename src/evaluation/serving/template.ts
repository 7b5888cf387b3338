import { type Place, type Problem, UserError, failOn } from '../../common/errors.js';
import { ownValue } from '../../common/own.js';
import { nearest } from '../../common/text.js';
import type { ColumnType } from '../../formats/profile.js';
import type { Format } from '../../engine/file.js';
import type { ServingSpec } from '../../spec/sections/evaluate-serving.js';
import type { HttpRequest } from './client.js';

/** A row as JSON has it, by column. */
export type JsonRow = Readonly<Record<string, unknown>>;

const placeholder = /\$\{([^}]+)\}/g;

/**
 * A value of a data file as JSON has it: numbers and truth values as such, nothing as null.
 * @param value as Sample.values hold it
 */
export function jsonValue(value: string | null, type: ColumnType, format: Format): unknown {
  if (value === null) return null;
  if (format === 'jsonl') return JSON.parse(value) as unknown;
  if (type === 'integer' || type === 'number') {
    const number = Number(value);
    return value.trim() === '' || !Number.isFinite(number) ? null : number;
  }
  if (type === 'boolean') return /^(true|1)$/i.test(value) ? true : /^(false|0)$/i.test(value) ? false : null;
  return value;
}

/**
 * What makes a request of a row.
 * @param columns that a row has
 * @throws UserError for placeholders of columns that there are not
 */
export function requestMaker(
  { path, method, headers, body }: ServingSpec['request'],
  columns: readonly string[],
  at: (path: readonly (string | number)[]) => Place,
): (row: JsonRow) => HttpRequest {
  const problems: Problem[] = [];
  for (const [key, value] of Object.entries({ path, body })) {
    for (const name of placeholdersOf(value)) {
      if (columns.includes(name)) continue;
      const near = nearest(name, columns);
      problems.push({
        message: `no column "${name}" goes into the request`,
        where: at([key]),
        remedy: near === undefined ? `there are ${columns.join(', ')}` : `did you mean "${near}"?`,
      });
    }
  }
  failOn(problems);
  const withBody = method !== 'GET';
  return (row) => ({
    path: path.replace(placeholder, (_, name: string) =>
      encodeURIComponent(wellFormed(textOf(ownValue(row, name)))),
    ),
    method,
    headers,
    body: withBody ? JSON.stringify(filled(body, row, columns)) : undefined,
  });
}

function filled(template: unknown, row: JsonRow, columns: readonly string[]): unknown {
  if (template === '$row') return Object.fromEntries(columns.map((name) => [name, ownValue(row, name)]));
  if (template === '$values') return columns.map((name) => ownValue(row, name));
  if (typeof template === 'string') {
    const whole = /^\$\{([^}]+)\}$/.exec(template);
    if (whole !== null) return ownValue(row, whole[1]!);
    return template.replace(placeholder, (_, name: string) => textOf(ownValue(row, name)));
  }
  if (Array.isArray(template)) return template.map((part) => filled(part, row, columns));
  if (typeof template === 'object' && template !== null) {
    return Object.fromEntries(
      Object.entries(template).map(([key, part]) => [key, filled(part, row, columns)]),
    );
  }
  return template;
}

function placeholdersOf(template: unknown): string[] {
  if (typeof template === 'string') return [...template.matchAll(placeholder)].map((match) => match[1]!);
  if (typeof template !== 'object' || template === null) return [];
  return Object.values(template).flatMap(placeholdersOf);
}

/** Half a pair of surrogates, which JSON can write, is no character of a path. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
}

/** What stands at a place such as `predictions.0.p` of an answer; `$` is all of it. Undefined where nothing does. */
export function valueAt(answer: unknown, place: string): unknown {
  if (place === '$') return answer;
  let value = answer;
  for (const key of place.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = ownValue(value as Readonly<Record<string, unknown>>, key);
  }
  return value;
}

/** @throws UserError where a body cannot be sent by the method */
export function refuseLostBody({ method, body, path }: ServingSpec['request'], where: Place): void {
  if (method !== 'GET' || (body === '$row' && placeholdersOf(path).length > 0)) return;
  throw new UserError({
    message: 'a GET request has no body, and its path names no column',
    where,
    remedy: 'write path: /predict?x=${x}, or method: POST',
  });
}
