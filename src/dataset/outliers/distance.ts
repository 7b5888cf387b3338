import { formatNumber, formatPercent, plural } from '../../common/text.js';
import type { Column } from '../../engine/columns.js';
import { numberLiteral } from '../../engine/sql.js';
import {
  type RobustScatter,
  minimumCovarianceDeterminant,
  scatterOf,
  squaredDistances,
  whitening,
} from '../../statistics/covariance.js';
import { wilson } from '../../statistics/intervals.js';
import { fences, sidesOf } from '../../statistics/robust.js';
import type { ContractColumn } from '../contract/contract.js';
import { examplesAt, rowsOf } from '../data-set.js';
import { sampleRows } from '../sample.js';
import { type OutlierContext, type Outliers, fewestValues, isTooMany, keptRows } from './context.js';

/** Rows that the covariance is found from. */
const fitted = 2_000;
/** Rows that tell how far is far, and whether all rows are worth a scan. */
const weighed = 20_000;
const mostColumns = 20;
const mostMissing = 0.2;
/** Share of a column's variance that the others leave open: below it, the column says nothing new. */
const newShare = 1e-3;
const certain = 0.999;

/** Rows that are unusual as a whole though each of their numbers may be usual: far by the robust distance. */
export async function farRows(context: OutlierContext): Promise<Outliers[]> {
  const { engine, set, settings, profile } = context;
  const columns = numericColumns(context);
  if (columns.length < 2 || profile.rows < fewestValues) return [];
  const { table } = await sampleRows(engine, set, columns, { limit: weighed, content: columns });
  let points: Float64Array[];
  try {
    const values = await engine.columns(
      `SELECT ${columns.map((_, i) => `CAST(v${i} AS DOUBLE) AS v${i}`).join(', ')} FROM ${table}`,
    );
    points = completeRows(values.columns);
  } finally {
    await engine.run(`DROP TABLE IF EXISTS ${table}`);
  }
  const model = fit(columns, points);
  if (model === undefined) return [];
  const squares = distancesOf(points, model);
  // Points that lie in a plane once the farthest are left out.
  if (squares === undefined) return [];
  const limit = distanceLimit(squares, settings);
  const seen = squares.reduce((sum, square) => sum + Number(square > limit), 0);
  const { budget } = settings;
  const estimate = {
    kind: 'distance' as const,
    columns: model.columns.map(({ name }) => name),
    upper: limit,
    budget,
  };
  // Where the sample leaves no doubt that there are few, the others need no look.
  if (wilson(seen, points.length, certain).upper < budget && points.length < profile.rows) {
    if (seen === 0) return [];
    const share = seen / points.length;
    return [{ found: { ...estimate, count: Math.round(share * profile.rows), share, estimated: true } }];
  }
  const condition = `${distanceSql(model)} > ${numberLiteral(limit)}`;
  const rows = rowsOf(set, model.columns);
  const [row] = await engine.rows(`SELECT count(*) FILTER (${condition}) AS n FROM ${rows}`);
  const count = Number(row?.n ?? 0);
  if (count === 0) return [];
  const share = count / profile.rows;
  const found = { ...estimate, count, share };
  if (!isTooMany(count, profile.rows, budget)) return [{ found }];
  return [
    {
      found,
      finding: {
        rule: 'outlier-row',
        severity: settings.severity,
        message: `${plural(count, 'row')} (${formatPercent(share)}) ${count === 1 ? 'is' : 'are'} far from the others by ${model.columns.map(({ name }) => name).join(', ')} together: at a robust distance of more than ${formatNumber(Math.sqrt(limit), 3)}; the budget is ${formatPercent(budget)}`,
        remedy:
          'look at the rows, which may be fine in each column alone: correct them, or raise data.outliers.budget in model.yml',
        count,
        share,
        examples: await farthest(context, model, condition),
      },
    },
  ];
}

/** Numbers that spread, with few missing; the first 20 where there are more. */
function numericColumns({ columns, profile }: OutlierContext): ContractColumn[] {
  return columns
    .filter(({ column, profile: own }) => {
      if (column.type !== 'integer' && column.type !== 'number') return false;
      if (own.values.kind === 'top' || own.nulls > profile.rows * mostMissing) return false;
      const counts = own.values.counts as [number, number][];
      const { below, above } = sidesOf({
        values: counts.map(([value]) => value),
        counts: counts.map(([, n]) => n),
      });
      // Half of the values in one place have no covariance.
      const largest = counts.reduce((most, [, n]) => Math.max(most, n), 0);
      const finite = own.count - (own.moments?.nonFinite ?? 0);
      return below > 0 && above > 0 && largest < finite / 3;
    })
    .map(({ column }) => column)
    .slice(0, mostColumns);
}

function completeRows(columns: readonly Column[]): Float64Array[] {
  const numbers = columns as readonly Float64Array[];
  const rows: Float64Array[] = [];
  for (let i = 0; i < (numbers[0]?.length ?? 0); i++) {
    const row = Float64Array.from(numbers, (column) => column[i]!);
    if (row.every(Number.isFinite)) rows.push(row);
  }
  return rows;
}

interface Model {
  readonly columns: readonly ContractColumn[];
  /** Index of each among the columns of the points. */
  readonly used: readonly number[];
  readonly scatter: RobustScatter;
}

function fit(columns: readonly ContractColumn[], points: readonly Float64Array[]): Model | undefined {
  const used = independent(points);
  if (used.length < 2) return undefined;
  const step = Math.max(1, Math.floor(points.length / fitted));
  const chosen = points.filter((_, i) => i % step === 0).map((point) => pick(point, used));
  const scatter = minimumCovarianceDeterminant(chosen);
  return scatter && { columns: used.map((i) => columns[i]!), used, scatter };
}

const pick = (point: Float64Array, used: readonly number[]): Float64Array =>
  Float64Array.from(used, (i) => point[i]!);

/** Columns of which the ones before leave something open: a pivoted Cholesky factor of the correlations. */
function independent(points: readonly Float64Array[]): number[] {
  const { covariance } = scatterOf(points);
  const kept: number[] = [];
  const factors: number[][] = [];
  covariance.forEach((row, i) => {
    const deviation = Math.sqrt(row[i]!);
    if (!(deviation > 0)) return;
    const factor: number[] = [];
    let rest = 1;
    for (const [k, j] of kept.entries()) {
      let sum = row[j]! / (deviation * Math.sqrt(covariance[j]![j]!));
      for (let m = 0; m < k; m++) sum -= factor[m]! * factors[k]![m]!;
      factor.push(sum / factors[k]![k]!);
      rest -= factor[k]! ** 2;
    }
    if (rest < newShare) return;
    factor.push(Math.sqrt(rest));
    factors.push(factor);
    kept.push(i);
  });
  return kept;
}

function distancesOf(points: readonly Float64Array[], { scatter, used }: Model): Float64Array | undefined {
  return squaredDistances(
    points.map((point) => pick(point, used)),
    scatter,
  );
}

/**
 * Squared distance from which on a row is an outlier: by the fences of single values, for their cube roots, which are
 * near to normal where the points are (Wilson & Hilferty 1931).
 */
function distanceLimit(squares: Float64Array, { z, iqr }: OutlierContext['settings']): number {
  const roots = squares.map(Math.cbrt).sort();
  const { upper } = fences({ values: roots, counts: new Uint8Array(roots.length).fill(1) }, { z, k: iqr });
  return upper ** 3;
}

function distanceSql({ scatter, columns }: Model): string {
  const weights = whitening(scatter.covariance)!;
  const parts = weights.map((row) => {
    const terms = columns.flatMap((_, j) =>
      row[j] === 0
        ? []
        : [`${numberLiteral(row[j]!)} * (CAST(v${j} AS DOUBLE) - ${numberLiteral(scatter.location[j]!)})`],
    );
    return `pow(${terms.join(' + ')}, 2)`;
  });
  return `(${parts.join(' + ')})`;
}

async function farthest(
  { engine, set }: OutlierContext,
  model: Model,
  condition: string,
): Promise<NonNullable<Outliers['finding']>['examples']> {
  const shown = `concat_ws(', ', ${model.columns.map((_, j) => `v${j}`).join(', ')})`;
  const rows = await engine.rows(
    `SELECT t, n, left(${shown}, 200) AS shown FROM ${rowsOf(set, model.columns, { place: true })}
     WHERE ${condition} ORDER BY ${distanceSql(model)} DESC, t, n LIMIT ${keptRows}`,
  );
  return examplesAt(
    set,
    rows.map(({ t, n, shown: value }) => ({ table: Number(t), row: Number(n), value: String(value) })),
  );
}
