import fc from 'fast-check';
import { judgeRule } from '../../src/evaluation/judge.js';
import { metricsOf } from '../../src/evaluation/metrics/registry.js';
import { type BinaryRows, takeRows } from '../../src/evaluation/rows.js';
import { type Rule, readRules } from '../../src/evaluation/rules.js';
import { seededRandom } from '../../src/statistics/random.js';

const task = 'binary-classification';
const options = { confidence: 0.95, seed: 1 };
const binary = metricsOf(task);

/** Two models of given skill on the same rows; neither knows nothing, so that every metric has a value. */
function models(seed: number, n: number, skills: readonly [number, number], more: Partial<BinaryRows> = {}) {
  const random = seededRandom(seed);
  const labels = Uint8Array.from({ length: n }, (_, i) => (i < 3 ? i % 2 : random.uniform() < 0.4 ? 1 : 0));
  const hard = labels.map(() => 0);
  const noise = Float64Array.from(hard, () => random.uniform());
  return skills.map((skill): BinaryRows => {
    const scores = Float64Array.from(labels, (y, i) =>
      Math.min(
        0.999,
        Math.max(0.001, 0.5 + skill * (y - 0.5) + 0.5 * (0.5 * noise[i]! + 0.5 * random.uniform() - 0.5)),
      ),
    );
    scores.set([0.2, 0.8], 0);
    return { task, labels, scores, predicted: Uint8Array.from(scores, (p) => (p >= 0.5 ? 1 : 0)), ...more };
  }) as [BinaryRows, BinaryRows];
}

function ruleOf(name: string, margin: number): Rule {
  const lower = binary.find((metric) => metric.name === name)?.better === 'lower';
  const [rule] = readRules(
    [{ metric: name, [lower ? 'max-increase' : 'max-drop']: margin }],
    task,
    () => ({}),
  );
  return rule!;
}
const judge = (rule: Rule, challenger: BinaryRows, champion: BinaryRows) =>
  judgeRule(rule, challenger, { rows: champion, name: 'the champion' }, options);

const directed = binary.filter(({ better }) => better !== 'zero').map(({ name }) => name);
const seed = fc.integer({ min: 1, max: 1e6 });
const skill = fc.double({ min: 0.05, max: 0.5, noNaN: true });
const few = { numRuns: 12, seed: 3 };

describe('what holds for every metric of a binary classifier', () => {
  it.each(directed)('%s: a model is no worse than itself', (name) => {
    const [model] = models(7, 1500, [0.3, 0.3]);
    // A row that was not seen costs average precision most where it ranks first.
    const { verdict, difference } = judge(ruleOf(name, name === 'pr_auc' ? 0.05 : 0.02), model, model);
    expect([verdict, difference!.value]).toEqual(['pass', 0]);
  });

  it.each(directed)('%s: bounds widen with confidence', (name) => {
    const metric = binary.find((one) => one.name === name)!;
    fc.assert(
      fc.property(seed, skill, skill, (from, a, b) => {
        const [first, second] = models(from, 60, [a, b]);
        const at = (confidence: number) => [
          metric.estimate(first, { seed: 1, confidence }),
          metric.difference(first, second, { seed: 1, confidence }),
        ];
        const [narrow, wide] = [at(0.9), at(0.97)];
        for (const [i, { lower, upper, value }] of wide.entries()) {
          expect(lower).toBeLessThanOrEqual(narrow[i]!.lower);
          expect(upper).toBeGreaterThanOrEqual(narrow[i]!.upper);
          expect(lower).toBeLessThanOrEqual(value + 1e-12);
        }
      }),
      { numRuns: 5, seed: 3 },
    );
  });

  it.each(['accuracy', 'recall', 'roc_auc', 'log_loss', 'brier'])(
    '%s: the order of rows does not matter, also in groups',
    (name) => {
      fc.assert(
        fc.property(seed, skill, skill, fc.boolean(), (from, a, b, grouped) => {
          const n = 80;
          const more = grouped ? { clusters: Uint32Array.from({ length: n }, (_, i) => (i * i) % 11) } : {};
          const [first, second] = models(from, n, [a, b], more);
          const random = seededRandom(from);
          const places = Uint32Array.from({ length: n }, (_, i) => i);
          for (let i = n - 1; i > 0; i--) {
            const j = random.below(i + 1);
            [places[i], places[j]] = [places[j]!, places[i]!];
          }
          const mixed = [first, second].map((rows) => takeRows(rows, places) as BinaryRows);
          const rule = ruleOf(name, 0.03);
          const [one, other] = [judge(rule, first, second), judge(rule, mixed[0]!, mixed[1]!)];
          expect(other.verdict).toBe(one.verdict);
          expect(other.difference!.value).toBeCloseTo(one.difference!.value, 10);
          for (const end of ['lower', 'upper'] as const) {
            if (one.difference![end] === null) expect(other.difference![end]).toBeNull();
            else expect(other.difference![end]).toBeCloseTo(one.difference![end], 8);
          }
        }),
        few,
      );
    },
  );

  it.each(['accuracy', 'balanced_accuracy', 'roc_auc', 'pr_auc', 'log_loss', 'brier', 'f1', 'mcc'])(
    '%s: a challenger that gets better does not turn a pass into a fail',
    (name) => {
      fc.assert(
        fc.property(seed, skill, skill, fc.integer({ min: 1, max: 40 }), (from, a, b, count) => {
          const [first, second] = models(from, 120, [a, b]);
          // Some rows are scored nearer to the truth than before.
          const scores = first.scores.slice();
          for (let row = 3; row < 3 + count; row++) {
            scores[row] =
              first.labels[row] === 1 ? Math.max(scores[row]!, 0.97) : Math.min(scores[row]!, 0.03);
          }
          const better = { ...first, scores, predicted: Uint8Array.from(scores, (p) => (p >= 0.5 ? 1 : 0)) };
          const rule = ruleOf(name, 0.05);
          const [before, after] = [judge(rule, first, second), judge(rule, better, second)];
          const sign = rule.metric.better === 'higher' ? 1 : -1;
          expect(sign * (after.challenger!.value - before.challenger!.value)).toBeGreaterThanOrEqual(-1e-12);
          expect([before.verdict, after.verdict]).not.toEqual(['pass', 'fail']);
        }),
        few,
      );
    },
  );
});

describe('rows in groups', () => {
  it('are counted in groups when a rule says what would settle it', () => {
    const n = 400;
    const clusters = Uint32Array.from({ length: n }, (_, i) => i % 40);
    const [first, second] = models(5, n, [0.3, 0.3], { clusters });
    const own = (first.predicted.filter((p, i) => p === first.labels[i]).length / n) * 0.99;
    const [rule] = readRules([{ metric: 'accuracy', min: own }], task, () => ({}));
    const decided = judge(rule!, first, second);
    expect(decided.verdict).toBe('inconclusive');
    expect(decided.groupsNeeded).toBeGreaterThan(40);
    expect(decided.rowsNeeded! / decided.groupsNeeded!).toBeCloseTo(10, 0);
    expect(decided.reason).toMatch(
      /which these 400 rows in 40 groups cannot settle; about [\d,]+ such groups would$/,
    );
    const [alone] = models(5, n, [0.3, 0.3]);
    const plain = judge(rule!, alone, second);
    expect(plain).not.toHaveProperty('groupsNeeded');
    expect(plain.reason).toMatch(/which these 400 rows cannot settle/);
  });
});
