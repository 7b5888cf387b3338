import type { ColumnDrift, ColumnVerdict } from '../formats/drift-column.js';
import type { ColumnProfile } from '../formats/profile.js';
import { isConstant, isId, typeChange } from './kind.js';
import { measureByKind } from './by-kind.js';
import type { Effect, Measurement } from './measure.js';
import type { Overlap } from './measure-unseen.js';
import { bare, measureCategories } from './measure-categories.js';
import { type ValueCounts, sizeOf } from '../statistics/two-sample.js';
import { formatPercent } from '../common/text.js';
import { type Side, describeSide, sideOf } from './values.js';

/** A column measured, not yet judged: that needs the p values of all the others. */
export interface MeasuredColumn {
  readonly column: Omit<ColumnDrift, 'tests' | 'verdict' | 'alarm' | 'reason' | 'fault'>;
  readonly measurements: readonly Measurement[];
  /** A remark that needs no test; a column without measurements always has one. */
  readonly finding?: { readonly verdict: ColumnVerdict; readonly reason: string };
  /** Said after the verdict's own sentence. */
  readonly note?: string;
  /** What makes a change, if there is one, look like a fault of the data. */
  readonly suspected?: string;
}

export interface ColumnSettings {
  /** Smallest Wasserstein-1 in standard deviations, Jensen–Shannon distance, or excess share of unseen rows, that matters. */
  readonly effect: {
    readonly numeric: Effect;
    readonly categorical: Effect;
    readonly missing: Effect;
    readonly unseen: Effect;
  };
  /** One side may lack the column: labels arrive later, predictions are made by the model. */
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
  if (ref === undefined && settings.optional)
    return say('ignored', 'the reference does not have this column, as is usual for labels and predictions');
  if (ref === undefined)
    return say('new', 'the reference does not have this column, so the model never saw it');
  if (cur === undefined) {
    if (settings.optional)
      return say('ignored', 'current data does not have this column, as is usual for labels and predictions');
    return say('missing', 'current data no longer has this column');
  }
  if (ref.present === 0 && cur.present === 0) return say('all-null', 'no row has a value, before or now');
  if (ref.rows === 0 || cur.rows === 0) return say('insufficient', 'one side has no rows');
  if (ref.present > 0 && cur.present > 0) {
    const changed = typeChange(ref, cur);
    if (changed !== undefined) return say(changed.verdict, changed.reason);
    if (isId(ref) && isId(cur))
      return measureId(
        say('id', 'nearly every row has a value of its own: it names rows'),
        [ref, cur],
        settings,
      );
    if (isConstant(ref, cur)) return say('constant', `every row has the same value, before and now`);
  }
  const { column, ...rest } = measureByKind(ref, cur, settings);
  return { column: { ...base, ...column }, ...rest };
}

/**
 * Of texts that name rows the values say nothing; how they are written does. Ids become longer as they count on, and
 * not shorter: values shorter than any of the reference have lost something, such as the zeros of 00501.
 */
function measureId(
  found: MeasuredColumn,
  [ref, cur]: readonly [Side, Side],
  { effect, level, random }: ColumnSettings,
): MeasuredColumn {
  if (ref.type !== 'string' || ref.lengths === undefined || cur.lengths === undefined) return found;
  const least = ref.lengths.values[0]!;
  const shorter = ({ values, counts }: ValueCounts): number =>
    Array.from(values).reduce((sum, length, i) => sum + (length < least ? counts[i]! : 0), 0);
  const rows = shorter(cur.lengths);
  if (rows === 0) return found;
  const table = { a: [0, sizeOf(ref.lengths)], b: [rows, sizeOf(cur.lengths) - rows] };
  const measurement = bare(
    measureCategories(table, random, { of: 'lengths', effect: effect.categorical, level }),
  );
  const note = `${formatPercent(rows / cur.present)} of the values are shorter than any in the reference (${least} characters)`;
  return { ...found, measurements: [measurement], note, suspected: note };
}
