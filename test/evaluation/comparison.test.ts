import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Baseline } from '../../src/evaluation/comparison.js';
import { judgeRule } from '../../src/evaluation/judge.js';
import { readRules } from '../../src/evaluation/rules.js';
import type { BinaryRows, RegressionRows } from '../../src/evaluation/rows.js';
import { readStated, statedEstimate } from '../../src/evaluation/stated.js';
import type { Gate } from '../../src/spec/sections/evaluate.js';
import { normalQuantile } from '../../src/statistics/special.js';
import { seededRandom } from '../../src/statistics/random.js';

const options = { confidence: 0.95, seed: 1 };
const ruleOf = (gate: Gate, task: 'regression' | 'binary-classification' = 'regression') =>
  readRules([gate], task, () => ({ file: 'model.yml' }))[0]!;

/** Absolute errors around `size`, of two models that find the same rows hard. */
function errorsOf(n: number, size: number, seed = 1): RegressionRows {
  const random = seededRandom(7);
  const own = seededRandom(seed);
  const targets = Float64Array.from({ length: n }, () => 10 * random.uniform());
  return {
    task: 'regression',
    targets,
    predicted: targets.map((y) => y + size * (0.5 + random.uniform()) + 0.1 * own.uniform()),
  };
}
const named = (rows: BinaryRows | RegressionRows): Baseline => ({ rows, name: 'the champion' });

describe('relative rules', () => {
  const champion = errorsOf(500, 1);
  const worse = errorsOf(500, 1.1, 2);

  it('judge the loss as a share of the champion’s value', () => {
    const judge = (limit: number) =>
      judgeRule(
        ruleOf({ metric: 'mae', 'max-relative-increase': limit, versus: 'champion' }),
        worse,
        named(champion),
        options,
      );
    const found = judge(0.2);
    expect(found.verdict).toBe('pass');
    expect(found.relative!.method).toBe('fieller');
    expect(found.relative!.value).toBeCloseTo(found.difference!.value / found.champion!.value, 12);
    expect(found.relative!.value).toBeGreaterThan(0.08);
    expect(found.relative!.value).toBeLessThan(0.12);
    expect(found.reason).toMatch(
      /: higher by at most [\d.]+ % with 95 % confidence; the rule tolerates 20 %$/,
    );
    expect(judge(0.02).verdict).toBe('fail');
    expect(judge(0.02).reason).toMatch(/higher by at least \d[.\d]* % .*; the rule tolerates 2 %$/);
  });

  it('say that a share of next to nothing is none', () => {
    const random = seededRandom(4);
    const labels = Uint8Array.from({ length: 300 }, (_, i) => i % 2);
    const guess = Uint8Array.from(labels, () => (random.uniform() < 0.5 ? 1 : 0));
    const rows: BinaryRows = {
      task: 'binary-classification',
      labels,
      scores: Float64Array.from(guess),
      predicted: guess,
    };
    const { verdict, reason, rowsNeeded } = judgeRule(
      ruleOf({ metric: 'mcc', 'max-relative-drop': 0.1, versus: 'champion' }, 'binary-classification'),
      { ...rows, predicted: labels },
      named(rows),
      options,
    );
    expect(verdict).toBe('inconclusive');
    expect(reason).toMatch(/^Matthews .*of the champion is .*too near zero .*; write max-drop, a loss in/);
    expect(rowsNeeded).toBeNull();
  });

  it('see no loss in equal predictions, and bound what other rows may show', () => {
    const found = judgeRule(
      ruleOf({ metric: 'mae', 'max-relative-increase': 0.02, versus: 'champion' }),
      champion,
      named(champion),
      options,
    );
    expect(found.relative!.value).toBe(0);
    expect(found.relative!.lower).toBeLessThan(0);
    expect(found.relative!.upper).toBeGreaterThan(0);
    expect(found.verdict).toBe('pass');
  });
});

describe('models with the same files', () => {
  // Five rows in two groups bound no difference.
  const few: RegressionRows = { ...errorsOf(5, 1), clusters: Uint32Array.from([0, 0, 1, 1, 1]) };
  const judge = (gate: Partial<Gate>, rows: RegressionRows, sameModel: boolean) =>
    judgeRule(
      ruleOf({ metric: 'mae', versus: 'champion', ...gate }),
      few,
      { rows, name: 'the champion', sameModel },
      options,
    );

  it.each<[string, Partial<Gate>]>([
    ['max-increase 0', { 'max-increase': 0 }],
    ['max-relative-increase 0.001', { 'max-relative-increase': 0.001 }],
  ])('differ by exactly zero under %s, however few rows there are', (_, gate) => {
    expect(judge(gate, few, false).verdict).toBe('inconclusive');
    expect(judge(gate, few, true)).toMatchObject({
      verdict: 'pass',
      difference: { value: 0, lower: 0, upper: 0, method: 'same-model' },
      detectable: null,
      reason: expect.stringMatching(/^Mean absolute error is .*: both models have the same files$/),
    });
  });

  it('are compared by their rows where their predictions differ', () => {
    const other = { ...few, predicted: few.predicted.map((x) => x + 1) };
    expect(judge({ 'max-increase': 0 }, other, true).difference!.method).not.toBe('same-model');
  });
});

describe('a confidence of its own', () => {
  it('moves the bounds of its rule alone', () => {
    const rows = errorsOf(200, 1);
    const judge = (gate: Partial<Gate>) =>
      judgeRule(ruleOf({ metric: 'mae', max: 1.2, ...gate }), rows, { none: '' }, options);
    const [usual, sure] = [judge({}), judge({ confidence: 0.999 })];
    const half = (found: typeof usual) => found.challenger!.upper! - found.challenger!.value;
    expect(half(sure) / half(usual)).toBeCloseTo(3.13 / 1.65, 1);
    expect(sure.reason).toContain('99.9 % confidence');
    expect([usual.confidence, sure.confidence]).toEqual([undefined, 0.999]);
  });

  it('goes beyond what resamples can show as a normal interval does', () => {
    const rows = errorsOf(200, 1);
    const at = (confidence: number) =>
      judgeRule(ruleOf({ metric: 'rmse', max: 5, confidence }), rows, { none: '' }, options).challenger!;
    const [most, further] = [at(0.99), at(0.99999)];
    const scale = normalQuantile(0.99999) / normalQuantile(0.99);
    expect(most.method).toBe('bootstrap-bca');
    expect((further.upper! - further.value) / (most.upper! - most.value)).toBeCloseTo(scale, 9);
    expect((further.value - further.lower!) / (most.value - most.lower!)).toBeCloseTo(scale, 9);
  });
});

describe('a baseline of which only a file speaks', () => {
  const rows = errorsOf(400, 1);
  const judge = async (text: object, gate: Partial<Gate> = { 'max-increase': 0.1 }) => {
    const file = join(await mkdtemp(join(tmpdir(), 'baseline-')), 'main.json');
    await writeFile(file, JSON.stringify(text));
    const rule = ruleOf({ metric: 'mae', baseline: 'main.json', ...gate });
    return judgeRule(
      rule,
      rows,
      { stated: await readStated(file, 'regression'), name: 'the baseline (main.json)' },
      options,
    );
  };
  const own = judgeRule(ruleOf({ metric: 'mae', max: 5 }), rows, { none: '' }, options).challenger!;

  it('is compared with by its stated interval, at the rule’s confidence', async () => {
    const value = own.value - 0.02;
    const se = 0.01;
    const found = await judge({ mae: { value, 'standard-error': se } });
    expect(found.difference!.method).toBe('unpaired');
    expect(found.champion).toMatchObject({ value, method: 'stated' });
    const half = normalQuantile(0.95) * se;
    expect(found.difference!.upper!).toBeCloseTo(0.02 + Math.hypot(own.upper! - own.value, half), 9);
    expect(found.verdict).toBe('pass');
    expect(found.reason).toMatch(
      /that of the baseline \(main\.json\) 1\.\d+ as stated: higher by at most 0\.0\d+ with/,
    );
    const bounds = { value, lower: value - 2.5758293 * se, upper: value + 2.5758293 * se, confidence: 0.995 };
    expect((await judge({ mae: bounds })).difference!.upper!).toBeCloseTo(found.difference!.upper!, 6);
  });

  it('is taken as exact, and said to be, where it states a value only', async () => {
    const found = await judge({ mae: own.value });
    expect(found.reason).toContain('as stated, without an interval and so taken as exact');
    expect(found.difference!.upper!).toBeCloseTo(own.upper! - own.value, 12);
  });

  it('says that more rows would not help where the file is the one that is unsure', async () => {
    const found = await judge({ mae: { value: own.value, 'standard-error': 1 } });
    expect(found.verdict).toBe('inconclusive');
    expect(found.rowsNeeded).toBeNull();
    expect(found.reason).toMatch(/nor would more rows: what the file states is too unsure$/);
  });

  it('may be an earlier decision record', async () => {
    const record = {
      kind: 'decision',
      task: 'regression',
      confidence: 0.9,
      metrics: { mae: 9, rmse: 1.5 },
      rules: [{ metric: 'mae', challenger: { value: own.value, lower: own.value - 0.05, upper: null } }],
      somethingLater: true,
    };
    const found = await judge(record);
    expect(found.champion).toMatchObject({ value: own.value, upper: null });
    const scale = normalQuantile(0.95) / normalQuantile(0.9);
    expect(found.champion!.lower).toBeCloseTo(own.value - 0.05 * scale, 12);
    const share = await judge(record, { metric: 'mae', 'max-relative-increase': 0.5 });
    expect(share.verdict).toBe('inconclusive');
  });

  it('is refused when it is neither', async () => {
    await expect(judge({ mae: 'low' })).rejects.toThrow(/main\.json: mae/);
    await expect(judge({ kind: 'profile' })).rejects.toThrow(/kind/);
    const other = { kind: 'decision', task: 'ranking', confidence: 0.95, metrics: {}, rules: [] };
    await expect(judge(other)).rejects.toThrow(
      /main\.json: .*whose task is ranking, and this model’s is regression/,
    );
    expect(statedEstimate({ value: 1 }, 0.95)).toEqual({ value: 1, lower: 1, upper: 1, method: 'stated' });
  });
});

describe('at its margin, a comparison', () => {
  it.each([
    ['by a share', { metric: 'mae', 'max-relative-increase': 0.1, versus: 'champion' }],
    ['with a file', { metric: 'mae', 'max-increase': 0.05, baseline: 'main.json' }],
  ])('%s passes no more often than it says', (_, gate) => {
    const random = seededRandom(21);
    const rule = ruleOf(gate);
    const n = 200;
    const se = 0.02;
    const trials = 1000;
    let passed = 0;
    for (let t = 0; t < trials; t++) {
      const targets = new Float64Array(n);
      const hard = Float64Array.from(targets, () => random.uniform());
      // Mean absolute errors of 0.55 and 0.5, on rows that are hard for both: worse by exactly the margin.
      const model = (size: number): RegressionRows => ({
        task: 'regression',
        targets,
        predicted: hard.map((h) => size * (0.5 * h + 0.5 * random.uniform())),
      });
      const value = 0.5 + se * normalQuantile(random.uniform());
      const half = normalQuantile(0.95) * se;
      const baseline: Baseline = rule.file
        ? {
            name: '',
            stated: {
              metrics: [],
              of: () => ({ value, bounds: { lower: value - half, upper: value + half, confidence: 0.95 } }),
            },
          }
        : named(model(1));
      if (judgeRule(rule, model(1.1), baseline, options).verdict === 'pass') passed++;
    }
    // 5 % of 1,000 is 50; four standard errors are 28.
    expect(passed).toBeGreaterThan(22);
    expect(passed).toBeLessThan(78);
  });
});
