import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { judgeDomain } from '../../src/drift/multivariate/domain.ts';
import { judgeRebuilding } from '../../src/drift/multivariate/rebuild.ts';
import { clopperPearson } from '../../src/statistics/intervals.ts';
import { seededRandom } from '../../src/statistics/random.ts';
import { fill, kinds, normal } from './draws.mjs';
import { askPeers, openDraws } from './peers.mjs';

const [alpha, least, explained] = [0.05, 0.55, 0.65];
const mixed = Object.keys(kinds);
const times = (count, ...names) => Array.from({ length: count }, (_, i) => names[i % names.length]);

/** Nothing changes; `peers` of the runs go to the other tool, too, which takes some 10 s for each. */
const unchanged = [
  { name: 'two numbers', n: 30, columns: ['normal', 'heavy'], runs: 800, peers: 10 },
  { name: 'every kind', n: 30, columns: mixed, runs: 600, peers: 8 },
  { name: 'every kind', n: 100, columns: mixed, runs: 400, peers: 8 },
  { name: 'every kind', n: 300, columns: mixed, runs: 200, peers: 6 },
  { name: 'every kind', n: 1200, m: 300, columns: mixed, runs: 100, peers: 0 },
  { name: 'every kind', n: 1000, columns: mixed, runs: 100, peers: 4 },
  { name: 'every kind', n: 10_000, columns: mixed, runs: 12, peers: 0 },
  {
    name: 'heavy tails and ties',
    n: 200,
    columns: times(20, 'heavy', 'ties', 'zeros'),
    runs: 200,
    peers: 0,
  },
  { name: '1,000 categories', n: 1000, columns: times(4, 'categories-1000'), runs: 100, peers: 0 },
  { name: '100 columns of every kind', n: 500, columns: times(100, ...mixed), runs: 40, peers: 0 },
  { name: '500 columns of every kind', n: 300, columns: times(500, ...mixed), runs: 10, peers: 0 },
];

const both = (x, change) => {
  for (let i = 0; i < x[0].length; i++) change(x, i);
};
/** Something changes among eight normal columns: [what the reference is, what current data is]. */
const changed = [
  {
    name: 'two columns multiply to + instead of − (exclusive or)',
    reference: (x) => both(x, (c, i) => (c[1][i] = Math.abs(c[1][i]) * Math.sign(c[0][i]))),
    current: (x) => both(x, (c, i) => (c[1][i] = -Math.abs(c[1][i]) * Math.sign(c[0][i]))),
  },
  {
    name: 'a correlation of 0.7 goes to 0',
    reference: (x) => both(x, (c, i) => (c[1][i] = 0.7 * c[0][i] + Math.sqrt(0.51) * c[1][i])),
    current: () => undefined,
  },
  {
    name: 'a correlation of 0.7 goes to 0.4',
    reference: (x) => both(x, (c, i) => (c[1][i] = 0.7 * c[0][i] + Math.sqrt(0.51) * c[1][i])),
    current: (x) => both(x, (c, i) => (c[1][i] = 0.4 * c[0][i] + Math.sqrt(0.84) * c[1][i])),
  },
  {
    name: 'one column moves by 0.5 standard deviations',
    reference: () => undefined,
    current: (x) => both(x, (c, i) => (c[0][i] += 0.5)),
  },
  {
    name: 'all eight move by 0.2',
    reference: () => undefined,
    current: (x) => both(x, (c, i) => c.forEach((column) => (column[i] += 0.2))),
  },
];

export default async function calibrate() {
  const folder = mkdtempSync(join(tmpdir(), 'mlops-calibrate-'));
  try {
    const draws = openDraws(folder);
    const rows = [];
    for (const [i, scenario] of unchanged.entries()) {
      const make = (u) => {
        const { n, m = n, columns } = scenario;
        const side = (rows) => columns.map((kind) => fill(rows, () => kinds[kind].draw(u)));
        return [side(n), side(m)];
      };
      rows.push(await simulate({ ...scenario, make, seed: 100 + i }, draws));
    }
    const power = [];
    for (const [i, { name, reference, current }] of changed.entries()) {
      for (const n of [300, 1000, 3000]) {
        const make = (u) => {
          const side = (change) => {
            const columns = Array.from({ length: 8 }, () => fill(n, () => normal(u)));
            change(columns);
            return columns;
          };
          return [side(reference), side(current)];
        };
        const columns = times(8, 'normal');
        power.push(
          await simulate(
            { name, n, columns, make, seed: 200 + 3 * i + n, runs: 30, peers: n === 1000 ? 2 : 0 },
            draws,
          ),
        );
      }
    }
    await draws.close();
    const peers = await askPeers(folder, [
      { name: 'NannyML', variable: 'MLOPS_NANNYML_PYTHON', script: 'nannyml_together.py' },
    ]);
    for (const { name, missing } of peers) if (missing) console.error(`without ${name}: ${missing}`);
    return [tableOf(unchangedText, rows, peers), tableOf(changedText, power, peers)].join('\n\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function simulate({ name, n, m = n, columns, make, seed, runs, peers }, draws) {
  const random = seededRandom(seed);
  const key = `${name}, ${n}, ${m}`;
  const names = columns.map((_, i) => `x${i}`);
  const texts = columns.map((kind) => kinds[kind].text === true);
  const scenario = names.map((column, i) => ({ name: column, text: texts[i] }));
  const out = peers > 0 ? draws.start({ name: key, n, m, columns: scenario, runs: peers }) : undefined;
  const found = { alarm: 0, inconclusive: 0, classifier: 0, rebuilding: 0, above: 0, auc: 0 };
  for (let run = 0; run < runs; run++) {
    const [reference, current] = make(random.uniform);
    if (run < peers) {
      const side = (all) => Object.fromEntries(names.map((column, i) => [column, { values: all[i] }]));
      await out.add(side(reference), side(current));
    }
    const features = [reference, current].map((side) =>
      side.map((values, i) =>
        texts[i]
          ? { kind: 'categorical', values: Array.from(values, (x) => (Number.isNaN(x) ? null : `c${x}`)) }
          : { kind: 'numeric', values },
      ),
    );
    const together = features[0].map((feature, i) =>
      feature.kind === 'numeric'
        ? { kind: 'numeric', values: Float64Array.from([...feature.values, ...features[1][i].values]) }
        : { kind: 'categorical', values: [...feature.values, ...features[1][i].values] },
    );
    const classifier = judgeDomain(together, names, n, m, { alpha, least, seed: run });
    const rebuilding = judgeRebuilding(features[0], features[1], names, { alpha, least, explained });
    const verdicts = [classifier.verdict, rebuilding?.verdict ?? 'pass'];
    found.auc += classifier.auc / runs;
    if (classifier.lower > 0.5) found.above++;
    if (verdicts[0] === 'fail') found.classifier++;
    if (verdicts[1] === 'fail') found.rebuilding++;
    if (verdicts.includes('fail')) found.alarm++;
    else if (verdicts.includes('inconclusive')) found.inconclusive++;
  }
  await out?.end();
  console.error(key, found);
  return { name, n, m, runs, key, ...found };
}

const showShare = (count, runs) => (count === undefined ? '' : `${count} of ${runs}`);
const percent = (share) => `${(100 * share).toFixed(share > 0 && share < 0.0995 ? 1 : 0)} %`;
const unchangedText = {
  title: '### Nothing changes',
  before:
    'Rows of both sides come from the same distributions; every alarm is wrong. _Alarm_: the classifier or the principal components say `fail`. _Above 0.5_: the classifier’s lower bound is above 0.5, so that it would alarm if every difference mattered: this is what calibrates its interval.',
};
const changedText = {
  title: '### Something changes',
  before:
    'Eight normal columns. _AUC_ is what the classifier reaches on average; below 0.55 a change is not meant to alarm.',
};

function tableOf({ title, before }, rows, [peer]) {
  const answers = peer.missing === undefined ? peer.answers : undefined;
  const head = [
    'data',
    'reference',
    'current',
    'runs',
    'alarm',
    'classifier',
    'components',
    'above 0.5',
    'cannot tell',
    'AUC',
  ];
  if (answers) head.push(`NannyML ${peer.version}, classifier`, 'components');
  const lines = rows.map((row) => {
    const share = (count) => percent(count / row.runs);
    const { upper } = clopperPearson(row.alarm, row.runs, 0.9);
    const theirs = answers?.[row.key];
    return [
      row.name,
      row.n.toLocaleString('en'),
      row.m.toLocaleString('en'),
      row.runs.toLocaleString('en'),
      title.includes('Nothing') ? `${share(row.alarm)} (at most ${percent(upper)})` : share(row.alarm),
      share(row.classifier),
      share(row.rebuilding),
      share(row.above),
      share(row.inconclusive),
      row.auc.toFixed(3),
      ...(answers ? [theirs?.classifier, theirs?.rebuilding].map((n) => showShare(n, theirs?.runs)) : []),
    ];
  });
  const note = answers
    ? 'NannyML ran on the first runs of some lines, at its defaults, with current data as one chunk and the reference in chunks as large (two where it is no larger).'
    : `NannyML was not there: ${peer.missing}.`;
  const table = [head, head.map((_, i) => (i === 0 ? ':--' : '--:')), ...lines].map(
    (cells) => `| ${cells.join(' | ')} |`,
  );
  return [title, before, table.join('\n'), note].join('\n\n');
}
