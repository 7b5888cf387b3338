import { agrees, expectedAnswers, expectedText } from '../../../src/evaluation/serving/expected.js';
import { budgetChecks, latencyOf, shareCheck } from '../../../src/evaluation/serving/judge.js';
import type { EvaluateSpec } from '../../../src/evaluation/labels.js';
import type { EvaluationRows } from '../../../src/evaluation/rows.js';

const multiclass: EvaluationRows = {
  task: 'multiclass-classification',
  classes: ['cat', 'dog'],
  labels: Uint16Array.of(0, 1),
  predicted: Uint16Array.of(0, 1),
  probabilities: Float64Array.of(0.9, 0.1, 0.2, 0.8),
  extras: new Map([['cost', Float64Array.of(3, 4)]]),
};
const evaluate = { score: { dog: 'p_dog', cat: 'p_cat' }, prediction: 'kind' } as unknown as EvaluateSpec;
const labels = ['1', '0'] as const;

describe('what the server must answer', () => {
  it('is what the batch said, by column of the predictions', () => {
    const of = (answer: string | Record<string, string>) =>
      expectedAnswers(answer, multiclass, evaluate, labels, {});
    expect(of({ p_dog: 'probs.1', cost: 'cost' })).toEqual([
      { column: 'p_dog', place: 'probs.1', numbers: Float64Array.of(0.1, 0.8) },
      { column: 'cost', place: 'cost', numbers: Float64Array.of(3, 4) },
    ]);
    const [kind] = of('label');
    expect(kind).toEqual({ column: 'kind', place: 'label', classes: ['cat', 'dog'] });
    expect(expectedText(kind!, 1)).toBe('dog');
    expect(() => of({ p_dgo: 'x' })).toThrow(/did you mean "p_dog"/);
  });

  it('is the same number within the tolerance, and the same class in any spelling of JSON', () => {
    const number = (value: number) => ({ column: 'p', place: 'p', numbers: Float64Array.of(value) });
    expect(agrees(0.500001, number(0.5), 0, 1e-6)).toBe(true);
    expect(agrees('0.5', number(0.5), 0, 1e-6)).toBe(true);
    expect(agrees(0.50001, number(0.5), 0, 1e-6)).toBe(false);
    expect(agrees(1_000_000.5, number(1e6), 0, 1e-6)).toBe(true);
    expect(agrees(1_000_002, number(1e6), 0, 1e-6)).toBe(false);
    for (const other of [null, undefined, true, '', 'x', NaN, [0.5], { value: 0.5 }])
      expect(agrees(other, number(0.5), 0, 1)).toBe(false);
    const kind = (value: string) => ({ column: 'k', place: 'k', classes: [value] });
    expect(agrees(1, kind('1'), 0, 0)).toBe(true);
    expect(agrees(true, kind('1'), 0, 0)).toBe(true);
    expect(agrees(false, kind('false'), 0, 0)).toBe(true);
    expect(agrees('late', kind('late'), 0, 0)).toBe(true);
    expect(agrees('Late', kind('late'), 0, 0)).toBe(false);
    expect(agrees(1, kind('0'), 0, 0)).toBe(false);
  });
});

describe('budgets of serving', () => {
  const times = Array.from({ length: 300 }, (_, i) => i + 1);

  it('are decided on the bound of a percentile', () => {
    const latency = latencyOf(times, 0.95);
    expect(latency!.p50).toMatchObject({ value: 150 });
    expect(latency!.p99).toMatchObject({ value: 297, upper: 300 });
    const measured = { latency, startMs: 900, memory: 5e6, size: 100, requests: 300 };
    const verdicts = (budgets: object) => budgetChecks(measured, budgets, 0.95).map(({ verdict }) => verdict);
    expect(verdicts({ p50: 170, p95: 280, p99: 299 })).toEqual(['pass', 'inconclusive', 'inconclusive']);
    expect(verdicts({ p50: 130, p95: 295, p99: 300 })).toEqual(['fail', 'pass', 'pass']);
    expect(verdicts({ start: 900, memory: 4e6, size: 100 })).toEqual(['pass', 'fail', 'pass']);
    expect(budgetChecks({ ...measured, memory: null }, { memory: 1 }, 0.95)[0]!.verdict).toBe('inconclusive');
    expect(budgetChecks(measured, { p95: 280 }, 0.95)[0]!.reason).toBe(
      'The 95th percentile of 300 requests was measured as 285 ms; 280 ms is allowed, which these requests cannot settle: it is between 279 ms and 292 ms (each bound with 95 % confidence)',
    );
  });

  it('say nothing of what was not measured', () => {
    expect(latencyOf([], 0.95)).toBeNull();
    expect(shareCheck('mismatch', new Float64Array(0), {}, 0.01, 0.95)).toMatchObject({
      found: null,
      verdict: 'inconclusive',
    });
  });
});
