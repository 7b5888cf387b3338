import { type Problem, failOn } from '../../common/errors.js';
import { nearest } from '../../common/text.js';
import type { ColumnType } from '../../formats/profile.js';
import type { Union } from '../tables.js';
import type { SkewSettings } from './check-skew.js';

/** How the values of one column are compared. */
export interface ComparedColumn {
  readonly name: string;
  readonly training: ColumnType;
  readonly serving: ColumnType;
  /** `exact`: the same value; `close`: numbers within the tolerance; `parsed`: as `close`, one side is text. */
  readonly by: 'exact' | 'close' | 'parsed';
  /** SQL type that exact values are compared as. */
  readonly as: string;
}

export interface JoinKey {
  readonly name: string;
  /** SQL type that both sides are cast to. */
  readonly as: string;
}

export interface SkewPlan {
  readonly keys: readonly JoinKey[];
  readonly columns: readonly ComparedColumn[];
  readonly excluded: readonly { readonly column: string; readonly reason: string }[];
}

export type Family = 'number' | 'time' | 'string' | 'boolean';

export function familyOf(type: ColumnType): Family {
  if (type === 'integer' || type === 'number') return 'number';
  return type === 'date' || type === 'timestamp' ? 'time' : type;
}

export const typeOf = (union: Union, name: string): ColumnType | undefined =>
  union.columns.find((column) => column.name === name)?.type;

/**
 * What is joined and compared.
 * @throws UserError naming every column that the spec names and a side lacks
 */
export function planSkew(training: Union, serving: Union, settings: SkewSettings): SkewPlan {
  const problems: Problem[] = [];
  for (const [side, union] of [
    ['training data', training],
    ['serving logs', serving],
  ] as const) {
    for (const name of [...settings.id, ...(settings.columns ?? [])]) {
      if (typeOf(union, name) === undefined) problems.push(missing(name, side, union));
    }
  }
  failOn(problems);
  const keys = settings.id.map((name) => ({
    name,
    as: commonSql(typeOf(training, name)!, typeOf(serving, name)!),
  }));
  const names = new Set([...training.columns, ...serving.columns].map(({ name }) => name));
  const excluded: { column: string; reason: string }[] = [];
  const columns: ComparedColumn[] = [];
  for (const name of settings.columns ?? names) {
    if (settings.id.includes(name)) continue;
    const [t, s] = [typeOf(training, name), typeOf(serving, name)];
    const ignored = settings.columns === undefined && settings.ignore.includes(name);
    if (t === undefined || s === undefined || ignored) {
      const reason = ignored
        ? 'ignored by model.yml'
        : t === undefined
          ? 'training data does not have it'
          : 'serving did not log it';
      excluded.push({ column: name, reason });
      continue;
    }
    columns.push({ name, training: t, serving: s, by: comparison(t, s), as: commonSql(t, s) });
  }
  return { keys, columns, excluded };
}

export function missing(name: string, side: string, union: Union): Problem {
  const there = union.columns.map((column) => column.name);
  const near = nearest(name, there);
  const [first] = union.tables;
  return {
    message: `the ${side} have no column "${name}"`.replace('data have', 'data has'),
    ...(first !== undefined && { where: { file: first.file, line: 1 } }),
    remedy: near === undefined ? `there are ${there.join(', ')}` : `did you mean "${near}"?`,
  };
}

function comparison(t: ColumnType, s: ColumnType): ComparedColumn['by'] {
  const families = new Set([familyOf(t), familyOf(s)]);
  if (families.has('number') && families.has('string')) return 'parsed';
  // Whole numbers may be codes, of which a millionth more is another one.
  return families.size === 1 && families.has('number') && (t !== 'integer' || s !== 'integer')
    ? 'close'
    : 'exact';
}

/** The SQL type that holds the values of both; texts hold anything. */
function commonSql(t: ColumnType, s: ColumnType): string {
  const families = new Set([familyOf(t), familyOf(s)]);
  if (families.size > 1 || families.has('string')) return 'VARCHAR';
  if (families.has('boolean')) return 'BOOLEAN';
  if (families.has('number')) return t === 'integer' && s === 'integer' ? 'BIGINT' : 'DOUBLE';
  return t === 'date' && s === 'date' ? 'DATE' : 'TIMESTAMP';
}
