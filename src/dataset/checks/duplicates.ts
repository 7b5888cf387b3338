import { formatNumber, formatPercent, plural } from '../../common/text.js';
import type { Finding } from '../../formats/validation.js';
import { type CheckContext, keptRows } from './rows.js';
import { isStrict, tolerated, toleranceText } from './tolerance.js';

/**
 * `unique`, `primaryKey` and duplicateValues, over all files together. Hashes find the candidates, since a hash is
 * smaller than a key; the candidates are then compared in full. Rows without a value are no duplicates.
 */
export async function duplicateFindings(context: CheckContext): Promise<Finding[]> {
  const { contract, rows } = context;
  const findings: Finding[] = [];
  for (const { rule, column, severity, test, tolerance, where, description } of contract.checks) {
    if (test.kind !== 'duplicates') continue;
    const found = await findDuplicates(context, test.columns);
    if (found === undefined || tolerated(tolerance, found.count, rows)) continue;
    const limit = isStrict(tolerance)
      ? ''
      : `; the contract wants ${toleranceText(tolerance, (value) => formatNumber(value))}`;
    const of =
      test.columns.length === 1
        ? `the same ${test.columns[0]!}`
        : `the same ${test.columns.join(', ')} together`;
    findings.push({
      rule,
      severity,
      ...(column !== undefined && { column }),
      message: `${test.columns.join(' + ')}: ${plural(found.count, 'row')} (${formatPercent(found.count / rows)}) with ${of} as an earlier row${limit}`,
      remedy: description ?? `remove the repeated rows, or correct the contract (line ${where.line ?? '?'})`,
      count: found.count,
      share: rows === 0 ? 0 : found.count / rows,
      examples: found.examples,
    });
  }
  return findings;
}

async function findDuplicates(
  { engine, tables, pathOf }: CheckContext,
  columns: readonly string[],
): Promise<{ count: number; examples: Finding['examples'] } | undefined> {
  const sources = tables.flatMap((table, index) => {
    const values = columns.map((name) => table.columns.find((c) => c.name === name)?.value);
    // A file without the column has a finding for that already.
    if (values.includes(undefined)) return [];
    const keys = values.map((value, i) => `${value} AS k${i}`).join(', ');
    return [{ table, index, keys }];
  });
  if (sources.length === 0) return undefined;
  const names = columns.map((_, i) => `k${i}`).join(', ');
  const whole = columns.map((_, i) => `k${i} IS NOT NULL`).join(' AND ');
  const all = (extra: (source: (typeof sources)[number]) => string): string =>
    sources.map((s) => `SELECT ${s.keys}${extra(s)} FROM ${s.table.source}`).join(' UNION ALL ');
  const candidates = `SELECT hash(${names}) AS h FROM (${all(() => '')}) WHERE ${whole} GROUP BY h HAVING count(*) > 1`;
  await engine.run(`CREATE OR REPLACE TEMP TABLE candidates AS ${candidates}`);
  const [any] = await engine.rows('SELECT count(*) AS n FROM candidates');
  if (any?.n === 0) return { count: 0, examples: [] };
  // Row numbers make the scan slow, so they are asked for only now.
  const numbered = all(({ table, index }) => `, ${index} AS file, ${table.rowNumber} AS n`);
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE duplicates AS SELECT *, row_number() OVER (PARTITION BY ${names} ORDER BY file, n) AS nth
     FROM (SELECT * FROM (${numbered}) WHERE ${whole} AND hash(${names}) IN (SELECT h FROM candidates))`,
  );
  const [counted] = await engine.rows('SELECT count(*) AS n FROM duplicates WHERE nth > 1');
  const shown = columns.map((_, i) => `CAST(k${i} AS VARCHAR)`).join(", ', ', ");
  const first = await engine.rows(
    `SELECT file, n, left(concat(${shown}), 200) AS shown FROM duplicates WHERE nth > 1 ORDER BY file, n LIMIT ${keptRows}`,
  );
  const examples: Finding['examples'] = [];
  for (const row of first) {
    const table = tables[Number(row.file)]!;
    const [line] = await table.linesOf([Number(row.n)]);
    examples.push({ file: pathOf(table.file), [table.unit]: line!, value: String(row.shown) });
  }
  await engine.run('DROP TABLE duplicates; DROP TABLE candidates');
  return { count: Number(counted?.n ?? 0), examples };
}
