import type { BaseIssue, BaseSchema } from 'valibot';
import { safeParse } from 'valibot';
import { LineCounter, isMap, isNode, parseDocument, type Document } from 'yaml';
import { ownValue } from './own.js';
import { type Place, type Problem, UserError, failOn, messageOf } from './errors.js';
import { readNamedFile } from './files.js';
import { expectedBy, kindOf } from './json.js';
import { nearest } from './text.js';

type Schema<T> = BaseSchema<unknown, T, BaseIssue<unknown>>;
type Path = readonly (string | number)[];

/** A value read from YAML, and where in the file each part of it stands. */
export interface Located<T> {
  readonly value: T;
  readonly file: string;
  /** Place of the value at a path of keys and indexes; of the nearest parent where it is absent. */
  at(path: Path): Place;
}

/**
 * Reads a YAML file and checks it against a schema.
 * @throws UserError with every problem, each at its line and column
 */
export async function readYamlFile<T>(file: string, schema: Schema<T>): Promise<Located<T>> {
  const bytes = await readNamedFile(file, 'check the path; it is relative to the root of the repository');
  return parseYaml(bytes.toString(), schema, file);
}

export function parseYaml<T>(text: string, schema: Schema<T>, file: string): Located<T> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  failOn(
    firstAtEachPlace(document.errors).map((error) => ({
      message: `YAML: ${withoutQuote(error.message)}`,
      where: place(error.pos[0]),
      remedy:
        'fix the YAML on this line or just above: close brackets and quotes, and indent lists and keys consistently',
    })),
  );
  if (document.contents === null) {
    const remedy = 'write it, or check that this is the file you mean';
    failOn([{ message: 'is empty', where: { file }, remedy }]);
  }

  const at = (path: Path): Place => {
    for (let length = path.length; length >= 0; length--) {
      const offset = offsetOf(document, path.slice(0, length));
      if (offset !== undefined) return place(offset);
    }
    return { file };
  };
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new UserError(
      {
        message: `YAML: ${messageOf(error)}`,
        where: { file },
        remedy: 'write out what the aliases stand for',
      },
      { cause: error },
    );
  }
  const parsed = safeParse(schema, value);
  if (parsed.success) return { value: parsed.output, file, at };
  throw new UserError(parsed.issues.flatMap((issue) => toProblems(issue, schema, document, at, place)));
}

/** Offset of the key of a path where it is a map's entry, otherwise of the value. */
function offsetOf(document: Document, path: Path): number | undefined {
  const parent = path.length === 0 ? undefined : document.getIn(path.slice(0, -1), true);
  const key = path.at(-1);
  if (isMap(parent)) {
    const pair = parent.items.find(
      (item) => String(isNode(item.key) ? item.key.toJSON() : item.key) === String(key),
    );
    return isNode(pair?.key) ? pair.key.range?.[0] : undefined;
  }
  const node: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
  return isNode(node) ? node.range?.[0] : undefined;
}

function toProblems(
  issue: BaseIssue<unknown>,
  schema: Schema<unknown>,
  document: Document,
  at: (path: Path) => Place,
  place: (offset: number) => Place,
): Problem[] {
  // A union's own message says nothing: the nearest alternative's issues do.
  if (issue.type === 'union' && issue.issues !== undefined) {
    const deepest = [...issue.issues].sort((a, b) => (b.path?.length ?? 0) - (a.path?.length ?? 0))[0];
    if (deepest?.path !== undefined && deepest.path.length > 0) {
      const path = [...(issue.path ?? []), ...deepest.path] as unknown as BaseIssue<unknown>['path'];
      return toProblems({ ...deepest, path }, schema, document, at, place);
    }
  }
  const path = (issue.path ?? []).map((item) => item.key as string | number);
  const shown = path.join('.');
  const unknownKey = issue.type === 'strict_object' && issue.expected === 'never';
  if (unknownKey) {
    const known = knownKeys(schema, path.slice(0, -1));
    const near = nearest(String(path.at(-1)), known);
    const remedy = near === undefined ? `known here: ${known.join(', ')}` : `did you mean "${near}"?`;
    return [{ message: `unknown key "${shown}"`, where: at(path), remedy }];
  }
  const absent = issue.received === 'undefined' && path.length > 0;
  if (absent)
    return [
      {
        message: `"${shown}" is missing`,
        where: at(path.slice(0, -1)),
        remedy: `add the key ${String(path.at(-1))}`,
      },
    ];
  const ours = !issue.message.startsWith('Invalid ');
  const own = ours
    ? issue.message
    : `expected ${expectedBy(issue)}, found ${shown === '' ? kindOf(issue.received) : issue.received}`;
  const remedy = ours ? undefined : remedyOf(expectedBy(issue));
  return [
    { message: `${shown === '' ? '' : `${shown}: `}${own}`, where: at(path), ...(remedy && { remedy }) },
  ];
}

/** How a value is written that is of the expected type. */
function remedyOf(expected: string): string {
  const written: Readonly<Record<string, string>> = {
    string: 'write a text; put it in quotes where it looks like a number, a date, true or false',
    number: 'write a number, without quotes',
    boolean: 'write true or false, without quotes',
    Array: 'write a list, such as [a, b]',
    Object: 'write keys with values, such as key: value',
  };
  return (
    ownValue(written, expected) ?? `write ${expected.replace(/^\((.*)\)$/, '$1').replaceAll(' | ', ' or ')}`
  );
}

/** The parser quotes the rest of a line that it cannot read, which may be of a file that is not to be shown. */
function withoutQuote(message: string): string {
  return message.replace(/^(Block scalar header includes extra characters|Not a YAML token):.*/s, '$1');
}

/** The parser says the consequences of a mistake too. */
function firstAtEachPlace(errors: Document['errors']): Document['errors'] {
  const seen = new Set<number>();
  return errors.filter(({ pos: [offset] }) => !seen.has(offset) && seen.add(offset));
}

interface AnySchema {
  readonly type: string;
  readonly entries?: Readonly<Record<string, AnySchema>>;
  readonly item?: AnySchema;
  readonly value?: AnySchema;
  readonly wrapped?: AnySchema;
  readonly options?: readonly AnySchema[];
}

/** The keys that a schema's object knows at a path, looking through optionals and unions. */
function knownKeys(schema: Schema<unknown>, path: Path): string[] {
  let here = [schema as unknown as AnySchema];
  const open = (s: AnySchema): AnySchema[] => {
    if (s.wrapped !== undefined) return open(s.wrapped);
    if (s.options !== undefined && s.entries === undefined) {
      return s.options.filter((o) => typeof o === 'object').flatMap(open);
    }
    return [s];
  };
  for (const key of path) {
    here = here
      .flatMap(open)
      .map((s) => ownValue(s.entries, String(key)) ?? s.item ?? s.value)
      .filter((s) => s !== undefined);
  }
  return [...new Set(here.flatMap(open).flatMap((s) => Object.keys(s.entries ?? {})))];
}
