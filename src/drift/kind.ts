import { plural } from '../common/text.js';
import type { ColumnVerdict } from '../formats/drift-column.js';
import { momentsOf } from '../statistics/two-sample.js';
import { type Side, categoriesOf, isNumeric, isTime } from './values.js';

/** Whole numbers with at most this many different values are categories: months, classes, flags. */
const fewValues = 12;
/** From this many rows on, a column whose values (nearly) all differ names rows instead of describing them. */
const idRows = 20;

/** What a change of type is called, and which rows show it; undefined when both sides are of one kind. */
export function typeChange(ref: Side, cur: Side): { verdict: ColumnVerdict; reason: string } | undefined {
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

/** Nearly every row has a value of its own: texts that are no sentences, or whole numbers that count. */
export function isId(side: Side): boolean {
  if (side.present < idRows || side.distinct < 0.95 * side.present) return false;
  if (side.type === 'string') return side.words === undefined;
  if (side.type !== 'integer') return false;
  // Counters fill their range; a measurement with many values does not.
  const { values } = side.numbers;
  return side.present / (values[values.length - 1]! - values[0]! + 1) >= 0.5;
}

export function isConstant(ref: Side, cur: Side): boolean {
  if (ref.missing + cur.missing > 0) return false;
  if ([ref, cur].some(({ numbers, texts }) => numbers.values.length + texts.size > 1)) return false;
  const all = new Set([...categoriesOf(ref).keys(), ...categoriesOf(cur).keys()]);
  return all.size === 1 && ref.others + cur.others === 0;
}

/** Whether a column of numbers is better told as categories. */
export function isCategorical(ref: Side, cur: Side): boolean {
  const [a, b] = [ref.numbers.values, cur.numbers.values];
  // Without a spread in the reference there is no unit to measure a distance in.
  const { deviation } = momentsOf(ref.numbers);
  if (!(deviation > 0 && Number.isFinite(deviation))) return true;
  if (a.length > fewValues || b.length > fewValues) return false;
  return [...Array.from(a), ...Array.from(b)].every(Number.isInteger);
}
