import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clopperPearson } from '../../src/statistics/intervals.ts';
import { seededRandom } from '../../src/statistics/random.ts';
import { alpha, compare, number, percent, table, versions } from './common.mjs';
import { fill, kinds, normal } from './draws.mjs';
import { askPeers, openDraws } from './peers.mjs';
import { powerRows, powerTables } from './power.mjs';

const mixed = Object.keys(kinds);
const times = (count, ...names) => Array.from({ length: count }, (_, i) => names[i % names.length]);

/** Nothing changes: n rows of reference, m of current data; `peers` of the runs go to the other tools, too. */
const unchanged = [
  { name: 'one number', n: 30, m: 30, columns: ['normal'], runs: 2000, peers: 200 },
  { name: 'every kind', n: 30, m: 30, columns: mixed, runs: 500, peers: 60 },
  { name: 'every kind', n: 1000, m: 30, columns: mixed, runs: 400, peers: 60 },
  { name: 'every kind', n: 100, m: 100, columns: mixed, runs: 500, peers: 60 },
  { name: 'every kind', n: 1000, m: 500, columns: mixed, runs: 400, peers: 60 },
  { name: 'every kind', n: 10_000, m: 100, columns: mixed, runs: 200, peers: 60 },
  { name: 'every kind', n: 10_000, m: 500, columns: mixed, runs: 200, peers: 60 },
  { name: 'every kind', n: 10_000, m: 10_000, columns: mixed, runs: 100, peers: 40 },
  {
    name: 'skewed and heavy tails',
    n: 2000,
    m: 200,
    columns: times(20, 'skewed', 'heavy'),
    runs: 2000,
    peers: 40,
  },
  { name: 'ties and zeros', n: 500, m: 120, columns: times(20, 'ties', 'zeros'), runs: 1000, peers: 40 },
  { name: '2 categories', n: 1000, m: 5000, columns: ['flag'], runs: 2000, peers: 200 },
  { name: '20 categories', n: 1000, m: 5000, columns: ['categories-20'], runs: 1000, peers: 100 },
  { name: '200 categories', n: 5000, m: 500, columns: ['categories-200'], runs: 500, peers: 100 },
  { name: '1,000 categories', n: 20_000, m: 2000, columns: ['categories-1000'], runs: 400, peers: 60 },
  { name: '100 columns of every kind', n: 2000, m: 300, columns: times(100, ...mixed), runs: 100, peers: 15 },
  { name: '500 columns of every kind', n: 1000, m: 200, columns: times(500, ...mixed), runs: 160, peers: 3 },
  {
    name: 'number and categories',
    n: 1e6,
    m: 1000,
    columns: ['normal', 'heavy', 'categories-200'],
    runs: 30,
    peers: 5,
  },
  {
    name: 'number and categories',
    n: 1e6,
    m: 1e6,
    columns: ['skewed', 'categories-1000'],
    runs: 20,
    peers: 2,
  },
];

export default async function calibrate() {
  const folders = ['unchanged', 'changed'].map((name) => mkdtempSync(join(tmpdir(), `mlops-${name}-`)));
  try {
    const [unchangedDraws, changedDraws] = folders.map(openDraws);
    const rows = [];
    for (const [i, scenario] of unchanged.entries())
      rows.push(await runUnchanged(scenario, i, unchangedDraws));
    await unchangedDraws.close();
    // The other tools look at what is done while we go on.
    const asking = [askPeers(folders[0])];
    const power = await powerRows(changedDraws);
    await changedDraws.close();
    asking.push(askPeers(folders[1]));
    const dependent = dependentRows();
    const [onUnchanged, onChanged] = await Promise.all(asking);
    for (const { name, missing } of onUnchanged) if (missing) console.error(`without ${name}: ${missing}`);
    return [unchangedTable(rows, onUnchanged), powerTables(power, onChanged), dependentTable(dependent)].join(
      '\n\n',
    );
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
}

const keyOf = ({ name, n, m }) => `${name}, ${n} against ${m}`;
async function runUnchanged(scenario, seed, draws) {
  const { n, m, columns, runs, peers } = scenario;
  const random = seededRandom(1000 + seed);
  const names = columns.map((kind, i) => ({ name: `${kind}-${i}`, kind, text: kinds[kind].text === true }));
  const out = draws.start({ name: keyOf(scenario), n, m, columns: names, runs: peers });
  const side = (length) =>
    Object.fromEntries(
      names.map(({ name, kind, text }) => [
        name,
        { text, values: fill(length, () => kinds[kind].draw(random.uniform)) },
      ]),
    );
  const started = performance.now();
  let [alarms, told] = [0, 0];
  for (let run = 0; run < runs; run++) {
    const [reference, current] = [side(n), side(m)];
    if (run < peers) await out.add(reference, current);
    const compared = compare(reference, current, random).columns;
    if (compared.some(({ alarm }) => alarm)) alarms++;
    told += compared.filter(({ verdict }) => verdict !== 'insufficient').length / compared.length;
  }
  await out.end();
  console.log(
    `${keyOf(scenario)}: ${alarms} of ${runs} (${((performance.now() - started) / 1000).toFixed(0)} s)`,
  );
  return { ...scenario, alarms, told: told / runs };
}

function unchangedTable(rows, peers) {
  const share = (peer, scenario, what) => {
    const found = peer.answers?.[keyOf(scenario)];
    return found === undefined ? 'not run' : percent(found[what] / found.runs);
  };
  const [evidently, nannyml] = ['Evidently', 'NannyML'].map((name) =>
    peers.find((peer) => peer.name === name),
  );
  const head = [
    'Data, all unchanged',
    'Reference',
    'Current',
    'Runs',
    'drift-check alarms',
    'at most',
    'Columns it can answer for',
    'Other tools’ runs',
    'Evidently: any column',
    'Evidently: data set',
    'NannyML: any chunk',
    'NannyML: a chunk',
  ];
  const body = rows.map((row) => {
    const { alarms, runs, peers: few } = row;
    // One-sided 95 %.
    const most = clopperPearson(alarms, runs, 0.9).upper;
    return [
      row.name,
      number(row.n),
      number(row.m),
      number(runs),
      `**${percent(alarms / runs)}**`,
      percent(most),
      percent(row.told),
      few,
      share(evidently, row, 'any'),
      share(evidently, row, 'dataset'),
      share(nannyml, row, 'any'),
      share(nannyml, row, 'chunks'),
    ];
  });
  const [alarms, runs] = [
    rows.reduce((sum, row) => sum + row.alarms, 0),
    rows.reduce((sum, row) => sum + row.runs, 0),
  ];
  return [
    '### When nothing has changed',
    `Share of runs that alarm, each with new draws, reference and current from one and the same distribution, at the default alpha of 5 %. Over all ${number(runs)} runs together: **${percent(alarms / runs)}**. “At most” is the upper end of a one-sided 95 % interval for the rate. The other tools (${versions(peers)}) ran with their own defaults on the same draws, the first of them. Evidently calls a data set drifted when half of its columns are; NannyML compares ten chunks of current data with ten of the reference.`,
    table(head, body),
    'Every kind: normal, log-normal, heavy-tailed (Pareto, infinite variance), whole numbers with ties, four fifths zeros, a tenth missing, a flag of 3 %, and 20, 200 and 1,000 skewed categories.',
  ].join('\n\n');
}

/** A first-order autoregressive number, and a category that stays as it is with probability rho. */
function dependentRows() {
  return [0, 0.2, 0.5, 0.8, 0.95].map((rho, i) => {
    const random = seededRandom(5000 + i);
    const { uniform } = random;
    const number = (length) => {
      let x = normal(uniform);
      return fill(length, () => (x = rho * x + Math.sqrt(1 - rho * rho) * normal(uniform)));
    };
    const category = (length) => {
      let k = Math.floor(20 * uniform() ** 2);
      return fill(length, () => (uniform() < rho ? k : (k = Math.floor(20 * uniform() ** 2))));
    };
    const runs = 300;
    const side = (length) => ({ x: { values: number(length) }, c: { text: true, values: category(length) } });
    const rates = { certain: { x: 0, c: 0 }, alarm: { x: 0, c: 0 } };
    for (let run = 0; run < runs; run++) {
      for (const { name, alarm, tests } of compare(side(5000), side(1000), random).columns) {
        if (tests[0].p <= alpha) rates.certain[name] += 1 / runs;
        if (alarm) rates.alarm[name] += 1 / runs;
      }
    }
    return { rho, ...rates };
  });
}

function dependentTable(rows) {
  return [
    '### When rows hang together',
    'Every test here, as in the other tools, takes rows to be independent of each other. Rows of one customer, or of one sensor a second apart, are not: they say less than their number. Unchanged data, 5,000 rows against 1,000, each row correlated with the one before:',
    table(
      [
        'Correlation with the row before',
        'Number: p ≤ 5 %',
        'Number: alarm',
        '20 categories: p ≤ 5 %',
        '20 categories: alarm',
      ],
      rows.map(({ rho, certain, alarm }) => [
        rho,
        ...['x', 'c'].flatMap((name) => [percent(certain[name]), percent(alarm[name])]),
      ]),
    ),
    'The second condition of an alarm, an effect that matters, holds the rate down for weak dependence and many rows; for strong dependence nothing here does. Then compare longer windows, or one row a customer, or set a larger `effect` for the column.',
  ].join('\n\n');
}
