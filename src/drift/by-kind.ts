import { formatInteger, formatNumber, formatPercent } from '../common/text.js';
import type { ColumnDrift } from '../formats/drift-column.js';
import type { ColumnWords } from '../formats/profile.js';
import { cramersV } from '../statistics/categorical.js';
import {
  correctedPopulationStability,
  detectableDistance,
  hellinger,
  jensenShannonDistance,
  largestShareDifference,
  sharesOf,
} from '../statistics/effect.js';
import { kolmogorovDistance, momentsOf, wasserstein1 } from '../statistics/two-sample.js';
import { calendarTables } from './calendar.js';
import type { ColumnSettings, MeasuredColumn } from './column.js';
import { isCategorical } from './kind.js';
import { type Measurement, measureNumbers } from './measure.js';
import { type CategoryMeasurement, bare, measureCategories } from './measure-categories.js';
import { measureUnseen } from './measure-unseen.js';
import { rewritten } from './fault.js';
import { unitChange } from './units.js';
import {
  type LabelledTable,
  binShares,
  categoryShares,
  decileTable,
  missingLabel,
  sharesInOrder,
  tableOf,
} from './shares.js';
import { type Side, alike, isNumeric, isTime } from './values.js';
import { measureWords } from './words.js';

/** What its kind adds to a column: `kind`, `shares` and `measures`, and the tests. */
export interface Measured extends Omit<MeasuredColumn, 'column'> {
  readonly column: Partial<Pick<ColumnDrift, 'kind' | 'shares' | 'measures'>>;
}

/** Two sides of one type, at least one with values, by the methods of their kind. */
export function measureByKind(ref: Side, cur: Side, settings: ColumnSettings): Measured {
  const both = ref.present > 0 && cur.present > 0;
  if (isTime(ref.type)) return measureTime(...alike(ref, cur), settings);
  if (both && isNumeric(ref.type) && !isCategorical(ref, cur))
    return measureNumeric(...alike(ref, cur), settings);
  if (both && isFreeText(ref) && isFreeText(cur)) return measureText(ref, cur, settings);
  return measureCategorical(ref, cur, settings);
}

type FreeText = Side & { words: ColumnWords };
const isFreeText = (side: Side): side is FreeText => side.words !== undefined && side.words.counts.length > 0;

function measureNumeric(ref: Side, cur: Side, settings: ColumnSettings): Measured {
  const deciles = decileTable(ref.numbers, cur.numbers);
  const question = { of: 'values' as const, effect: settings.effect.numeric, level: settings.level };
  const measurement = measureNumbers(ref.numbers, cur.numbers, question, settings.random);
  const { effect, threshold } = measurement;
  const unit = effect >= threshold ? unitChange(ref.numbers, cur.numbers, effect) : undefined;
  return {
    column: {
      kind: 'numeric',
      shares: binShares(ref.numbers, cur.numbers),
      measures: finite({
        kolmogorovSmirnov: kolmogorovDistance(ref.numbers, cur.numbers),
        wasserstein: wasserstein1(ref.numbers, cur.numbers) / momentsOf(ref.numbers).deviation,
        psi: correctedPopulationStability(deciles.a, deciles.b),
        ...distances(deciles),
      }),
    },
    measurements: [measurement, ...measureMissing(ref, cur, settings)],
    ...(unit !== undefined && { suspected: `the values look as before, but ${unit}: another unit?` }),
  };
}

function measureCategorical(ref: Side, cur: Side, settings: ColumnSettings): Measured {
  const table = tableOf(ref, cur, true);
  const question = { of: 'values' as const, effect: settings.effect.categorical, level: settings.level };
  const measurement = measureCategories(table, settings.random, question);
  const unseen = measureUnseen(
    [ref, cur],
    table,
    settings.overlap,
    { of: 'unseen', effect: settings.effect.unseen, level: settings.level },
    settings.random,
  );
  const suspected = rewritten(ref, cur);
  const notes = [describeUnseen(ref, cur, table), describeTogether(measurement)].filter(
    (note) => note !== undefined,
  );
  return {
    column: {
      kind: 'categorical',
      shares: categoryShares(table),
      measures: finite({
        psi: correctedPopulationStability(table.a, table.b),
        cramersV: cramersV(table),
        ...distances(table),
        largestDifference: largestShareDifference(sharesOf(table.a), sharesOf(table.b)),
      }),
    },
    measurements: [bare(measurement), ...(unseen ? [unseen] : [])],
    ...(notes.length > 0 && { note: notes.join('; ') }),
    ...(suspected !== undefined && { suspected }),
  };
}

/** Texts differ from row to row: their lengths and their words are compared. */
function measureText(ref: FreeText, cur: FreeText, settings: ColumnSettings): Measured {
  const { level, effect } = settings;
  const words = measureWords(ref, cur, { of: 'words', effect: effect.categorical, level });
  const lengths =
    ref.lengths && cur.lengths && ref.lengths.values.length > 1
      ? [
          measureNumbers(
            ref.lengths,
            cur.lengths,
            { of: 'lengths', effect: effect.numeric, level },
            settings.random,
          ),
        ]
      : [];
  return {
    column: { kind: 'text', shares: [...words.shares] },
    measurements: [words.measurement, ...lengths, ...measureMissing(ref, cur, settings)],
  };
}

/** Time only moves on: that is no change of what the model sees. What repeats in it, and a missing time, are tested. */
function measureTime(ref: Side, cur: Side, settings: ColumnSettings): Measured {
  const missing = measureMissing(ref, cur, settings);
  if (ref.present === 0 || cur.present === 0) return { column: { kind: 'time' }, measurements: missing };
  const { categorical: effect } = settings.effect;
  const tables = calendarTables(
    ref,
    cur,
    (parts, n, m) => detectableDistance(parts, n, m, settings.level / 3) <= effect.sought,
  );
  const measured = tables.map((table) => {
    const question = { of: table.of, effect, level: settings.level };
    return bare(measureCategories(table, settings.random, question));
  });
  // Of two compositions the one that moved more is shown, in the calendar's order.
  const shown = tables[measured.length > 1 && measured[1]!.effect > measured[0]!.effect ? 1 : 0];
  return {
    column: {
      kind: 'time',
      ...(shown && { shares: sharesInOrder(shown), measures: finite(distances(shown)) }),
    },
    measurements: [...measured, ...missing],
    finding: { verdict: 'ok', reason: describeRecency(ref, cur) },
  };
}

function describeRecency(ref: Side, cur: Side): string {
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
        ? 'later than the reference, as expected'
        : 'within the time of the reference';
  return `${where} (${span})`;
}

function measureMissing(ref: Side, cur: Side, { effect, random, level }: ColumnSettings): Measurement[] {
  if (ref.missing + cur.missing === 0) return [];
  const table = { a: [ref.missing, ref.present], b: [cur.missing, cur.present] };
  return [bare(measureCategories(table, random, { of: 'missing', effect: effect.missing, level }))];
}

function distances({ a, b }: { a: readonly number[]; b: readonly number[] }): Record<string, number> {
  const [p, q] = [sharesOf(a), sharesOf(b)];
  return { jensenShannon: jensenShannonDistance(p, q), hellinger: hellinger(p, q) };
}

/** JSON has no infinity; what has no value is left out. */
function finite(measures: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(measures).filter(([, value]) => Number.isFinite(value)));
}

/** Below this share of the rows nobody asks what was pooled. */
const fewRows = 0.05;

function describeTogether({ together, share }: CategoryMeasurement): string | undefined {
  if (together === 0 || share < fewRows) return undefined;
  return `the ${formatInteger(together)} rarest values, with ${formatPercent(share)} of the rows, were pooled: there are too few rows to compare them separately`;
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
