// Columns drawn from known distributions, and their profiles as validate-data would make them.
import { exactLimit } from '../../src/dataset/profile/numbers.ts';
import { numberBits } from '../../src/engine/counting.ts';
import { roundBits } from '../../src/statistics/rounding.ts';

export const normal = (u) => Math.sqrt(-2 * Math.log(1 - u())) * Math.cos(2 * Math.PI * u());
const exponential = (u) => -Math.log(1 - u());
/** Few values are frequent, most are rare. */
const category = (count) => (u) => Math.floor(count * u() ** 2);

/** One value of each kind of column; NaN is a missing one. */
export const kinds = {
  normal: { draw: normal },
  skewed: { draw: (u) => Math.exp(normal(u)) },
  heavy: { draw: (u) => (1 - u()) ** -0.7 },
  ties: { draw: (u) => Math.round(4 * normal(u)) },
  zeros: { draw: (u) => (u() < 0.8 ? 0 : exponential(u)) },
  sparse: { draw: (u) => (u() < 0.1 ? NaN : normal(u)) },
  flag: { draw: (u) => Number(u() < 0.03), text: true },
  'categories-20': { draw: category(20), text: true },
  'categories-200': { draw: category(200), text: true },
  'categories-1000': { draw: category(1000), text: true },
};

export function fill(length, next) {
  const values = new Float64Array(length);
  for (let i = 0; i < length; i++) values[i] = next();
  return values;
}

/** @param columns name → { text, values } with NaN for a missing value */
export function profileOf(columns) {
  const made = Object.entries(columns).map(([name, { text = false, values }]) => {
    const present = values.filter((x) => !Number.isNaN(x)).sort();
    let counts = runLengths(present);
    let kind = { kind: 'exact' };
    const distinct = counts.length;
    if (!text && distinct > exactLimit) {
      counts = runLengths(present.map((x) => roundBits(x, numberBits)));
      kind = { kind: 'rounded', bits: numberBits };
    }
    return {
      name,
      type: text ? 'string' : 'number',
      count: present.length,
      nulls: values.length - present.length,
      distinct: { value: distinct, exact: true },
      values: { ...kind, counts: text ? counts.map(([x, n]) => [`c${x}`, n]) : counts },
    };
  });
  const rows = Object.values(columns)[0].values.length;
  return { kind: 'profile', schemaVersion: 1, engine: 'calibrate', rows, columns: made };
}

function runLengths(sorted) {
  const runs = [];
  for (const x of sorted) {
    const last = runs[runs.length - 1];
    if (last !== undefined && last[0] === x) last[1]++;
    else runs.push([x, 1]);
  }
  return runs;
}
