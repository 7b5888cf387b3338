// How often a change is found, every method at the threshold that 5 % of the unchanged draws reach.
import { seededRandom } from '../../src/statistics/random.ts';
import { compare, number, table, versions } from './common.mjs';
import { fill, kinds } from './draws.mjs';

const runs = 200;
const sizes = [
  { n: 1000, m: 500 },
  { n: 10_000, m: 1000 },
];

const shifted = {
  'moved by 0.15 σ': (by) => (x) => x + 0.15 * by,
  'spread by 15 %': () => (x) => x * 1.15,
  '2 % far out': (by) => (x, u) => (u() < 0.02 ? x + 4 * by : x),
  '5 % more missing': () => (x, u) => (u() < 0.05 ? NaN : x),
};
/** Half the distance between the 16 % and the 84 % quantile: σ of a bell. */
const spread = { normal: 1, skewed: 1.17, heavy: 1.2, ties: 4, zeros: 0.8 };
/** The same for whole numbers, which stay whole. */
const stepped = {
  ...shifted,
  'moved by 0.15 σ': (by) => (x, u) => (u() < 0.15 * by ? x + 1 : x),
  'spread by 15 %': () => (x, u) => (u() < Math.abs(0.15 * x) % 1 ? x + Math.sign(x) : x),
};
const mixes = {
  '3 % more of one': (count) => (x, u) => (u() < 0.03 ? Math.floor(count / 4) : x),
  '3 % of a new one': (count) => (x, u) => (u() < 0.03 ? count : x),
  flatter: (count) => (x, u) => (u() < 0.12 ? Math.floor(count * u()) : x),
  '5 % more missing': () => (x, u) => (u() < 0.05 ? NaN : x),
};

/** Columns that only differ in what happens to the current side. */
function cases() {
  const made = [];
  const add = (kind, changes, argument, text) => {
    made.push({ name: `${kind}: unchanged`, kind, change: 'unchanged', text, apply: (x) => x });
    for (const [change, make] of Object.entries(changes)) {
      made.push({ name: `${kind}: ${change}`, kind, change, text, apply: make(argument) });
    }
  };
  for (const [kind, by] of Object.entries(spread)) {
    add(kind, kind === 'ties' ? stepped : shifted, by, false);
  }
  for (const count of [20, 200]) add(`categories-${count}`, mixes, count, true);
  return made;
}

/** Scores by column, the larger the more different, and whether the default alarms. */
export async function powerRows(draws) {
  const columns = cases();
  const found = [];
  for (const [i, { n, m }] of sizes.entries()) {
    const random = seededRandom(9000 + i);
    const key = `power, ${n} against ${m}`;
    const out = draws.start({
      name: key,
      n,
      m,
      columns: columns.map(({ name, text }) => ({ name, text })),
      runs,
      scores: true,
    });
    const draw = (length, changed) =>
      Object.fromEntries(
        columns.map(({ name, kind, text, apply }) => {
          const one = () => kinds[kind].draw(random.uniform);
          return [name, { text, values: fill(length, changed ? () => apply(one(), random.uniform) : one) }];
        }),
      );
    const [scores, alarms] = [[], columns.map(() => 0)];
    for (let run = 0; run < runs; run++) {
      const [reference, current] = [draw(n, false), draw(m, true)];
      await out.add(reference, current);
      // Each column as if it were the only one.
      const verdicts = columns.map(
        ({ name }) => compare({ [name]: reference[name] }, { [name]: current[name] }, random).columns[0],
      );
      scores.push(verdicts.map(({ tests }) => -Math.min(...tests.map(({ adjusted }) => adjusted))));
      verdicts.forEach(({ alarm }, k) => (alarms[k] += Number(alarm)));
    }
    await out.end();
    console.log(`${key} done`);
    found.push({ n, m, key, columns, scores, alarms });
  }
  return found;
}

/** Share of runs beyond what 5 % of the unchanged ones reach; ties at the threshold count in their share. */
function powerOf(scores, column, unchanged) {
  const values = (k) => scores.map((run) => run[k]);
  const none = values(unchanged).sort((a, b) => b - a);
  const allowed = 0.05 * none.length;
  const threshold = none[Math.floor(allowed)];
  const above = (list) => list.filter((x) => x > threshold).length;
  const at = (list) => list.filter((x) => x === threshold).length;
  const part = (allowed - above(none)) / at(none);
  const list = values(column);
  return (above(list) + part * at(list)) / list.length;
}

export function powerTables(found, peers) {
  const parts = found.map(({ n, m, key, columns, scores, alarms }) => {
    const tools = [{ scores }, ...peers.map(({ answers }) => ({ scores: answers?.[key] }))];
    const rows = columns.flatMap(({ kind, change }, k) => {
      if (change === 'unchanged') return [];
      const unchanged = columns.findIndex((other) => other.kind === kind && other.change === 'unchanged');
      const powers = tools.map((tool) =>
        tool.scores === undefined ? undefined : powerOf(tool.scores, k, unchanged),
      );
      const best = Math.max(...powers.filter((power) => power !== undefined));
      const shown = powers.map((power) => {
        if (power === undefined) return 'not run';
        const text = `${Math.round(power * 100)} %`;
        return power >= best - 0.005 ? `**${text}**` : text;
      });
      return [[kind, change, ...shown, `${Math.round((alarms[k] / runs) * 100)} %`]];
    });
    const head = [
      'Column',
      'Change',
      'drift-check',
      ...peers.map(({ name }) => name),
      'drift-check as it is',
    ];
    return `${number(n)} rows against ${number(m)}:\n\n${table(head, rows)}`;
  });
  return [
    '### When something has changed',
    `Share of ${runs} runs in which one changed column is found. So that no tool wins by alarming more, each has the threshold that 5 % of its unchanged runs on the same draws reach; the chance of these figures is about ±4 points. The last column is the default, which also asks that the change is large enough to matter: by design it is silent about small ones. Other tools: ${versions(peers)}; Evidently uses Kolmogorov–Smirnov and chi-square up to 1,000 rows of reference, Wasserstein and Jensen–Shannon above; NannyML Jensen–Shannon, current data as one chunk.`,
    ...parts,
  ].join('\n\n');
}
