import { judgeRule } from '../../src/evaluation/judge.js';
import type { BinaryRows, EvaluationRows } from '../../src/evaluation/rows.js';
import { readRules } from '../../src/evaluation/rules.js';
import type { Gate } from '../../src/spec/sections/evaluate.js';
import { type Random, seededRandom } from '../../src/statistics/random.js';

/* A small part of docs/calibration-gate.md. */

const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());

/** Two models that see the same truth with noise of their own, equally well; answers are probabilities. */
function alike(n: number, positives: number, random: Random, groups?: number): [BinaryRows, BinaryRows] {
  const labels = Uint8Array.from({ length: n }, () => (random.uniform() < positives ? 1 : 0));
  const clusters = groups && Uint32Array.from(labels, () => Math.floor(groups * random.uniform() ** 2));
  const common = Float64Array.from(labels, () => normal(random));
  const distance = 1.2;
  const prior = Math.log(positives / (1 - positives)) - distance ** 2 / 2;
  const model = (): BinaryRows => {
    const effects = Float64Array.from({ length: groups ?? 1 }, () => normal(random));
    const scores = Float64Array.from(labels, (y, i) => {
      const own = clusters ? 0.6 * effects[clusters[i]!]! + 0.8 * normal(random) : normal(random);
      return 1 / (1 + Math.exp(-prior - distance * (distance * y + 0.8 * common[i]! + 0.6 * own)));
    });
    return {
      task: 'binary-classification',
      labels,
      scores,
      predicted: Uint8Array.from(scores, (p) => (p >= positives ? 1 : 0)),
      ...(clusters && { clusters }),
    };
  };
  return [model(), model()];
}

/** How often a rule that tolerates nothing fails a challenger that is as good. */
function wrongFails(gate: Gate, runs: number, draw: (random: Random) => readonly EvaluationRows[]): number {
  const task = draw(seededRandom(1))[0]!.task;
  const [rule] = readRules([gate], task, () => ({}));
  const random = seededRandom(77);
  let fails = 0;
  for (let run = 0; run < runs; run++) {
    const [challenger, champion] = draw(random);
    if (rule!.metric.missing(challenger!) !== undefined || rule!.metric.missing(champion!) !== undefined)
      continue;
    const baseline = { rows: champion!, name: 'the champion' };
    if (judgeRule(rule!, challenger!, baseline, { confidence: 0.95, seed: run }).verdict === 'fail') fails++;
  }
  return fails;
}

/** Of 160 runs, 5 % are 8; more than 19 come up less than once in 1,000 times at that rate. */
const [runs, bound] = [160, 19];
const nothing = (metric: string): Gate => ({ metric, 'max-drop': 0, versus: 'champion' });
const noMore = (metric: string): Gate => ({ metric, 'max-increase': 0, versus: 'champion' });

describe('a challenger that is as good as the champion fails in 5 % of the runs at most', () => {
  it.each([nothing('accuracy'), nothing('roc_auc'), noMore('log_loss'), noMore('brier')])(
    '$metric, of many and of few positives, and in unequal groups',
    (gate) => {
      expect(wrongFails(gate, runs, (random) => alike(150, 0.4, random))).toBeLessThanOrEqual(bound);
      expect(wrongFails(gate, runs, (random) => alike(500, 0.02, random))).toBeLessThanOrEqual(bound);
      expect(wrongFails(gate, runs, (random) => alike(150, 0.4, random, 12))).toBeLessThanOrEqual(bound);
    },
  );

  it('a mean of skewed costs', () => {
    const draw = (random: Random): EvaluationRows[] =>
      [0, 0].map(() => ({
        task: 'example-scores',
        rows: 60,
        extras: new Map([['cost', Float64Array.from({ length: 60 }, () => Math.exp(normal(random)))]]),
      }));
    expect(wrongFails(noMore('mean-of cost'), runs, draw)).toBeLessThanOrEqual(bound);
  });

  it('f1 of few positives', () => {
    // 40 runs: more than 8 come up less than once in 1,000 times.
    expect(wrongFails(nothing('f1'), 40, (random) => alike(600, 0.03, random))).toBeLessThanOrEqual(8);
  });
});

describe('a challenger that is worse by what is tolerated', () => {
  it('passes in 5 % of the runs at most, also where few rows are positive', () => {
    // Every tenth right answer to a positive is taken away: recall, 0.9 of what it was.
    const random = seededRandom(5);
    let [passed, decided] = [0, 0];
    for (let run = 0; run < runs; run++) {
      const n = 30;
      const right = Uint8Array.from({ length: n }, () => (random.uniform() < 0.8 ? 1 : 0));
      const worse = right.map((hit) => (hit === 1 && random.uniform() < 0.1 ? 0 : hit));
      const [challenger, champion] = [worse, right].map((predicted): BinaryRows => ({
        task: 'binary-classification',
        labels: new Uint8Array(n).fill(1),
        scores: Float64Array.from(predicted),
        predicted,
      }));
      const [rule] = readRules(
        [{ metric: 'recall', 'max-drop': 0.08, versus: 'champion' }],
        'binary-classification',
        () => ({}),
      );
      const baseline = { rows: champion!, name: 'the champion' };
      const { verdict } = judgeRule(rule!, challenger!, baseline, { confidence: 0.95, seed: run });
      if (verdict === 'pass') passed++;
      if (verdict !== 'inconclusive') decided++;
    }
    expect(passed).toBeLessThanOrEqual(bound);
    expect(decided).toBeLessThanOrEqual(2 * bound);
  });

  it('a calibration error that is all chance is not held against the model', () => {
    const random = seededRandom(9);
    const [rule] = readRules([{ metric: 'ece', max: 0.001 }], 'binary-classification', () => ({}));
    let fails = 0;
    for (let run = 0; run < 25; run++) {
      const scores = Float64Array.from({ length: 200 }, () => random.uniform());
      const labels = Uint8Array.from(scores, (p) => (random.uniform() < p ? 1 : 0));
      const predicted = Uint8Array.from(scores, (p) => (p >= 0.5 ? 1 : 0));
      const rows: BinaryRows = { task: 'binary-classification', labels, scores, predicted };
      const options = { confidence: 0.95, seed: run };
      if (judgeRule(rule!, rows, { none: '' }, options).verdict === 'fail') fails++;
    }
    expect(fails).toBeLessThanOrEqual(8);
  });
});

/** Rows of a model whose precision and recall are both `quality`, drawn from a population of few positives. */
function nearlyRight(n: number, positives: number, quality: number, random: Random): BinaryRows {
  const falsely = (positives * (1 - quality)) / (1 - positives);
  const labels = Uint8Array.from({ length: n }, () => (random.uniform() < positives ? 1 : 0));
  const predicted = labels.map((y) => (random.uniform() < (y === 1 ? quality : falsely) ? 1 : 0));
  return {
    task: 'binary-classification',
    labels,
    predicted,
    scores: Float64Array.from(predicted, (p) => 0.1 + 0.8 * p),
  };
}

describe('a limit that is exactly the truth passes in 5 % of the runs at most, where few rows decide', () => {
  // Of 60 runs 3 are 5 %; more than 10 come up less than once in 1,000 times.
  it.each([
    ['precision', 160, bound],
    ['f1', 160, bound],
    ['fbeta@2', 60, 10],
    ['balanced_accuracy', 60, 10],
  ])('%s', (metric, times, most) => {
    for (const [n, positives, quality] of [
      [200, 0.01, 0.95],
      [200, 0.05, 0.98],
      [200, 0.1, 0.9],
    ] as const) {
      const falsely = (positives * (1 - quality)) / (1 - positives);
      const truth = metric === 'balanced_accuracy' ? (quality + 1 - falsely) / 2 : quality;
      const [rule] = readRules([{ metric, min: truth }], 'binary-classification', () => ({}));
      const random = seededRandom(5);
      let passes = 0;
      for (let run = 0; run < times; run++) {
        const rows = nearlyRight(n, positives, quality, random);
        if (rule!.metric.missing(rows) !== undefined) continue;
        const options = { confidence: 0.95, seed: run };
        if (judgeRule(rule!, rows, { none: 'there is none' }, options).verdict === 'pass') passes++;
      }
      expect(passes).toBeLessThanOrEqual(most);
    }
  });
});
