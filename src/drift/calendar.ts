import type { TwoByK } from '../statistics/categorical.js';
import type { ValueCounts } from '../statistics/two-sample.js';
import type { Side } from './values.js';

const [hour, day] = [3600, 86_400];
const names = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** Rows by a part of the calendar (UTC), on both sides alike. */
export interface CalendarTable extends TwoByK {
  readonly of: 'weekdays' | 'hours';
  readonly labels: readonly string[];
}

/**
 * What of two time columns can be compared although time goes on: the days of the week over whole weeks, the hours
 * of the day over whole days. Nothing of what a side does not have in whole, or what its cells are too wide for.
 * @param canShow whether so many parts can be told apart with so many rows; else hours are joined to parts of the day
 */
export function calendarTables(
  reference: Side,
  current: Side,
  canShow: (parts: number, n: number, m: number) => boolean,
): CalendarTable[] {
  const step = Math.max(cellWidth(reference), cellWidth(current));
  const made: (CalendarTable | undefined)[] = [];
  if (step <= day / 10) {
    made.push(tableOf('weekdays', names, byWeekday(reference.numbers), byWeekday(current.numbers)));
  }
  // Cells put rows into the hour before: only into parts much wider than they are.
  const widths = [1, 3, 6].filter((width) => step <= (width * hour) / 10);
  if (widths.length > 0 && reference.type !== 'date' && current.type !== 'date') {
    const [a, b] = [byHour(reference.numbers), byHour(current.numbers)];
    const able = widths.find((width) => canShow(24 / width, sum(a ?? []), sum(b ?? [])));
    const width = able ?? widths.at(-1)!;
    const two = (n: number): string => String(n).padStart(2, '0');
    const labels = Array.from(
      { length: 24 / width },
      (_, i) => `${two(i * width)}:00–${two((i + 1) * width - 1)}:59`,
    );
    const join = (hours?: number[]): number[] | undefined =>
      hours && labels.map((_, i) => sum(hours.slice(i * width, (i + 1) * width)));
    made.push(tableOf('hours', labels, join(a), join(b)));
  }
  return made.filter((table) => table !== undefined);
}

function tableOf(
  of: CalendarTable['of'],
  labels: readonly string[],
  a: readonly number[] | undefined,
  b: readonly number[] | undefined,
): CalendarTable | undefined {
  if (a === undefined || b === undefined || sum(a) === 0 || sum(b) === 0) return undefined;
  return a.filter((n, k) => n + b[k]! > 0).length > 1 ? { of, labels, a, b } : undefined;
}

const sum = (counts: readonly number[]): number => counts.reduce((x, y) => x + y, 0);

function cellWidth({ step, bits, numbers: { values } }: Side): number {
  const largest = Math.max(Math.abs(values[0] ?? 0), Math.abs(values[values.length - 1] ?? 0));
  return Math.max(step, bits < 53 ? largest * 2 ** -bits : 0);
}

/**
 * Over the latest whole weeks; undefined when there is not one, or when a day of the week is there in some of them
 * and not in others: what is then missing are days, which says nothing of the week.
 */
function byWeekday({ values, counts }: ValueCounts): number[] | undefined {
  const [first, last] = [values[0]!, values[values.length - 1]!].map((x) => Math.floor(x / day)) as [
    number,
    number,
  ];
  const weeks = Math.floor((last - first + 1) / 7);
  if (weeks < 1) return undefined;
  const rows = new Array<number>(7).fill(0);
  const dates = Array.from({ length: 7 }, () => new Set<number>());
  for (let i = 0; i < values.length; i++) {
    const date = Math.floor(values[i]! / day);
    if (date <= last - 7 * weeks) continue;
    // 1 January 1970 was a Thursday.
    const weekday = (((date + 3) % 7) + 7) % 7;
    rows[weekday]! += counts[i]!;
    dates[weekday]!.add(date);
  }
  return dates.every(({ size }) => size === 0 || size === weeks) ? rows : undefined;
}

/** Over the days that are whole: of the first and the last one it must be seen that they were. */
function byHour({ values, counts }: ValueCounts): number[] | undefined {
  const [from, to] = [values[0]!, values[values.length - 1]!];
  const first = Math.floor(from / day) + (hourOf(from) === 0 ? 0 : 1);
  const last = Math.floor(to / day) - (hourOf(to) === 23 ? 0 : 1);
  if (last < first) return undefined;
  const rows = new Array<number>(24).fill(0);
  for (let i = 0; i < values.length; i++) {
    const date = Math.floor(values[i]! / day);
    if (date >= first && date <= last) rows[hourOf(values[i]!)]! += counts[i]!;
  }
  return rows;
}

const hourOf = (seconds: number): number => Math.floor((seconds - Math.floor(seconds / day) * day) / hour);
