import { spellingOf } from '../common/spelling.js';
import { formatPercent, nearest } from '../common/text.js';
import type { ColumnDrift } from '../formats/drift-column.js';
import type { Side } from './values.js';

/** Share of the new rows whose value is an old one that is only written differently. */
const mostOfThem = 0.9;
/** With fewer rows of new values there is nothing to explain. */
const leastShare = 0.02;

/**
 * Whether new values are old ones that are written differently (`00501` and `501`, `DE` and `de `).
 * @returns a clause that says so; undefined where they are new indeed
 */
export function rewritten(reference: Side, current: Side): string | undefined {
  const known = new Map([...reference.texts.keys()].map((text) => [spellingOf(text), text]));
  let [fresh, explained] = [0, 0];
  let example: string | undefined;
  for (const [text, rows] of current.texts) {
    if (reference.texts.has(text)) continue;
    fresh += rows;
    const old = known.get(spellingOf(text));
    if (old === undefined) continue;
    explained += rows;
    example ??= `${JSON.stringify(old.slice(0, 40))} is now ${JSON.stringify(text.slice(0, 40))}`;
  }
  if (fresh < leastShare * current.present || explained < mostOfThem * fresh) return undefined;
  return `${formatPercent(explained / current.present)} of the rows have a value that is only written differently: ${example!}`;
}

/** What a data fault does to a column; anything else that alarms is drift. */
const faulty: readonly ColumnDrift['verdict'][] = ['missing', 'type-changed', 'mixed'];

/**
 * Why an alarm of a column looks like a fault of the data, which new training would only learn: a column that is gone or of
 * another type, values that are missing, in another unit or written differently. Undefined where it is drift.
 * @param suspected what the values themselves show
 */
export function faultOf(
  column: Omit<ColumnDrift, 'fault'>,
  suspected: string | undefined,
  alpha: number,
): string | undefined {
  if (!column.alarm) return undefined;
  if (faulty.includes(column.verdict)) return column.reason;
  if (suspected !== undefined) return suspected;
  const moved = column.tests.filter(
    ({ adjusted, effect, threshold }) => adjusted <= alpha && effect >= threshold,
  );
  const [before, now] = [column.reference, column.current].map(
    (side) => (side?.missing ?? 0) / Math.max(1, side?.rows ?? 1),
  );
  if (moved.length > 0 && moved.every(({ of }) => of === 'missing') && now! > before!) {
    return 'values are missing that used to be there';
  }
  return undefined;
}

/**
 * The new column that a missing one was renamed to, if any looks like it: a name that is near, or the same but for
 * letter case and punctuation.
 */
export function renamedTo(missing: string, added: readonly string[]): string | undefined {
  const bare = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  return added.find((name) => bare(name) === bare(missing)) ?? nearest(missing, added);
}
