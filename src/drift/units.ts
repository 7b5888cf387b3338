import {
  type ValueCounts,
  trimmedWasserstein1,
  trimmedWasserstein1UnderNull,
  winsorisedDeviation,
} from '../statistics/two-sample.js';

/** now = factor × before + offset. */
interface Conversion {
  readonly factor: number;
  readonly offset: number;
  readonly name: string;
}

const times = (factor: number, name: string): Conversion[] => [
  { factor, offset: 0, name: `${factor.toLocaleString('en-US')} times as large (${name})` },
  { factor: 1 / factor, offset: 0, name: `1/${factor.toLocaleString('en-US')} of what they were (${name})` },
];

/** What a change of units does to numbers: the factors and offsets that occur in practice. */
const conversions: readonly Conversion[] = [
  ...[10, 100, 1_000, 10_000, 100_000, 1e6, 1e9].flatMap((factor) =>
    times(factor, 'such as a prefix, cents or a per cent'),
  ),
  ...[60, 3_600, 24, 86_400].flatMap((factor) => times(factor, 'units of time')),
  ...times(1.609344, 'miles and kilometres'),
  ...times(2.54, 'inches and centimetres'),
  ...times(3.280839895, 'metres and feet'),
  ...times(2.2046226218, 'kilograms and pounds'),
  ...times(3.785411784, 'gallons and litres'),
  ...times(4.184, 'calories and joules'),
  ...times(6.894757293, 'psi and kilopascals'),
  { factor: 1.8, offset: 32, name: 'degrees Fahrenheit instead of Celsius' },
  { factor: 1 / 1.8, offset: -32 / 1.8, name: 'degrees Celsius instead of Fahrenheit' },
  { factor: 1, offset: 273.15, name: 'kelvins instead of degrees Celsius' },
  { factor: 1, offset: -273.15, name: 'degrees Celsius instead of kelvins' },
];

/** Share of the change that a conversion must explain. */
const explained = 0.9;
/** How near it must come, in standard deviations: numbers do become half as many or twice as many by themselves. */
const near = (factor: number): number => (factor > 0.2 && factor < 5 ? 0.03 : 0.1);
/** An offset alone must move the values this far, in standard deviations: small shifts have other causes. */
const leastOffset = 3;

/**
 * Whether numbers that moved are the same numbers in another unit: after a usual conversion the reference lies on the
 * current values, but for what chance explains and a few hundredths of a standard deviation.
 * @param effect how far they moved, in standard deviations of the reference
 * @returns what happened to the values, in words; undefined when no conversion explains it
 */
export function unitChange(reference: ValueCounts, current: ValueCounts, effect: number): string | undefined {
  const spread = winsorisedDeviation(reference);
  let best: { readonly distance: number; readonly name: string } | undefined;
  for (const { factor, offset, name } of conversions) {
    if (factor === 1 && effect < leastOffset) continue;
    const moved = converted(reference, factor, offset);
    const distance = trimmedWasserstein1(moved, current);
    const chance = trimmedWasserstein1UnderNull(moved, current);
    const left = Math.sqrt(Math.max(0, distance ** 2 - chance ** 2)) / (spread * factor);
    if (left > near(factor) || left > (1 - explained) * effect) continue;
    if (best === undefined || left < best.distance) best = { distance: left, name };
  }
  return best?.name;
}

function converted({ values, counts }: ValueCounts, factor: number, offset: number): ValueCounts {
  const moved = Array.from(values, (value) => value * factor + offset);
  return { values: moved, counts };
}
