import { estimatePerformance } from '../../src/drift/performance/estimated.ts';
import { findMetric } from '../../src/evaluation/metrics/registry.ts';
import { measureRows } from '../../src/drift/performance/rules.ts';
import { labelledOutcomes } from '../../src/drift/performance/outcomes.ts';
import { seededRandom } from '../../src/statistics/random.ts';
import { number, percent, table } from './common.mjs';

const reading = { task: 'binary-classification', classes: ['0', '1'], positive: 1, threshold: 0.5 };
const names = ['roc_auc'];
const limits = names.map((name) => {
  const { metric } = findMetric(name, reading.task);
  return { measure: metric, kind: 'min', limit: 0 };
});

/** Scores; a label comes with probability 1/(1+exp(−slope·logit(score) − offset)): slope 1, offset 0 is calibrated. */
const scenarios = [
  { name: 'calibrated', slope: 1, offset: 0 },
  { name: 'a little overconfident', slope: 0.85, offset: 0 },
  { name: 'a little too timid', slope: 1.2, offset: 0 },
  { name: 'clearly overconfident', slope: 0.5, offset: 0 },
];
const sizes = [
  [500, 500],
  [1_500, 1_000],
];

function draw(rows, { slope, offset }, random) {
  const [scores, labels] = [new Float64Array(rows), new Float64Array(rows)];
  for (let i = 0; i < rows; i++) {
    const s = 0.02 + 0.96 * random.uniform();
    scores[i] = s;
    const p = 1 / (1 + Math.exp(-(slope * Math.log(s / (1 - s)) + offset)));
    labels[i] = random.uniform() < p ? 1 : 0;
  }
  return { rows, labels, scores: [scores] };
}
const all = (log) => Uint32Array.from({ length: log.rows }, (_, i) => i);

/** How often the 95 % interval of the estimate holds the metric that the labels show in the end. */
export function coverage(scenario, [n, m], runs, seed) {
  const random = seededRandom(seed);
  const held = new Map(names.map((name) => [name, 0]));
  let corrected = 0;
  for (let run = 0; run < runs; run++) {
    const [reference, log] = [draw(n, scenario, random), draw(m, scenario, random)];
    const found = estimatePerformance({
      log,
      rows: all(log),
      labelled: new Uint32Array(0),
      reference: { log: reference, rows: all(reference) },
      reading,
      limits: [limits[0]],
      confidence: 0.95,
      seed: run,
    });
    if (found.calibration.used === 'isotonic') corrected++;
    limits.forEach((limit) => {
      const own =
        limit === limits[0]
          ? found
          : estimatePerformance({
              log,
              rows: all(log),
              labelled: new Uint32Array(0),
              reference: { log: reference, rows: all(reference) },
              reading,
              limits: [limit],
              confidence: 0.95,
              seed: run,
            });
      const { current } = own.rules[0];
      const came = measureRows(limit.measure, labelledOutcomes(log, all(log), reading), {
        confidence: 0.95,
        seed: run,
      }).value;
      if (current.lower <= came && came <= current.upper) {
        held.set(limit.measure.name, held.get(limit.measure.name) + 1);
      }
    });
  }
  return { held: names.map((name) => held.get(name) / runs), corrected: corrected / runs };
}

export default function calibrate() {
  const runs = 60;
  const rows = scenarios.flatMap((scenario, i) =>
    sizes.map((size, j) => {
      const { held, corrected } = coverage(scenario, size, runs, 700 + 10 * i + j);
      console.log(`${scenario.name}, ${size.join(' against ')}: ${held.map(percent).join(', ')}`);
      return [scenario.name, number(size[0]), number(size[1]), percent(corrected), ...held.map(percent)];
    }),
  );
  return [
    `How often the interval of an estimate without labels (95 %, one rule) holds the metric that the labels then show, in ${number(runs)} runs each with new reference and current rows of one distribution. _Corrected_: runs in which the scores were shown to be wrong, and corrected.`,
    table(['Scores', 'Reference', 'Current', 'Corrected', ...names], rows),
  ].join('\n\n');
}
