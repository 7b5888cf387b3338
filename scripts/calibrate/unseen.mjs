import { clopperPearson } from '../../src/statistics/intervals.ts';
import { seededRandom } from '../../src/statistics/random.ts';
import { excessUnseen, countUnseen, spectrumOf } from '../../src/statistics/unseen-values.ts';
import { compareProfiles } from '../../src/drift/compare.ts';
import { alpha, number, percent, table } from './common.mjs';

/** Ranks drawn with probability proportional to 1/rank^s over `size` values; uniform for s = 0. */
function zipf(size, s) {
  const ends = new Float64Array(size);
  let sum = 0;
  for (let k = 0; k < size; k++) ends[k] = sum += (k + 1) ** -s;
  return (u) => {
    const x = u() * sum;
    let [from, to] = [0, size - 1];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (ends[middle] > x) to = middle;
      else from = middle + 1;
    }
    return from;
  };
}

/** Columns of many values, in which new ones are more or less usual. */
export const kinds = [
  { name: 'Zipf, 1,000 values', draw: zipf(1_000, 1) },
  { name: 'Zipf, 100,000 values', draw: zipf(100_000, 1.1) },
  { name: 'uniform, 1,000 values', draw: zipf(1_000, 0) },
  { name: 'uniform, 10,000 values', draw: zipf(10_000, 0) },
  { name: 'ids of 3,000 users', draw: zipf(3_000, 0.4) },
  { name: 'nearly all different', draw: (u) => (u() < 0.12 ? zipf50(u) : Math.floor(u() * 2 ** 40)) },
];
const zipf50 = zipf(50, 1);

export const sizes = [
  [200, 200],
  [2_000, 300],
  [300, 2_000],
  [5_000, 5_000],
];

/** Counts of each value in a list of drawn values. */
const count = (values) => {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
};

/** Profile of one column of texts, as validate-data would make it of so few values. */
export function profileOf(values) {
  const counts = [...count(values)].map(([value, rows]) => [String(value), rows]);
  return {
    kind: 'profile',
    schemaVersion: 1,
    engine: 'calibrate',
    rows: values.length,
    columns: [
      {
        name: 'x',
        type: 'string',
        count: values.length,
        nulls: 0,
        distinct: { value: counts.length, exact: true },
        values: { kind: 'exact', counts },
      },
    ],
  };
}

export const many = (rows, next) => Array.from({ length: rows }, next);

/** One run: what drift-check says of the column, and its test of new values (undefined where it was not asked). */
export function judge(reference, current, random) {
  const { columns } = compareProfiles(profileOf(reference), profileOf(current), {
    alpha,
    columns: new Map(),
    optional: [],
    random,
  });
  return { column: columns[0], unseen: columns[0].tests.find(({ of }) => of === 'unseen') };
}

/** Unchanged data: how often the column alarms, the test alone says p ≤ alpha, and the interval holds 0. */
export function unchanged({ draw }, [n, m], runs, seed) {
  const { uniform } = seededRandom(seed);
  const found = { alarms: 0, certain: 0, held: 0, share: 0, runs };
  for (let run = 0; run < runs; run++) {
    const [reference, current] = [many(n, () => draw(uniform)), many(m, () => draw(uniform))];
    const { column, unseen } = judge(reference, current, uniform);
    if (column.alarm) found.alarms++;
    if (unseen !== undefined && unseen.p <= alpha) found.certain++;
    const { lower, upper } = excessUnseen(countOf(reference, current));
    if (lower <= 0 && upper >= 0) found.held++;
    found.share += countOf(reference, current).unseen / m / runs;
  }
  return found;
}

function countOf(reference, current) {
  const [a, b] = [count(reference), count(current)];
  const values = [...new Set([...a.keys(), ...b.keys()])];
  return countUnseen(
    spectrumOf(
      values.map((value) => a.get(value) ?? 0),
      values.map((value) => b.get(value) ?? 0),
    ),
  );
}

/** A share of the current rows has values that never were there, drawn alike: how often that alarms. */
export function changed({ draw }, [n, m], share, runs, seed) {
  const { uniform } = seededRandom(seed);
  let alarms = 0;
  for (let run = 0; run < runs; run++) {
    const reference = many(n, () => draw(uniform));
    const current = many(m, () => (uniform() < share ? `new ${draw(uniform)}` : draw(uniform)));
    if (judge(reference, current, uniform).column.alarm) alarms++;
  }
  return alarms / runs;
}

const shares = [1, 0.5, 0.1, 0.05];

export default function calibrate() {
  const [runs, powerRuns] = [200, 30];
  const rows = kinds.flatMap((kind, i) =>
    sizes.map(([n, m], j) => {
      const seed = 9000 + 10 * i + j;
      const started = performance.now();
      const still = unchanged(kind, [n, m], runs, seed);
      const power = shares.map((share) => changed(kind, [n, m], share, powerRuns, seed + 500));
      console.log(
        `${kind.name}, ${n} against ${m}: ${still.alarms} of ${runs} (${((performance.now() - started) / 1000).toFixed(0)} s)`,
      );
      return [
        kind.name,
        number(n),
        number(m),
        percent(still.share),
        `**${percent(still.alarms / runs)}** (at most ${percent(clopperPearson(still.alarms, runs, 0.9).upper)})`,
        percent(still.certain / runs),
        percent(still.held / runs),
        ...power.map(percent),
      ];
    }),
  );
  return [
    `One column of many different values: how often it alarms without a change (${number(runs)} runs, new draws of both sides; “at most” is the upper end of a one-sided 95 % interval), how often its test of new values alone says p ≤ 5 %, how often the 95 % interval of the excess share holds the true 0; and how often it alarms when a share of the current rows has values that never were there (${number(powerRuns)} runs each). _Unseen_: the share of unseen rows that is usual.`,
    table(
      [
        'Column',
        'Reference',
        'Current',
        'Unseen',
        'Alarms, nothing changed',
        'p ≤ 5 %',
        'Interval holds',
        ...shares.map((share) => (share === 1 ? 'All new' : `${percent(share)} new`)),
      ],
      rows,
    ),
  ].join('\n\n');
}
