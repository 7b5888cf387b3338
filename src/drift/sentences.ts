import { formatInteger, formatNumber, formatPercent } from '../common/text.js';
import type { ColumnDrift, DriftTest } from '../formats/drift-column.js';

type Shown = Pick<ColumnDrift, 'reference' | 'current' | 'shares'>;

/** What moved, by how much, from what to what. */
export function describeMove(column: Shown, test: DriftTest, tests: readonly DriftTest[]): string {
  const { reference, current } = column;
  const sure = `p ${test.adjusted < 1e-4 ? '< 0.0001' : `= ${formatNumber(test.adjusted, 2)}`} after correction`;
  const how = `by ${measured(test)}`;
  switch (test.of) {
    case 'unseen':
      return describeNew(test, sure);
    case 'missing': {
      const share = (side: Shown['reference']): string =>
        formatPercent((side?.missing ?? 0) / (side?.rows ?? 1));
      return `rows without a value went from ${share(reference)} to ${share(current)} (${measured(test)}, ${sure})`;
    }
    case 'lengths':
      return `the lengths of the texts moved ${how} (${sure})`;
    case 'words':
      return `the words changed ${how}${example(column, 'texts')} (${sure})`;
    case 'weekdays':
    case 'hours': {
      // The shares are those of the composition that moved more.
      const largest = Math.max(...tests.filter(({ of }) => of !== 'missing').map(({ effect }) => effect));
      const shown = test.effect === largest ? example(column, 'rows') : '';
      return `the mix of ${parts[test.of]} changed ${how}${shown} (${sure})`;
    }
    case 'values': {
      const [a, b] = [reference?.numbers, current?.numbers];
      if (!a || !b || test.measure !== 'wasserstein') {
        return `the mix of values changed ${how}${example(column, 'rows')} (${sure})`;
      }
      return `the values moved ${how}: median ${formatNumber(a.median)} → ${formatNumber(b.median)}, mean ${formatNumber(a.mean)} → ${formatNumber(b.mean)} (${sure})`;
    }
  }
}

/** Rows with a new value: how many, how many were to be expected, and between what the excess lies. */
function describeNew({ statistic, effect, interval, method }: DriftTest, sure: string): string {
  const least = method === 'good-turing' ? 'at least ' : '';
  const range =
    interval === undefined
      ? ''
      : `, certain within ${formatPercent(interval.lower)} to ${formatPercent(interval.upper)}`;
  return `${least}${formatPercent(statistic)} of the rows have a value that the reference does not have, and ${formatPercent(Math.max(0, statistic - effect))} would be usual: ${formatPercent(effect)} too many${range} (${sure})`;
}

const parts = { weekdays: 'days of the week', hours: 'hours of the day' };

function example({ shares }: Shown, of: string): string {
  const change = (share: Shown['shares'][number]): number => Math.abs(share.current - share.reference);
  const [top] = [...shares].sort((x, y) => change(y) - change(x));
  return top === undefined
    ? ''
    : `: most of all ${top.label}, ${formatPercent(top.reference)} → ${formatPercent(top.current)} of the ${of}`;
}

/** That nothing that matters was found, and what these rows would have shown. */
export function describeQuiet(tests: readonly DriftTest[], alpha: number): string {
  const beyond = (value: (test: DriftTest) => number) => (x: DriftTest, y: DriftTest) => value(y) - value(x);
  const [largest] = tests
    .filter(({ adjusted }) => adjusted <= alpha)
    .sort(beyond(({ effect, threshold }) => effect / threshold));
  if (largest !== undefined) {
    return `changed, but too little to matter (${subjects[largest.of]}${measured(largest)}, ${largest.measure === 'unseen-share' ? formatPercent(largest.threshold) : formatNumber(largest.threshold)} matters)`;
  }
  const [weakest] = tests
    .filter(({ detectable, threshold }) => detectable! > threshold)
    .sort(beyond(({ detectable, threshold }) => detectable! / threshold));
  return weakest === undefined
    ? 'no change found'
    : `no change found; so many rows show one from ${amount(weakest, weakest.detectable!)} on`;
}

const subjects: Record<DriftTest['of'], string> = {
  values: '',
  unseen: 'rows with a new value: ',
  missing: 'rows without a value: ',
  lengths: 'lengths of the texts: ',
  words: 'words: ',
  weekdays: 'days of the week: ',
  hours: 'hours of the day: ',
};

/** Why a test cannot say that nothing changed, and how many rows it would take. */
export function describeUnclear(column: Shown, test: DriftTest): string {
  const about = subjects[test.of];
  if (test.method === 'good-turing') {
    return `${about}their share cannot be told, since a profile lists only its most frequent values; give data as the reference (drift.reference), not a profile`;
  }
  if (test.detectable !== null && test.detectable <= test.sought) {
    return `${about}moved by ${measured(test)}, which chance alone could do`;
  }
  const rows = formatInteger(column.current?.rows ?? 0);
  const could =
    test.detectable === null
      ? `${rows} rows cannot show any change`
      : `${rows} rows show a change only from ${amount(test, test.detectable)} on, and ${test.measure === 'unseen-share' ? formatPercent(test.sought) : formatNumber(test.sought)} must be seen`;
  const wanted =
    test.rowsNeeded === null
      ? 'the reference is too small for any number of rows to show it'
      : `about ${formatInteger(test.rowsNeeded)} rows would`;
  return `${about}${could}; ${wanted}`;
}

function amount({ measure }: DriftTest, value: number): string {
  switch (measure) {
    case 'wasserstein':
      return `${formatNumber(value, 2)} standard deviations`;
    case 'jensen-shannon':
      return `a distance of ${formatNumber(value, 2)}`;
    case 'unseen-share':
      return `${formatPercent(value)} of the rows more than usual`;
  }
}

const measured = (test: DriftTest): string => amount(test, test.effect);
