import { formatInteger, formatPercent, plural } from '../../common/text.js';
import { type Verdict, worst } from '../../common/verdict.js';
import type { Engine } from '../../engine/engine.js';
import type { Table, WantedTypes } from '../../engine/table.js';
import type { SkewResult } from '../../formats/drift-skew.js';
import { openUnion } from '../tables.js';
import { joinSides } from './join.js';
import { judgeColumn } from './judge.js';
import { planSkew } from './plan.js';
import { checkTimes } from './point-in-time.js';

export interface SkewSettings {
  /** Share of runs that may alarm although every column is within the tolerance. */
  readonly alpha: number;
  /** Columns that together name a row. */
  readonly id: readonly string[];
  /** Features to compare; without it, every column that both sides have. */
  readonly columns?: readonly string[];
  /** Columns to leave out where `columns` is not given. */
  readonly ignore: readonly string[];
  /** Share of rows that may differ in a column. */
  readonly tolerance: number;
  /** Numbers are the same within `absolute`, or within `relative` of the larger one. */
  readonly numbers: { readonly relative: number; readonly absolute: number };
  readonly minCoverage: number;
  /** `column` must not be later than `notAfter` by more than `graceMs`. */
  readonly pointInTime: readonly {
    readonly column: string;
    readonly notAfter: string;
    readonly graceMs: number;
  }[];
}

export interface CheckSkewOptions {
  /** Its allowed folders must hold every file. */
  readonly engine: Engine;
  /** Data files, or tables of the same engine that are open already. */
  readonly training: readonly (string | Table)[];
  readonly serving: readonly (string | Table)[];
  /** Types of columns by name; others are found out from the values. */
  readonly types: WantedTypes;
  readonly settings: SkewSettings;
  /** How a file is named to people; without it, by its path. */
  readonly show?: (file: string) => string;
}

/**
 * Holds what serving logged against what the model was trained on: rows of the same id must have the same values,
 * and no row may know what happened only after it. Joined rows are taken as a sample of what serving logs.
 * @throws UserError naming everything that cannot be read, and every column that is named and not there
 */
export async function checkSkew(options: CheckSkewOptions): Promise<SkewResult> {
  const { engine, types, settings, show = (file) => file } = options;
  const training = await openUnion(engine, options.training, types);
  const serving = await openUnion(engine, options.serving, types);
  const plan = planSkew(training, serving, settings);
  const sides = [
    { data: 'training', union: training },
    { data: 'serving', union: serving },
  ] as const;
  const pointInTime = await checkTimes(engine, sides, settings.pointInTime, settings.id, show);
  const found = await joinSides(engine, training, serving, plan, settings.numbers);
  const { tolerance, alpha, minCoverage } = settings;
  const tests = Math.max(1, plan.columns.length);
  const columns = plan.columns.map((column, i) =>
    judgeColumn(column, found.columns[i]!, found.joined, { tolerance, alpha, tests }),
  );
  const rows = {
    training: training.rows,
    serving: serving.rows,
    joined: found.joined,
    unmatched: found.unmatched,
    ambiguous: found.ambiguous,
    withoutId: found.withoutId,
  };
  const coverage = serving.rows === 0 ? 0 : found.joined / serving.rows;
  const judged = [...columns, ...pointInTime].map(({ verdict }) => verdict);
  const thin = coverage < minCoverage;
  const verdict = worst([...judged, ...(thin || columns.length === 0 ? ['inconclusive' as const] : [])]);
  return {
    verdict,
    reasons: reasonsOf(verdict, columns, pointInTime, {
      rows,
      thin,
      coverage,
      minCoverage,
      id: settings.id,
    }),
    alpha,
    tolerance,
    id: [...settings.id],
    rows,
    coverage,
    minCoverage,
    unmatchedExamples: found.unmatchedExamples.map((id) => [...id]),
    ambiguousExamples: found.ambiguousExamples.map((id) => [...id]),
    columns,
    excluded: [...plan.excluded],
    pointInTime,
  };
}

function reasonsOf(
  verdict: Verdict,
  columns: SkewResult['columns'],
  pointInTime: SkewResult['pointInTime'],
  found: Pick<SkewResult, 'rows' | 'coverage' | 'minCoverage'> & {
    readonly thin: boolean;
    readonly id: readonly string[];
  },
): string[] {
  const { rows, coverage, minCoverage, thin } = found;
  const id = found.id.join(', ');
  const reasons = [
    ...pointInTime
      .filter((rule) => rule.verdict === verdict)
      .map(({ data, reason }) => `${data === 'training' ? 'training data' : 'serving logs'}: ${reason}`),
    ...columns
      .filter((column) => column.verdict === verdict && verdict !== 'pass')
      .sort((a, b) => b.share - a.share)
      .map(({ name, reason }) => `${name}: ${reason}`),
  ];
  if (verdict === 'pass') {
    reasons.push(
      `${plural(columns.length, 'column')} of ${plural(rows.joined, 'row')} are the same in training and serving, within the tolerance`,
    );
  }
  if (columns.length === 0)
    reasons.push('training data and serving logs have no column in common to compare');
  if (thin) {
    const lost = [
      [rows.unmatched, 'are not in the training data'],
      [rows.ambiguous, `have a ${id} that is on several rows`],
      [rows.withoutId, `have no ${id}`],
    ] as const;
    const why = lost.filter(([n]) => n > 0).map(([n, what]) => `${formatInteger(n)} ${what}`);
    reasons.push(
      `only ${formatPercent(coverage)} of ${plural(rows.serving, 'logged row')} could be compared, and ${formatPercent(minCoverage)} are asked for${why.length === 0 ? '' : `: ${why.join(', ')}`}`,
    );
  }
  return reasons;
}
