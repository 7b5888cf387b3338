import { formatInteger, formatNumber, formatPercent } from '../common/text.js';
import type { Verdict } from '../common/verdict.js';
import type { ColumnDrift, ColumnVerdict, DriftTest } from '../formats/drift.js';
import type { Profile } from '../formats/profile.js';
import { benjaminiHochberg } from '../statistics/multiplicity.js';
import { type MeasuredColumn, measureColumn } from './column.js';

export interface DriftSettings {
  /** Share of runs that may alarm although nothing changed, over all columns together. */
  readonly alpha: number;
  /** By column: left out, or with a threshold of its own in the unit of the column's measure. */
  readonly columns: Readonly<
    Record<string, { readonly ignore?: boolean; readonly effect?: number | undefined }>
  >;
  /** Columns that current data may lack: the label. */
  readonly optional: readonly string[];
  /** Uniform on [0, 1), seeded: the permutation tests of a repeated run give the same p values. */
  readonly random: () => number;
}

export interface Comparison {
  readonly verdict: Verdict;
  readonly reasons: readonly string[];
  readonly columns: readonly ColumnDrift[];
}

/** Smallest effects that matter unless the spec says otherwise (docs/decisions/030-drift-alarms.md). */
export const defaultEffect = { numeric: 0.1, categorical: 0.1, missing: 0.1 };

const alarming: readonly ColumnVerdict[] = ['drift', 'missing', 'type-changed', 'mixed'];

/**
 * Compares two profiles column by column. A column alarms when its change is significant after correction over
 * all columns **and** large enough to matter; where the rows could not show a change that matters, the column is
 * `insufficient`, never `ok`. No column can stop the comparison of another.
 */
export function compareProfiles(reference: Profile, current: Profile, settings: DriftSettings): Comparison {
  const find = (profile: Profile, name: string) => profile.columns.find((column) => column.name === name);
  const names = new Set([...reference.columns, ...current.columns].map((column) => column.name));
  const measured = [...names].map((name): MeasuredColumn => {
    const own = settings.columns[name];
    const effect = own?.effect;
    const measuredColumn = measureColumn(name, find(reference, name), find(current, name), {
      effect:
        effect === undefined ? defaultEffect : { ...defaultEffect, numeric: effect, categorical: effect },
      optional: settings.optional.includes(name),
      random: settings.random,
    });
    if (!own?.ignore) return measuredColumn;
    const finding = { verdict: 'ignored' as const, reason: 'model.yml says to ignore it' };
    return { column: { ...measuredColumn.column, shares: [] }, measurements: [], finding };
  });
  const tests = measured.flatMap(({ measurements }) => measurements);
  const adjusted = benjaminiHochberg(tests.map(({ p }) => p));
  // What one column could show if no other moved: the level that it alone would have to reach.
  const level = settings.alpha / Math.max(1, tests.length);
  let next = 0;
  const columns = measured.map((column) =>
    judge(
      column,
      column.measurements.map((measurement): DriftTest => {
        const { detectable, rowsNeeded, ...fixed } = measurement;
        const smallest = detectable(level);
        const rows = rowsNeeded(level);
        return {
          ...fixed,
          adjusted: adjusted[next++]!,
          detectable: Number.isFinite(smallest) ? smallest : null,
          rowsNeeded: Number.isFinite(rows) ? rows : null,
        };
      }),
      settings.alpha,
    ),
  );
  return { ...overall(columns), columns };
}

function judge({ column, finding, note }: MeasuredColumn, tests: DriftTest[], alpha: number): ColumnDrift {
  const made = (verdict: ColumnVerdict, ...reasons: (string | undefined)[]): ColumnDrift => ({
    ...column,
    tests,
    verdict,
    alarm: alarming.includes(verdict),
    reason: reasons.filter((reason) => reason !== undefined).join('; '),
  });
  if (tests.length === 0) return made(finding!.verdict, finding!.reason);
  const moved = tests.filter((test) => test.adjusted <= alpha && test.effect >= test.threshold);
  if (moved.length > 0) return made('drift', ...moved.map((test) => describeMove(column, test)), note);
  const unclear = tests.find((test) => cannotTell(test));
  if (unclear !== undefined) return made('insufficient', describeUnclear(column, unclear), note);
  const small = tests.find((test) => test.adjusted <= alpha);
  const quiet =
    small === undefined
      ? 'no change found'
      : `changed, but too little to matter (${measured(small)}, ${formatNumber(small.threshold)} matters)`;
  return made('ok', finding?.reason, finding === undefined ? quiet : undefined, note);
}

/** The rows could not show what matters, or show it without being sure. */
function cannotTell({ detectable, effect, threshold }: DriftTest): boolean {
  return detectable === null || detectable > threshold || effect >= threshold;
}

function describeMove({ reference, current, shares }: MeasuredColumn['column'], test: DriftTest): string {
  const sure = `p ${test.adjusted < 1e-4 ? '< 0.0001' : `= ${formatNumber(test.adjusted, 2)}`} after correction`;
  if (test.of === 'missing') {
    const share = (side: typeof reference): string => formatPercent((side?.missing ?? 0) / (side?.rows ?? 1));
    return `rows without a value went from ${share(reference)} to ${share(current)} (${measured(test)}, ${sure})`;
  }
  if (reference?.numbers && current?.numbers && test.measure === 'wasserstein') {
    const [a, b] = [reference.numbers, current.numbers];
    return `the values moved by ${measured(test)}: median ${formatNumber(a.median)} → ${formatNumber(b.median)}, mean ${formatNumber(a.mean)} → ${formatNumber(b.mean)} (${sure})`;
  }
  const top = shares[0];
  const example =
    top === undefined
      ? ''
      : `: most of all ${top.label}, ${formatPercent(top.reference)} → ${formatPercent(top.current)} of the rows`;
  return `the mix of values changed by ${measured(test)}${example} (${sure})`;
}

function describeUnclear(column: MeasuredColumn['column'], test: DriftTest): string {
  const rows = formatInteger(column.current?.rows ?? 0);
  const could =
    test.detectable === null
      ? `${rows} rows cannot show any change`
      : test.detectable > test.threshold
        ? `${rows} rows show a change only from ${amount(test, test.detectable)} on, and ${formatNumber(test.threshold)} matters`
        : `moved by ${measured(test)}, which chance alone could do`;
  const wanted =
    test.rowsNeeded === null
      ? 'the reference is too small for any number of rows to show it'
      : `about ${formatInteger(test.rowsNeeded)} rows would`;
  return test.detectable !== null && test.detectable <= test.threshold ? could : `${could}; ${wanted}`;
}

const amount = ({ measure }: DriftTest, value: number): string =>
  measure === 'wasserstein'
    ? `${formatNumber(value, 2)} standard deviations`
    : `a distance of ${formatNumber(value, 2)}`;

const measured = (test: DriftTest): string => amount(test, test.effect);

function overall(columns: readonly ColumnDrift[]): { verdict: Verdict; reasons: string[] } {
  const of = (wanted: (column: ColumnDrift) => boolean): string[] =>
    columns.filter(wanted).map(({ name, reason }) => `${name}: ${reason}`);
  const alarms = of(({ alarm }) => alarm);
  const unclear = of(({ verdict }) => verdict === 'insufficient');
  if (alarms.length > 0) return { verdict: 'fail', reasons: [...alarms, ...unclear] };
  if (unclear.length > 0) return { verdict: 'inconclusive', reasons: unclear };
  const tested = columns.filter(({ verdict }) => verdict === 'ok').length;
  if (tested === 0) return { verdict: 'inconclusive', reasons: ['no column could be compared'] };
  return {
    verdict: 'pass',
    reasons: [`nothing that matters changed in ${tested} of ${columns.length} columns`],
  };
}
