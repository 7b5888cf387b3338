import type { ColumnDrift, ColumnVerdict } from '../formats/drift-column.js';
import type { ColumnProfile } from '../formats/profile.js';
import { isConstant, isId, typeChange } from './kind.js';
import { measureByKind } from './by-kind.js';
import type { Effect, Measurement } from './measure.js';
import type { Overlap } from './measure-unseen.js';
import { describeSide, sideOf } from './values.js';

/** A column measured, not yet judged: that needs the p values of all the others. */
export interface MeasuredColumn {
  readonly column: Omit<ColumnDrift, 'tests' | 'verdict' | 'alarm' | 'reason'>;
  readonly measurements: readonly Measurement[];
  /** What can be said without a test; a column without measurements always has it. */
  readonly finding?: { readonly verdict: ColumnVerdict; readonly reason: string };
  /** Said after the verdict's own sentence. */
  readonly note?: string;
}

export interface ColumnSettings {
  /** Smallest Wasserstein-1 in standard deviations, Jensen–Shannon distance, or excess share of unseen rows, that matters. */
  readonly effect: {
    readonly numeric: Effect;
    readonly categorical: Effect;
    readonly missing: Effect;
    readonly unseen: Effect;
  };
  /** The column is known to be absent from current data (labels arrive later). */
  readonly optional: boolean;
  /** The level that is left for one of all the tests of the run. */
  readonly level: number;
  readonly random: () => number;
  /** How values are shared by both sides, where a profile does not list all of them. */
  readonly overlap?: Overlap | undefined;
}

/** Measures what a column shows on both sides. One of them may lack it. */
export function measureColumn(
  name: string,
  reference: ColumnProfile | undefined,
  current: ColumnProfile | undefined,
  settings: ColumnSettings,
): MeasuredColumn {
  const [ref, cur] = [reference && sideOf(reference), current && sideOf(current)];
  const base = {
    name,
    kind: 'none' as ColumnDrift['kind'],
    reference: ref ? describeSide(ref) : null,
    current: cur ? describeSide(cur) : null,
    shares: [],
    measures: {},
  };
  const say = (verdict: ColumnVerdict, reason: string): MeasuredColumn => ({
    column: base,
    measurements: [],
    finding: { verdict, reason },
  });
  if (ref === undefined && cur === undefined) throw new RangeError(`neither side has a column "${name}"`);
  if (ref === undefined)
    return say('new', 'the reference does not have this column, so the model never saw it');
  if (cur === undefined) {
    if (settings.optional)
      return say('ignored', 'current data does not have this column yet, as is usual for labels');
    return say('missing', 'current data no longer has this column');
  }
  if (ref.present === 0 && cur.present === 0) return say('all-null', 'no row has a value, before or now');
  if (ref.rows === 0 || cur.rows === 0) return say('insufficient', 'one side has no rows');
  if (ref.present > 0 && cur.present > 0) {
    const changed = typeChange(ref, cur);
    if (changed !== undefined) return say(changed.verdict, changed.reason);
    if (isId(ref) && isId(cur)) return say('id', 'nearly every row has a value of its own: it names rows');
    if (isConstant(ref, cur)) return say('constant', `every row has the same value, before and now`);
  }
  const { column, ...rest } = measureByKind(ref, cur, settings);
  return { column: { ...base, ...column }, ...rest };
}
