import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatPercent, plural } from '../../common/text.js';
import { batchesOf } from '../../engine/batches.js';
import { integerLiteral, quoteText } from '../../engine/sql.js';
import type { Finding } from '../../formats/validation.js';
import type { Check, SetTest } from './check.js';
import { type CheckContext, contractPlace, examplesOf, keptCharacters, keptRows } from './context.js';
import { type Place, placeOf } from './places.js';
import { RepeatFinder } from './repeats.js';
import { tolerated, wanted } from './tolerance.js';

export type DuplicateCheck = Check & { readonly test: Extract<SetTest, { kind: 'duplicates' }> };

/** Bytes of hashes that are held at once; the rest goes to the engine's folder. */
const hashMemory = 256e6;
/** Keys that are looked at in one scan: each takes 8 MB before the first of its hashes comes. */
const keysAtOnce = 25;

/**
 * `unique`, `primaryKey` and duplicateValues, over all files together. Hashes find the candidates, since a hash is
 * smaller than a key; the candidates are then compared in full. Rows without a value are no duplicates, unless whole
 * rows are compared.
 */
export async function duplicateFindings(context: CheckContext): Promise<Finding[]> {
  const checks = context.checks.filter((check): check is DuplicateCheck => check.test.kind === 'duplicates');
  const sources: Source[] = [];
  for (const check of checks) sources.push(await sourceOf(context, check));
  const unique = await uniqueColumns(context, checks, sources);
  // Rows that differ in a part of a key differ in the key.
  const open = sources.map(({ names }) => !names.some((name) => unique.has(name)));
  const candidates: number[][] = [];
  for (const some of batchesOf(
    sources.filter((_, i) => open[i]),
    keysAtOnce,
  )) {
    candidates.push(...(await findCandidates(context, some)));
  }
  const findings: Finding[] = [];
  let next = 0;
  for (const [i, check] of checks.entries()) {
    const hashes = open[i] ? candidates[next++]! : [];
    const found =
      hashes.length === 0 ? { count: 0, examples: [] } : await compare(context, sources[i]!, hashes);
    if (sources[i]!.files.length === 0 || tolerated(check.tolerance, found.count, context.rows)) continue;
    findings.push(describe(check, found, context.rows));
  }
  return findings;
}

/** The key of a check in every file that has all of its columns; a file without one has a finding for that. */
interface Source {
  readonly files: readonly { readonly table: number; readonly place: Place }[];
  /** Rows in which this is not true are not looked at. */
  readonly condition: (keys: readonly string[]) => string;
  readonly names: readonly string[];
}

async function sourceOf(
  { tables, contract, profiled = false }: CheckContext,
  { test }: DuplicateCheck,
): Promise<Source> {
  const whole = test.columns.length === 0;
  const names = whole ? contract.columns.map(({ name }) => name) : test.columns;
  const files: { table: number; place: Place }[] = [];
  for (const [index, table] of tables.entries()) {
    const place = await placeOf(table, names, profiled);
    if (place !== undefined) files.push({ table: index, place });
  }
  const condition = (keys: readonly string[]): string =>
    whole ? 'true' : keys.map((key) => `${key} IS NOT NULL`).join(' AND ');
  return { files, condition, names };
}

/** Bits that are set at once, one for each number that an integer column could have. */
const mostBits = 5e8;

/**
 * The integer columns of checks whose values are all different, as far as setting a bit for each can tell. That takes
 * no hashes; it is open to numbers that lie close together, as those of ids mostly do.
 */
async function uniqueColumns(
  { engine, tables, rows }: CheckContext,
  checks: readonly DuplicateCheck[],
  sources: readonly Source[],
): Promise<ReadonlySet<string>> {
  const unique = new Set<string>();
  for (const [i, { test }] of checks.entries()) {
    const [name, ...more] = test.columns;
    const { files } = sources[i]!;
    const isInteger = tables.every(({ columns }) => {
      const column = columns.find((c) => c.name === name);
      return column?.type === 'integer' && column.exact === undefined;
    });
    if (name === undefined || more.length > 0 || !isInteger || files.length < tables.length) continue;
    const isQuick = files.every(
      ({ table, place }) => tables[table]!.format === 'parquet' || place.source !== tables[table]!.source,
    );
    if (!isQuick || files.length === 0) continue;
    const parts = files.map(({ place }) => `SELECT ${place.values[0]!} AS k FROM ${place.source}`);
    const all = `(${parts.join(' UNION ALL ')})`;
    const [ends] = await engine.rows(`SELECT min(k) AS low, max(k) AS high, count(k) AS n FROM ${all}`);
    const [low, high] = [Number(ends?.low), Number(ends?.high)];
    const width = high - low + 1;
    if (ends?.low === null || !(width <= Math.min(mostBits, 64 * rows)) || !Number.isSafeInteger(low))
      continue;
    const [set] = await engine.rows(
      `SELECT bit_count(bitstring_agg(k, ${integerLiteral(low)}::BIGINT, ${integerLiteral(high)}::BIGINT)) AS n FROM ${all}`,
    );
    if (set?.n === ends?.n) unique.add(name);
  }
  return unique;
}

/** 52 bits of the hash of a key: a number that JavaScript holds. By the hashes of its parts. */
const hashOf = (hashes: readonly string[]): string => `CAST(hash(${hashes.join(', ')}) >> 12 AS DOUBLE)`;

/** For each source the hashes that more than one row has; one scan of each file for all of them. */
async function findCandidates(
  { engine, tables }: CheckContext,
  sources: readonly Source[],
): Promise<number[][]> {
  const memory = hashMemory / Math.max(1, sources.length);
  const finders = sources.map((_, i) => new RepeatFinder(join(engine.temp, `keys-${i}`), memory));
  try {
    for (const t of tables.keys()) {
      // By where the keys are read from: one scan of each place.
      const asked = new Map<string, { i: number; sql: string }[]>();
      for (const [i, { files, condition }] of sources.entries()) {
        const place = files.find(({ table }) => table === t)?.place;
        if (place === undefined) continue;
        const sql = `CASE WHEN ${condition(place.values)} THEN ${hashOf(place.hashes)} END`;
        asked.set(place.source, [...(asked.get(place.source) ?? []), { i, sql }]);
      }
      for (const [source, keys] of asked) {
        await engine.stream(`SELECT ${keys.map(({ sql }) => sql).join(', ')} FROM ${source}`, (columns) =>
          columns.forEach((hashes, k) => finders[keys[k]!.i]!.add(hashes)),
        );
      }
    }
    return finders.map((finder) => finder.repeated());
  } finally {
    for (const finder of finders) finder.close();
  }
}

/** Counts the rows that are equal to an earlier one, among those with some hashes. */
async function compare(
  context: CheckContext,
  { files, condition, names }: Source,
  hashes: readonly number[],
): Promise<{ count: number; examples: Finding['examples'] }> {
  const { engine, tables } = context;
  const list = join(engine.temp, 'candidates.csv');
  await writeFile(list, hashes.join('\n'));
  const candidates = `(SELECT h FROM read_csv(${quoteText(list)}, auto_detect = false, header = false, columns = {'h': 'DOUBLE'}))`;
  // Row numbers make the scan slow, so they are asked for only now.
  const parts = files.map(({ table, place: { source, texts, hashes: parts, rowNumber } }) => {
    const named = texts.map((key, i) => `${key} AS k${i}, ${parts[i]!} AS h${i}`).join(', ');
    return `SELECT ${named}, ${integerLiteral(table)} AS file, ${rowNumber} AS n FROM ${source}`;
  });
  const columns = names.map((_, i) => `k${i}`);
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE duplicates AS
     SELECT *, row_number() OVER (PARTITION BY ${columns.join(', ')} ORDER BY file, n) AS nth FROM
       (SELECT * FROM (${parts.join(' UNION ALL ')}) WHERE ${condition(columns)} AND ${hashOf(names.map((_, i) => `h${i}`))} IN ${candidates})`,
  );
  const [counted] = await engine.rows('SELECT count(*) AS n FROM duplicates WHERE nth > 1');
  const first = await engine.rows(
    `SELECT file, n, left(concat_ws(', ', ${columns.join(', ')}), ${keptCharacters}) AS shown
     FROM duplicates WHERE nth > 1 ORDER BY file, n LIMIT ${keptRows}`,
  );
  await engine.run('DROP TABLE duplicates');
  const examples: Finding['examples'] = [];
  for (const [t, table] of tables.entries()) {
    const here = first.filter(({ file }) => file === t);
    const rows = here.map((row) => ({ n: Number(row.n), shown: String(row.shown) }));
    examples.push(...(await examplesOf(context, table, rows)));
  }
  return { count: Number(counted?.n ?? 0), examples };
}

export function describe(
  check: DuplicateCheck,
  { count, examples }: { count: number; examples: Finding['examples'] },
  rows: number,
): Finding {
  const { rule, severity, column, test, tolerance, description } = check;
  const { columns } = test;
  const same = columns.length > 1 ? `the same ${columns.join(', ')} together` : `the same ${columns[0]!}`;
  const said = columns.length === 0 ? 'that an earlier row is equal to' : `with ${same} as an earlier row`;
  const share = rows === 0 ? 0 : count / rows;
  return {
    rule,
    severity,
    ...(column !== undefined && { column }),
    message: `${columns.length === 0 ? '' : `${columns.join(' + ')}: `}${plural(count, 'row')} (${formatPercent(share)}) ${said}${wanted(tolerance)}`,
    remedy: description ?? `remove the repeated rows, or correct ${contractPlace(check)}`,
    count,
    share,
    examples,
  };
}
