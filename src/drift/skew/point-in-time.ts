import { type Problem, failOn } from '../../common/errors.js';
import { formatInteger, formatPercent, formatDuration, plural } from '../../common/text.js';
import type { Engine } from '../../engine/engine.js';
import { numberLiteral } from '../../engine/sql.js';
import type { Table } from '../../engine/table.js';
import type { PointInTime } from '../../formats/drift-skew.js';
import type { Union, UnionColumn } from '../tables.js';
import type { SkewSettings } from './check-skew.js';
import { familyOf, missing } from './plan.js';

type Rule = SkewSettings['pointInTime'][number];

const kept = 5;

/**
 * Looks for rows that know the future: whose `column` is later than their `notAfter`. A `notAfter` that is a day
 * stands for all of it. Every row of every side that has both columns is looked at.
 * @param show how a file is named to people
 * @throws UserError naming every rule that no side has the columns for, or whose columns are no times
 */
export async function checkTimes(
  engine: Engine,
  sides: readonly { readonly data: 'training' | 'serving'; readonly union: Union }[],
  rules: readonly Rule[],
  id: readonly string[],
  show: (file: string) => string,
): Promise<PointInTime[]> {
  const problems: Problem[] = [];
  const planned = rules.flatMap((rule) => {
    const found = sides.flatMap(({ data, union }) => {
      const find = (name: string): UnionColumn | undefined =>
        union.columns.find((column) => column.name === name);
      const [column, limit] = [find(rule.column), find(rule.notAfter)];
      if (column === undefined || limit === undefined) return [];
      for (const { name, type } of [column, limit]) {
        if (familyOf(type) === 'time') continue;
        problems.push({
          message: `drift.skew.point-in-time: column "${name}" of the ${data} data is ${type}, not a time`,
          where: { file: union.tables[0]!.file, line: 1 },
          remedy: 'write times as 2024-05-31T12:00:00Z, or dates as 2024-05-31',
        });
      }
      return [{ rule, data, union, column, limit }];
    });
    if (found.length === 0) {
      const known = sides.find(({ union }) => union.columns.some(({ name }) => name === rule.column));
      const { data, union } = known ?? sides[0]!;
      const lacks = [rule.column, rule.notAfter].filter(
        (name) => !union.columns.some((column) => column.name === name),
      );
      problems.push(...lacks.map((name) => missing(name, `${data} data`, union)));
    }
    return found;
  });
  failOn(problems);
  const results: PointInTime[] = [];
  for (const { rule, data, union, column, limit } of planned) {
    const byDay = column.type === 'date' || limit.type === 'date';
    const parts = [];
    for (const [t, table] of union.tables.entries()) {
      parts.push(await lookAt(engine, table, t, { rule, byDay, column, limit, union, id, show }));
    }
    results.push(judge(rule, data, parts));
  }
  return results;
}

interface Part {
  readonly rows: number;
  readonly unknown: number;
  readonly violations: number;
  readonly worst: number;
  readonly examples: PointInTime['examples'];
}

async function lookAt(
  engine: Engine,
  table: Table,
  t: number,
  at: {
    readonly rule: Rule;
    readonly byDay: boolean;
    readonly column: UnionColumn;
    readonly limit: UnionColumn;
    readonly union: Union;
    readonly id: readonly string[];
    readonly show: (file: string) => string;
  },
): Promise<Part> {
  const { rule, byDay, column, limit, union, id, show } = at;
  const time = (value: string): string =>
    `epoch(CAST(${byDay ? `CAST(${value} AS DATE)` : value} AS TIMESTAMP))`;
  const late = `${time(column.values[t]!)} - ${time(limit.values[t]!)}`;
  const grace = rule.graceMs / 1000;
  const [counted] = await engine.rows(
    `SELECT count(late) AS n, count(*) - count(late) AS unknown, count(*) FILTER (late > ${numberLiteral(grace)}) AS bad,
      coalesce(max(late), 0) AS worst FROM (SELECT ${late} AS late FROM ${table.source})`,
  );
  const { n, unknown, bad, worst } = counted as Record<string, number>;
  const part = { rows: n!, unknown: unknown!, violations: bad!, worst: bad === 0 ? 0 : worst! };
  if (bad === 0) return { ...part, examples: [] };
  const ids = id.map((name, i) => {
    const value = union.columns.find((found) => found.name === name)?.values[t] ?? 'NULL';
    return `left(CAST(${value} AS VARCHAR), 80) AS k${i}`;
  });
  const texts = [
    `CAST(${column.values[t]!} AS VARCHAR) AS time`,
    `CAST(${limit.values[t]!} AS VARCHAR) AS bound`,
  ];
  const found = await engine.rows(
    `SELECT * FROM (SELECT ${[`${table.rowNumber} AS n`, `${late} AS late`, ...texts, ...ids].join(', ')}
      FROM ${table.source}) WHERE late > ${numberLiteral(grace)} ORDER BY late DESC, n LIMIT ${kept}`,
  );
  const lines = await table.linesOf(found.map((row) => Number(row.n)));
  const examples = found.map((row, i) => ({
    file: show(table.file),
    line: lines[i]!,
    id: id.map((_, k) => {
      const value = row[`k${k}`];
      return value === null || value === undefined ? null : String(value);
    }),
    time: String(row.time),
    notAfter: String(row.bound),
  }));
  return { ...part, examples };
}

function judge(
  { column, notAfter }: Rule,
  data: 'training' | 'serving',
  parts: readonly Part[],
): PointInTime {
  const sum = (of: (part: Part) => number): number => parts.reduce((total, part) => total + of(part), 0);
  const [rows, unknown, violations] = [
    sum((part) => part.rows),
    sum((part) => part.unknown),
    sum((part) => part.violations),
  ];
  const worst = Math.max(0, ...parts.map((part) => part.worst));
  const verdict = violations > 0 ? 'fail' : rows === 0 ? 'inconclusive' : 'pass';
  const lacking = unknown === 0 ? '' : `; ${plural(unknown, 'row lacks', 'rows lack')} one of the two times`;
  const reason =
    verdict === 'fail'
      ? `${column} is later than ${notAfter} in ${formatInteger(violations)} of ${plural(rows, 'row')} (${formatPercent(violations / rows)}), by up to ${formatDuration(worst * 1000)}: the model knows what it could not have known${lacking}`
      : verdict === 'pass'
        ? `${column} is never later than ${notAfter} in ${plural(rows, 'row')}${lacking}`
        : `no row has both ${column} and ${notAfter}`;
  const examples = parts.flatMap((part) => part.examples).slice(0, kept);
  return { column, notAfter, data, verdict, reason, rows, unknown, violations, worst, examples };
}
