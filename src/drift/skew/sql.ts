import type { Union } from '../tables.js';
import type { SkewSettings } from './check-skew.js';
import type { ComparedColumn, SkewPlan } from './plan.js';
import { numberLiteral } from '../../engine/sql.js';

/** Witnesses that are kept of each finding. */
export const kept = 3;
const shownCharacters = 80;

/** A value for people: as text, cut. */
export const text = (sql: string): string => {
  const whole = `CAST(${sql} AS VARCHAR)`;
  return `CASE WHEN length(${whole}) > ${shownCharacters} THEN left(${whole}, ${shownCharacters}) || '…' ELSE ${whole} END`;
};

/** Ids and values of one side, named by position; rows of training without an id can be joined to nothing. */
export function rowsOf(union: Union, { keys }: SkewPlan, columns: readonly ComparedColumn[]): string {
  const valueOf = (name: string, t: number): string =>
    union.columns.find((column) => column.name === name)!.values[t]!;
  return union.tables
    .map((table, t) => {
      const values = [
        ...keys.map(({ name, as }, i) => `CAST(${valueOf(name, t)} AS ${as}) AS k${i}`),
        ...columns.map(({ name }, i) => `${valueOf(name, t)} AS c${i}`),
      ];
      return `SELECT ${values.join(', ')} FROM ${table.source}`;
    })
    .join(' UNION ALL ');
}

/** By their hashes first, which are small; those few that repeat are then looked at exactly. */
export function repeatedIds(rows: string, ids: readonly string[]): string {
  const [list, hash] = [ids.join(', '), `hash(${ids.join(', ')})`];
  const known = ids.map((id) => `${id} IS NOT NULL`).join(' AND ');
  return `(SELECT ${list} FROM (${rows}) WHERE ${known} AND ${hash} IN
    (SELECT ${hash} FROM (${rows}) WHERE ${known} GROUP BY 1 HAVING count(*) > 1) GROUP BY ALL HAVING count(*) > 1)`;
}

const numberOf = (column: ComparedColumn, side: 's' | 't', i: number): string => {
  const type = side === 's' ? column.serving : column.training;
  return `${type === 'string' ? 'TRY_CAST' : 'CAST'}(${side}${i} AS DOUBLE)`;
};

const isNumeric = ({ training, serving, by }: ComparedColumn): boolean =>
  by !== 'exact' || [training, serving].every((type) => type === 'integer' || type === 'number');

/** A value on one side only differs; none on either side does not. */
function differsSql(
  column: ComparedColumn,
  i: number,
  { relative, absolute }: SkewSettings['numbers'],
): string {
  if (column.by === 'exact') {
    return `CAST(s${i} AS ${column.as}) IS DISTINCT FROM CAST(t${i} AS ${column.as})`;
  }
  const [s, t] = [numberOf(column, 's', i), numberOf(column, 't', i)];
  const close =
    `coalesce(${s} = ${t} OR (isfinite(${s}) AND isfinite(${t}) AND ` +
    `abs(${s} - ${t}) <= greatest(${numberLiteral(absolute)}, ${numberLiteral(relative)} * greatest(abs(${s}), abs(${t})))), false)`;
  return `(s${i} IS NULL) <> (t${i} IS NULL) OR (s${i} IS NOT NULL AND NOT ${close})`;
}

/** `judged`: every logged row with its training row, and in which columns the two differ. */
export function judgedPairs(
  training: Union,
  serving: Union,
  plan: SkewPlan,
  without: string,
  numbers: SkewSettings['numbers'],
): string {
  const ids = plan.keys.map((_, i) => `k${i}`);
  const values = plan.columns.flatMap((_, i) => [`s.c${i} AS s${i}`, `t.c${i} AS t${i}`]);
  const keys = [
    `hash(${ids.map((id) => `s.${id}`).join(', ')}) AS h`,
    `(${ids.map((id) => `s.${id} IS NULL`).join(' OR ')}) AS no_id`,
    't.k0 IS NOT NULL AS matched',
  ];
  const differs = plan.columns.map(
    (column, i) => `, matched AND (${differsSql(column, i, numbers)}) AS d${i}`,
  );
  return `WITH t AS (SELECT * FROM (${rowsOf(training, plan, plan.columns)}) ${without}),
    s AS (SELECT * FROM (${rowsOf(serving, plan, plan.columns)}) ${without}),
    pairs AS (SELECT ${[...keys, ...values].join(', ')} FROM s LEFT JOIN t USING (${ids.join(', ')})),
    judged AS (SELECT *${differs.join('')} FROM pairs)`;
}

export function countsSql(i: number): string {
  return [
    `count(*) FILTER (d${i}) AS n${i}`,
    `count(*) FILTER (d${i} AND s${i} IS NULL) AS only_t${i}`,
    `count(*) FILTER (d${i} AND t${i} IS NULL) AS only_s${i}`,
    `CAST(min(h, ${kept}) FILTER (d${i}) AS VARCHAR) AS h${i}`,
  ].join(', ');
}

export function detailsSql(column: ComparedColumn, i: number): string {
  const range = [
    `${text(`min(s${i}) FILTER (d${i})`)} AS low${i}`,
    `${text(`max(s${i}) FILTER (d${i})`)} AS high${i}`,
  ];
  if (!isNumeric(column)) return range.join(', ');
  const [s, t] = [numberOf(column, 's', i), numberOf(column, 't', i)];
  const finite = `d${i} AND isfinite(${s}) AND isfinite(${t})`;
  const both = `FILTER (${finite})`;
  const ratio = `FILTER (${finite} AND ${s} <> 0 AND ${t} <> 0)`;
  return [
    ...range,
    `avg(${s} - ${t}) ${both} AS mean${i}`,
    `stddev_pop(${s} - ${t}) ${both} AS spread${i}`,
    `max(abs(${s} - ${t})) ${both} AS largest${i}`,
    `avg(${s} / ${t}) ${ratio} AS ratio${i}`,
    `stddev_pop(${s} / ${t}) ${ratio} AS ratio_spread${i}`,
    `count(*) ${ratio} AS ratio_rows${i}`,
  ].join(', ');
}
