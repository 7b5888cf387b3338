import { plural } from '../common/text.js';
import type { Verdict } from '../common/verdict.js';
import type { ColumnDrift, ColumnVerdict, DriftTest } from '../formats/drift-column.js';
import type { Profile } from '../formats/profile.js';
import { benjaminiHochberg } from '../statistics/multiplicity.js';
import { type MeasuredColumn, measureColumn } from './column.js';
import { faultOf, renamedTo } from './fault.js';
import type { Overlap } from './measure-unseen.js';
import { describeMove, describeQuiet, describeUnclear } from './sentences.js';

export interface DriftSettings {
  /** Share of runs that may alarm although nothing changed, over all columns together. */
  readonly alpha: number;
  /** By column: left out, or with a threshold of its own in the unit of the column's measure. */
  readonly columns: ReadonlyMap<string, ColumnWishes>;
  /** Columns that are not tested although nobody says to ignore them, such as ids, with the reason. */
  readonly untested?: ReadonlyMap<string, string>;
  /** Columns that one side may lack: labels and predictions. */
  readonly optional: readonly string[];
  /** Uniform on [0, 1), seeded: the permutation tests of a repeated run give the same p values. */
  readonly random: () => number;
  /** By column, where a profile does not list all values: how both sides share them. */
  readonly overlaps?: ReadonlyMap<string, Overlap>;
}

export interface ColumnWishes {
  readonly ignore?: boolean;
  /** Smallest Wasserstein distance (numbers) or Jensen–Shannon distance (categories) that matters. */
  readonly effect?: number | undefined;
  /** Smallest excess share of rows with a new value that matters, 0..1. */
  readonly unseen?: number | undefined;
}

export interface Comparison {
  readonly verdict: Verdict;
  readonly reasons: readonly string[];
  readonly columns: readonly ColumnDrift[];
}

/** Smallest effects that matter unless the spec says otherwise (docs/decisions/030-drift-alarms.md). */
export const defaultEffect = {
  numeric: { threshold: 0.1, sought: 0.2 },
  categorical: { threshold: 0.1, sought: 0.1 },
  missing: { threshold: 0.1, sought: 0.1 },
  /** Excess share of rows with a value that the reference does not have. */
  unseen: { threshold: 0.05, sought: 0.1 },
};

const alarming: readonly ColumnVerdict[] = ['drift', 'missing', 'type-changed', 'mixed'];

/**
 * Compares two profiles column by column. A column alarms when its change is significant after correction over
 * all columns **and** large enough to matter; where the rows could not show a change that matters, the column is
 * `insufficient`, never `ok`. No column can stop the comparison of another.
 */
export function compareProfiles(reference: Profile, current: Profile, settings: DriftSettings): Comparison {
  const find = (profile: Profile, name: string) => profile.columns.find((column) => column.name === name);
  const names = new Set([...reference.columns, ...current.columns].map((column) => column.name));
  const level = settings.alpha / plannedTests(reference, current);
  const measured = [...names].map((name): MeasuredColumn => {
    const own = settings.columns.get(name);
    const why = settings.untested?.get(name);
    if (own?.ignore) return unmeasured(name, 'ignored', 'model.yml says to ignore it');
    if (why !== undefined) return unmeasured(name, 'ignored', why);
    try {
      return measureColumn(name, find(reference, name), find(current, name), {
        effect: effectsOf(own),
        optional: settings.optional.includes(name),
        level,
        random: settings.random,
        overlap: settings.overlaps?.get(name),
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return unmeasured(name, 'insufficient', `the column could not be compared: ${reason}`);
    }
  });
  const adjusted = benjaminiHochberg(measured.flatMap(({ measurements }) => measurements.map(({ p }) => p)));
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
  let next = 0;
  const judged = measured.map((column) => {
    const tests = column.measurements.map(({ detectable, rowsNeeded, ...test }): DriftTest => ({
      ...test,
      adjusted: adjusted[next++]!,
      detectable: finite(detectable),
      rowsNeeded: finite(rowsNeeded),
    }));
    return judge(column, tests, settings.alpha);
  });
  const columns = judged.map((column) => withNewName(column, judged));
  const rows = Math.min(reference.rows, current.rows);
  return { ...overall(columns, { rows, alpha: settings.alpha }), columns };
}

function effectsOf({ effect, unseen }: ColumnWishes = {}): typeof defaultEffect {
  const just = (value: number): { threshold: number; sought: number } => ({
    threshold: value,
    sought: value,
  });
  return {
    ...defaultEffect,
    ...(effect !== undefined && { numeric: just(effect), categorical: just(effect) }),
    ...(unseen !== undefined && { unseen: just(unseen) }),
  };
}

/** At least as many tests as there will be: what one of them could show is told for its share of the level. */
function plannedTests(reference: Profile, current: Profile): number {
  const tests = reference.columns.map((column) => {
    const other = current.columns.find(({ name }) => name === column.name);
    if (other === undefined) return 0;
    const isTime = column.type === 'date' || column.type === 'timestamp';
    // Texts that are no free text are also asked for values that the reference does not have.
    const several = isTime || column.type === 'string';
    return (several ? 2 : 1) + (column.nulls + other.nulls > 0 ? 1 : 0);
  });
  return Math.max(
    1,
    tests.reduce<number>((sum, count) => sum + count, 0),
  );
}

function unmeasured(name: string, verdict: ColumnVerdict, reason: string): MeasuredColumn {
  const column = { name, kind: 'none' as const, reference: null, current: null, shares: [], measures: {} };
  return { column, measurements: [], finding: { verdict, reason } };
}

/** A column that is gone, with the new one that may be it under another name. */
function withNewName(column: ColumnDrift, all: readonly ColumnDrift[]): ColumnDrift {
  if (column.verdict !== 'missing') return column;
  const added = all.filter(({ verdict }) => verdict === 'new').map(({ name }) => name);
  const gone = all.filter(({ verdict }) => verdict === 'missing');
  // One column went and one came: whatever it is called, it may be the same.
  const near =
    renamedTo(column.name, added) ?? (gone.length === 1 && added.length === 1 ? added[0] : undefined);
  if (near === undefined) return column;
  const reason = `${column.reason}; it has a new column ${JSON.stringify(near)}: was it renamed?`;
  return { ...column, reason, fault: reason };
}

function judge(measured: MeasuredColumn, tests: DriftTest[], alpha: number): ColumnDrift {
  const column = verdictOf(measured, tests, alpha);
  const fault = faultOf(column, measured.suspected, alpha);
  if (fault === undefined) return column;
  const said =
    fault !== measured.suspected || column.reason.includes(fault)
      ? column.reason
      : `${fault}; ${column.reason}`;
  return { ...column, reason: said, fault };
}

function verdictOf(
  { column, finding, note }: MeasuredColumn,
  tests: DriftTest[],
  alpha: number,
): ColumnDrift {
  const made = (verdict: ColumnVerdict, ...reasons: (string | undefined)[]): ColumnDrift => ({
    ...column,
    tests,
    verdict,
    alarm: alarming.includes(verdict),
    reason: reasons.filter((reason) => reason !== undefined).join('; '),
  });
  if (tests.length === 0) return made(finding!.verdict, finding!.reason);
  const moved = tests.filter((test) => test.adjusted <= alpha && test.effect >= test.threshold);
  if (moved.length > 0) return made('drift', ...moved.map((test) => describeMove(column, test, tests)), note);
  const unclear = tests.find((test) => cannotTell(test));
  // Of what names rows nothing has to be seen.
  if (unclear && finding?.verdict !== 'id')
    return made('insufficient', describeUnclear(column, unclear), note);
  return made(finding?.verdict ?? 'ok', finding?.reason ?? describeQuiet(tests, alpha), note);
}

/** The rows could not show what is sought, or show it without being sure. */
function cannotTell({ detectable, effect, sought }: DriftTest): boolean {
  return detectable === null || detectable > sought || effect >= sought;
}

function overall(
  columns: readonly ColumnDrift[],
  { rows, alpha }: { rows: number; alpha: number },
): { verdict: Verdict; reasons: string[] } {
  const of = (wanted: (column: ColumnDrift) => boolean): string[] =>
    columns.filter(wanted).map(({ name, reason }) => `${name}: ${reason}`);
  const alarms = of(({ alarm }) => alarm);
  const unclear = of(({ verdict }) => verdict === 'insufficient');
  if (alarms.length > 0) return { verdict: 'fail', reasons: [...alarms, ...unclear] };
  if (unclear.length > 0) return { verdict: 'inconclusive', reasons: unclear };
  const tested = columns.filter(({ verdict }) => verdict === 'ok').length;
  const constant = columns.filter(({ verdict }) => verdict === 'constant').length;
  if (tested === 0 && constant > 0) return judgeConstants(constant, rows, alpha);
  if (tested === 0) return { verdict: 'inconclusive', reasons: ['no column could be compared'] };
  return {
    verdict: 'pass',
    reasons: [`nothing that matters changed in ${tested} of ${columns.length} columns`],
  };
}

/**
 * The verdict on a table in which no column varies: n equal values show, with confidence 1 − alpha, that at most
 * 1 − alpha^(1/n) of all rows have another one (Clopper–Pearson with no event).
 */
function judgeConstants(count: number, rows: number, alpha: number): { verdict: Verdict; reasons: string[] } {
  const needed = Math.ceil(Math.log(alpha / count) / Math.log(1 - defaultEffect.unseen.sought));
  const same = `${plural(count, 'column')} with one value, the same before and now`;
  if (rows >= needed) return { verdict: 'pass', reasons: [`nothing changed: ${same}`] };
  const reason = `${same}, and no other column: ${plural(rows, 'row')} cannot show that; ${needed} would`;
  return { verdict: 'inconclusive', reasons: [reason] };
}
