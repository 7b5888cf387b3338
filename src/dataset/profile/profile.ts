import type { Engine } from '../../engine/engine.js';
import type { Table } from '../../engine/table.js';
import type { ColumnProfile, ColumnType, Profile } from '../../formats/profile.js';
import { countGroups, countTopTexts } from './groups.js';
import { momentsOf } from './moments.js';
import { bitsFor } from './rounding.js';

/** A column to profile: its SQL over each table, in the tables' order. */
export interface ProfiledColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly values: readonly string[];
}

const sampleRows = 20_000;
/** A column with this many different values among the first rows has too many to list them all. */
const sampleLimit = 4_000;

/**
 * Profile of data files, read as one data set. What has few different values is counted in full; numbers and times
 * with many are counted after rounding, texts with many by their most frequent ones. Two scans of the files,
 * and one more for each text column with many values.
 * @param columns that are profiled; default: those of the first table that every table has
 */
export async function profileTables(
  engine: Engine,
  tables: readonly Table[],
  columns: readonly ProfiledColumn[] = commonColumns(tables),
): Promise<Profile> {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const made: ColumnProfile[] = [];
  // Grouping many columns in one scan takes a hash table for each at the same time.
  for (let from = 0; from < columns.length; from += 32) {
    made.push(...(await profileColumns(engine, tables, columns.slice(from, from + 32), rows)));
  }
  return { kind: 'profile', schemaVersion: 1, engine: engine.version, rows, columns: made };
}

function commonColumns(tables: readonly Table[]): ProfiledColumn[] {
  return (tables[0]?.columns ?? []).flatMap(({ name, type }) => {
    const found = tables.map((table) => table.columns.find((c) => c.name === name));
    if (name === '' || !found.every((c) => c !== undefined && c.type === type)) return [];
    return [{ name, type, values: found.map((c) => c!.value) }];
  });
}

export const isText = (type: ColumnType): boolean => type === 'string' || type === 'boolean';

/** SQL of a value as the profile has it: a finite DOUBLE (times in seconds since 1970) or a text. */
function profiled(type: ColumnType, value: string): string {
  if (isText(type)) return `CAST(${value} AS VARCHAR)`;
  return type === 'date' || type === 'timestamp' ? `epoch(${value})::DOUBLE` : `CAST(${value} AS DOUBLE)`;
}

async function profileColumns(
  engine: Engine,
  tables: readonly Table[],
  columns: readonly ProfiledColumn[],
  rows: number,
): Promise<ColumnProfile[]> {
  if (columns.length === 0) return [];
  const union = (limit = ''): string => {
    const parts = tables.map((table, t) => {
      const values = columns.map(({ type, values }, i) => `${profiled(type, values[t]!)} AS v${i}`);
      return `(SELECT ${values.join(', ')} FROM ${table.source}${limit})`;
    });
    return `(${parts.join(' UNION ALL ')})`;
  };
  const [sample] = await engine.rows(
    `SELECT ${columns.map((_, i) => `count(DISTINCT v${i}) AS d${i}`).join(', ')} FROM ${union(` LIMIT ${sampleRows}`)}`,
  );
  const indexes = columns.map((_, i) => i);
  let many = new Set(indexes.filter((i) => Number(sample![`d${i}`]) > sampleLimit));
  const source = union();
  for (;;) {
    const totals = await scanTotals(engine, source, columns, many, rows);
    const few = indexes.filter((i) => !many.has(i) || !isText(columns[i]!.type));
    const groups = await countGroups(
      engine,
      source,
      few.map((i) => {
        const { type } = columns[i]!;
        const { min, max } = totals[i]!;
        return { index: i, text: isText(type), ...(many.has(i) && { bits: bitsFor(type, min, max) }) };
      }),
    );
    // The first rows may have shown few values of a column that has many: then once more, now knowing it.
    const more = [...groups.tooMany].filter((i) => !many.has(i));
    if (more.length > 0) {
      many = new Set([...many, ...more]);
      continue;
    }
    const made: ColumnProfile[] = [];
    for (const [i, { name, type }] of columns.entries()) {
      const { present, nonFinite, distinct, lengths, moments } = totals[i]!;
      const base = { name, type, count: present, nulls: rows - present };
      if (isText(type)) {
        const found = many.has(i)
          ? await countTopTexts(engine, source, i, present)
          : {
              distinct: groups.texts.get(i)?.length ?? 0,
              values: { kind: 'exact' as const, counts: groups.texts.get(i) ?? [] },
            };
        const length = present > 0 && lengths !== undefined ? { lengths } : {};
        made.push({
          ...base,
          distinct: { value: found.distinct, exact: true },
          ...length,
          values: found.values,
        });
        continue;
      }
      const counts = groups.numbers.get(i) ?? [];
      const exact = !many.has(i);
      const own = exact ? momentsOf(counts, nonFinite) : moments;
      made.push({
        ...base,
        distinct: exact ? { value: counts.length, exact } : distinct!,
        ...(own !== undefined && { moments: own }),
        values: exact ? { kind: 'exact', counts } : { kind: 'rounded', bits: groups.bits.get(i)!, counts },
      });
    }
    return made;
  }
}

interface Totals {
  readonly present: number;
  readonly nonFinite: number;
  readonly min: number;
  readonly max: number;
  readonly distinct?: ColumnProfile['distinct'];
  readonly moments?: ColumnProfile['moments'];
  readonly lengths?: ColumnProfile['lengths'];
}

async function scanTotals(
  engine: Engine,
  source: string,
  columns: readonly ProfiledColumn[],
  many: ReadonlySet<number>,
  rows: number,
): Promise<Totals[]> {
  // Distinct sampling (Gibbons 2001): exact among the values whose hash falls into one of 2^k parts, times 2^k.
  const parts = 2 ** Math.max(0, Math.ceil(Math.log2(rows / 2 ** 18)));
  const wanted = columns.flatMap(({ type }, i) => {
    const v = `v${i}`;
    const list = [`count(${v}) AS n${i}`];
    if (isText(type)) {
      return [
        ...list,
        `min(length(${v})) AS lo${i}`,
        `max(length(${v})) AS hi${i}`,
        `avg(length(${v})) AS avg${i}`,
      ];
    }
    list.push(`count(*) FILTER (NOT isfinite(${v})) AS odd${i}`);
    if (!many.has(i)) return list;
    const finite = `FILTER (isfinite(${v}))`;
    return [
      ...list,
      `min(${v}) ${finite} AS lo${i}`,
      `max(${v}) ${finite} AS hi${i}`,
      `avg(${v}) ${finite} AS avg${i}`,
      `var_pop(${v}) ${finite} * count(*) ${finite} AS m2${i}`,
      `count(DISTINCT hash(${v})) FILTER (${v} IS NOT NULL AND hash(${v}) % ${parts} = 0) AS d${i}`,
    ];
  });
  const [row] = await engine.rows(`SELECT ${wanted.join(', ')} FROM ${source}`);
  const get = (key: string, i: number): number => Number(row![`${key}${i}`] ?? 0);
  return columns.map(({ type }, i) => {
    const present = get('n', i);
    const [min, max, mean] = [get('lo', i), get('hi', i), get('avg', i)];
    const nonFinite = isText(type) ? 0 : get('odd', i);
    const base = { present, nonFinite, min, max };
    if (isText(type)) return { ...base, lengths: { min, max, mean } };
    if (!many.has(i)) return base;
    return {
      ...base,
      moments: { mean, m2: get('m2', i), min, max, nonFinite },
      distinct: { value: get('d', i) * parts, exact: parts === 1 },
    };
  });
}
