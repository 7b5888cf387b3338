import { formatInteger, formatNumber, formatPercent, plural } from '../../common/text.js';
import { batchesOf } from '../../engine/batches.js';
import type { ColumnProfile } from '../../formats/profile.js';
import { type Fences, type Weighted, fences, mayLieOutside } from '../../statistics/robust.js';
import type { ContractColumn } from '../contract/contract.js';
import { examplesAt, rowsOf } from '../data-set.js';
import {
  type OutlierContext,
  type Outliers,
  budgetOf,
  fewestValues,
  isTime,
  isTooMany,
  keptRows,
} from './context.js';
import { numberLiteral } from '../../engine/sql.js';

/** A column's values, or its texts' lengths, that the profile says to look at: what may lie outside, and where. */
interface Suspect {
  readonly column: ContractColumn;
  readonly kind: 'value' | 'length';
  readonly fences: Fences;
  readonly sample: Weighted;
}

/** Numbers and times far from the others, and texts much longer or shorter than the others. */
export async function farValues(context: OutlierContext): Promise<Outliers[]> {
  const suspects: Suspect[] = [];
  for (const { column, profile } of context.columns) {
    suspects.push(...(await suspectOf(context, column, profile)));
  }
  if (suspects.length === 0) return [];
  const counts = await countOutside(context, suspects);
  const found: Outliers[] = [];
  for (const [i, suspect] of suspects.entries()) {
    if (counts[i]! > 0) found.push(await describe(context, suspect, counts[i]!));
  }
  return found;
}

/** The profile's counts tell the fences, and whether anything may lie outside: most columns need no scan. */
async function suspectOf(
  context: OutlierContext,
  column: ContractColumn,
  profile: ColumnProfile,
): Promise<Suspect[]> {
  const { z, iqr } = context.settings;
  if (profile.count < fewestValues) return [];
  const isLength = column.type === 'string';
  const sample = isLength ? await lengthsOf(context, column, profile) : numbersOf(profile);
  if (sample === undefined) return [];
  const { min, max } = isLength ? profile.lengths! : profile.moments!;
  if (!mayLieOutside(sample, z, { min, max })) return [];
  const limits = fences(sample, { z, k: iqr });
  if (min >= limits.lower && max <= limits.upper) return [];
  return [{ column, kind: isLength ? 'length' : 'value', fences: limits, sample }];
}

function numbersOf({ type, values, moments }: ColumnProfile): Weighted | undefined {
  if (moments === undefined || values.kind === 'top' || type === 'boolean') return undefined;
  const counts = values.counts as [number, number][];
  return { values: counts.map(([value]) => value), counts: counts.map(([, n]) => n) };
}

async function lengthsOf(
  { engine, set }: OutlierContext,
  column: ContractColumn,
  { lengths }: ColumnProfile,
): Promise<Weighted | undefined> {
  if (lengths === undefined || lengths.min === lengths.max) return undefined;
  if (lengths.counts !== undefined) {
    return { values: lengths.counts.map(([length]) => length), counts: lengths.counts.map(([, n]) => n) };
  }
  const { columns } = await engine.columns(
    `SELECT length(v0) AS v, count(*) AS n FROM ${rowsOf(set, [column])} WHERE v0 IS NOT NULL GROUP BY 1 ORDER BY 1`,
  );
  const [values, counts] = columns as [Float64Array, Float64Array];
  return { values, counts };
}

const measured = ({ column, kind }: Suspect, value: string): string =>
  kind === 'length' ? `length(${value})` : isTime(column) ? `epoch(${value})` : `CAST(${value} AS DOUBLE)`;

function outside(suspect: Suspect, value: string): string {
  const { lower, upper } = suspect.fences;
  const parts = [
    ...(lower > -Infinity ? [`${measured(suspect, value)} < ${numberLiteral(lower)}`] : []),
    ...(upper < Infinity ? [`${measured(suspect, value)} > ${numberLiteral(upper)}`] : []),
  ];
  const finite =
    suspect.kind === 'value' && suspect.column.type === 'number' ? `isfinite(${value}) AND ` : '';
  return parts.length === 0 ? 'false' : `${finite}(${parts.join(' OR ')})`;
}

async function countOutside(
  { engine, set }: OutlierContext,
  suspects: readonly Suspect[],
): Promise<number[]> {
  const found: number[] = [];
  for (const some of batchesOf(suspects)) {
    const counts = some.map((suspect, i) => `count(*) FILTER (${outside(suspect, `v${i}`)}) AS n${i}`);
    const rows = rowsOf(
      set,
      some.map(({ column }) => column),
    );
    const [row] = await engine.rows(`SELECT ${counts.join(', ')} FROM ${rows}`);
    found.push(...some.map((_, i) => Number(row?.[`n${i}`] ?? 0)));
  }
  return found;
}

async function describe(context: OutlierContext, suspect: Suspect, count: number): Promise<Outliers> {
  const { profile, settings } = context;
  const { column, kind, fences: limits } = suspect;
  const share = count / profile.rows;
  const budget = budgetOf(settings, column.name);
  const found = {
    kind,
    columns: [column.name],
    ...(limits.lower > -Infinity && { lower: limits.lower }),
    ...(limits.upper < Infinity && { upper: limits.upper }),
    count,
    share,
    budget,
  };
  if (!isTooMany(count, profile.rows, budget)) return { found };
  const what = kind === 'length' ? 'with a text' : 'with a value';
  return {
    found,
    finding: {
      rule: kind === 'length' ? 'outlier-length' : 'outlier',
      severity: settings.severity,
      column: column.name,
      message: `${column.name}: ${plural(count, 'row')} (${formatPercent(share)}) ${what} far from the others, ${rangeText(suspect)}; the budget is ${formatPercent(budget)}`,
      remedy: `look at the rows: correct them, or say in model.yml what share may be so (data.outliers.columns.${column.name}.budget)`,
      count,
      share,
      examples: await farthest(context, suspect),
    },
  };
}

function rangeText({ column, kind, fences: { lower, upper } }: Suspect): string {
  const show = (x: number): string => {
    if (kind === 'length') return `${formatInteger(Math.round(x))} characters`;
    if (!isTime(column)) return formatNumber(x);
    const at = new Date(x * 1000);
    return Number.isNaN(at.getTime()) ? formatNumber(x) : at.toISOString().slice(0, 10);
  };
  const parts = [
    ...(lower > -Infinity ? [`below ${show(lower)}`] : []),
    ...(upper < Infinity ? [`above ${show(upper)}`] : []),
  ];
  return parts.join(' or ');
}

/** The rows that lie farthest outside. */
async function farthest(
  { engine, set }: OutlierContext,
  suspect: Suspect,
): Promise<NonNullable<Outliers['finding']>['examples']> {
  const x = measured(suspect, 'v0');
  const { lower, upper } = suspect.fences;
  const distance = `greatest(${numberLiteral(lower)} - ${x}, ${x} - ${numberLiteral(upper)})`;
  const shown = suspect.kind === 'length' ? `concat(length(v0), ' characters')` : 'CAST(v0 AS VARCHAR)';
  const rows = await engine.rows(
    `SELECT t, n, left(${shown}, 200) AS shown FROM ${rowsOf(set, [suspect.column], { place: true })}
     WHERE ${outside(suspect, 'v0')} ORDER BY ${distance} DESC, t, n LIMIT ${keptRows}`,
  );
  return examplesAt(
    set,
    rows.map(({ t, n, shown: value }) => ({ table: Number(t), row: Number(n), value: String(value) })),
  );
}
