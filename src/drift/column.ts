import { formatInteger, formatNumber, formatPercent, plural } from '../common/text.js';
import type { ColumnDrift, ColumnVerdict } from '../formats/drift.js';
import type { ColumnProfile } from '../formats/profile.js';
import { cramersV } from '../statistics/categorical.js';
import { correctedPopulationStability, largestShareDifference, sharesOf } from '../statistics/effect.js';
import { momentsOf } from '../statistics/two-sample.js';
import { type Measurement, measureCategories, measureNumbers } from './measure.js';
import {
  type LabelledTable,
  binShares,
  categoryShares,
  decileTable,
  missingLabel,
  tableOf,
} from './shares.js';
import { type Side, alike, categoriesOf, describeSide, isNumeric, isTime, sideOf } from './values.js';

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
  /** Smallest Wasserstein-1 in standard deviations, or smallest Jensen–Shannon distance, that matters. */
  readonly effect: { readonly numeric: number; readonly categorical: number; readonly missing: number };
  /** The column is known to be absent from current data (labels arrive later). */
  readonly optional: boolean;
  readonly random: () => number;
}

/** Whole numbers with at most this many different values are categories: months, classes, flags. */
const fewValues = 12;
/** From this many rows on, a column whose values (nearly) all differ names rows instead of describing them. */
const idRows = 20;

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
  if (isTime(ref.type)) return measureTime(base, ref, cur, settings);
  const numeric = isNumeric(ref.type) && ref.present > 0 && cur.present > 0;
  return numeric && !isCategorical(ref, cur)
    ? measureNumeric(base, ...alike(ref, cur), settings)
    : measureCategorical(base, ref, cur, settings);
}

type Base = MeasuredColumn['column'];

function measureNumeric(base: Base, ref: Side, cur: Side, settings: ColumnSettings): MeasuredColumn {
  const { effect } = settings;
  const deciles = decileTable(ref.numbers, cur.numbers);
  return {
    column: {
      ...base,
      kind: 'numeric',
      shares: binShares(ref.numbers, cur.numbers),
      measures: { psi: correctedPopulationStability(deciles.a, deciles.b) },
    },
    measurements: [
      measureNumbers(ref.numbers, cur.numbers, effect.numeric),
      ...measureMissing(ref, cur, settings),
    ],
  };
}

function measureCategorical(base: Base, ref: Side, cur: Side, settings: ColumnSettings): MeasuredColumn {
  const table = tableOf(ref, cur, true);
  const [p, q] = [sharesOf(table.a), sharesOf(table.b)];
  const note = describeUnseen(ref, cur, table);
  return {
    column: {
      ...base,
      kind: 'categorical',
      shares: categoryShares(table),
      measures: {
        psi: correctedPopulationStability(table.a, table.b),
        cramersV: cramersV(table),
        largestDifference: largestShareDifference(p, q),
      },
    },
    measurements: [measureCategories(table, settings.effect.categorical, settings.random)],
    ...(note !== undefined && { note }),
  };
}

/** Time only moves on: that is no change of what the model sees. Only a missing time is tested. */
function measureTime(base: Base, ref: Side, cur: Side, settings: ColumnSettings): MeasuredColumn {
  const measurements = measureMissing(ref, cur, settings);
  const column = { ...base, kind: 'time' as const };
  if (ref.present === 0 || cur.present === 0) return { column, measurements };
  const ends = ({ numbers: { values } }: Side): [number, number] => [values[0]!, values[values.length - 1]!];
  const [[refFrom, refTo], [from, to]] = [ends(ref), ends(cur)];
  // A profile can name times that no calendar has.
  const day = (seconds: number): string =>
    Math.abs(seconds) <= 8.64e12 ? new Date(seconds * 1000).toISOString().slice(0, 10) : String(seconds);
  const span = `${day(from)} to ${day(to)}; the reference covers ${day(refFrom)} to ${day(refTo)}`;
  const where =
    to < refFrom
      ? 'earlier than the reference: is this the data that was meant?'
      : to > refTo
        ? 'later, as time does'
        : 'within the time of the reference';
  return { column, measurements, finding: { verdict: 'ok', reason: `${where} (${span})` } };
}

function measureMissing(ref: Side, cur: Side, { effect, random }: ColumnSettings): Measurement[] {
  if (ref.missing + cur.missing === 0) return [];
  const table = { a: [ref.missing, ref.present], b: [cur.missing, cur.present] };
  return [measureCategories(table, effect.missing, random, 'missing')];
}

function typeChange(ref: Side, cur: Side): { verdict: ColumnVerdict; reason: string } | undefined {
  const family = ({ type }: Side): string => (isNumeric(type) ? 'number' : isTime(type) ? 'time' : type);
  const isStray = (side: Side): boolean => (isNumeric(side.type) || isTime(side.type)) && side.texts.size > 0;
  const change = `${ref.type} in the reference, ${cur.type} now`;
  const changed = { verdict: 'type-changed' as const, reason: `the type changed: ${change}` };
  if (isStray(ref))
    return { verdict: 'mixed', reason: `the reference mixes values of another type into ${ref.type}` };
  if (family(ref) === family(cur) && !isStray(cur)) return undefined;
  if (!isNumeric(ref.type) || (cur.type !== 'string' && !isStray(cur))) return changed;
  const texts = [...cur.texts].filter(([text]) => text.trim() === '' || !Number.isFinite(Number(text)));
  const rows = texts.reduce((sum, [, count]) => sum + count, 0);
  if (rows === cur.present) return changed;
  const examples = texts.sort(([, a], [, b]) => b - a).slice(0, 3);
  const shown = examples.map(([text]) => JSON.stringify(text.slice(0, 40))).join(', ');
  const found = shown === '' ? '' : `: ${plural(rows, 'row')} hold text, such as ${shown}`;
  return { verdict: 'mixed', reason: `numbers and texts are mixed (${change})${found}` };
}

function isId(side: Side): boolean {
  if (side.present < idRows) return false;
  if (side.type === 'string') return side.distinct >= 0.95 * side.present;
  if (side.type !== 'integer' || side.numbers.values.length < side.present) return false;
  // Counters fill their range; a measurement with many values does not.
  const { values } = side.numbers;
  return side.present / (values[values.length - 1]! - values[0]! + 1) >= 0.5;
}

function isConstant(ref: Side, cur: Side): boolean {
  if (ref.missing + cur.missing > 0) return false;
  const all = new Set([...categoriesOf(ref).keys(), ...categoriesOf(cur).keys()]);
  return all.size === 1 && ref.others + cur.others === 0;
}

function isCategorical(ref: Side, cur: Side): boolean {
  const [a, b] = [ref.numbers.values, cur.numbers.values];
  // Without a spread in the reference there is no unit to measure a distance in.
  const { deviation } = momentsOf(ref.numbers);
  if (!(deviation > 0 && Number.isFinite(deviation))) return true;
  if (a.length > fewValues || b.length > fewValues) return false;
  return [...Array.from(a), ...Array.from(b)].every(Number.isInteger);
}

/** Values that the reference does not have: how many rows, beside how many chance brings (Good 1953). */
function describeUnseen(ref: Side, cur: Side, { labels, a, b }: LabelledTable): string | undefined {
  if (ref.present === 0 || cur.present === 0) return undefined;
  const unseen = labels.map((_, k) => k).filter((k) => a[k] === 0 && labels[k] !== missingLabel);
  if (unseen.length === 0) return undefined;
  const rows = unseen.reduce((sum, k) => sum + b[k]!, 0);
  const once = a.filter((count) => count === 1).length / ref.present;
  const largest = unseen.sort((x, y) => b[y]! - b[x]!).slice(0, 3);
  const shown = largest.map((k) => `${JSON.stringify(labels[k]!.slice(0, 40))} (${formatInteger(b[k]!)})`);
  return (
    `${formatPercent(rows / cur.rows)} of the rows have ${unseen.length === 1 ? 'a value' : `${formatNumber(unseen.length)} values`} ` +
    `that the reference does not have, such as ${shown.join(', ')}; by chance it would be about ${formatPercent(once)}`
  );
}
