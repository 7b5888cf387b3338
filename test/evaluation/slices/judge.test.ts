import { decideGate } from '../../../src/evaluation/gate.js';
import type { Reuse } from '../../../src/evaluation/judge.js';
import { reuseOf } from '../../../src/evaluation/policy/reuse.js';
import { readRules } from '../../../src/evaluation/rules.js';
import type { BinaryRows } from '../../../src/evaluation/rows.js';
import { sliceUp } from '../../../src/evaluation/slices/define.js';
import type { Gate } from '../../../src/spec/sections/evaluate.js';
import type { SliceDefinition } from '../../../src/spec/sections/evaluate-slices.js';
import { type Random, seededRandom } from '../../../src/statistics/random.js';

const place = () => ({ file: 'model.yml' });

/** Rows of which a share is predicted rightly, by the value of their column. */
function rows(
  values: readonly (string | null)[],
  rightIn: (value: string | null) => number,
  random: Random,
): BinaryRows {
  const labels = Uint8Array.from(values, () => (random.uniform() < 0.5 ? 1 : 0));
  const predicted = labels.map((label, i) => (random.uniform() < rightIn(values[i]!) ? label : 1 - label));
  return { task: 'binary-classification', labels, predicted, scores: Float64Array.from(predicted) };
}

function judge(
  values: readonly (string | null)[],
  challenger: BinaryRows,
  {
    champion,
    gates = [{ metric: 'accuracy', min: 0.1 }],
    sliceGates,
    definition = 'place',
    reuse,
  }: {
    champion?: BinaryRows;
    gates?: Gate[];
    sliceGates?: Gate[];
    definition?: SliceDefinition;
    reuse?: Reuse;
  },
) {
  const read = (list: Gate[]) => readRules(list, 'binary-classification', place);
  return decideGate({
    rules: read(gates),
    ...(sliceGates && { sliceRules: read(sliceGates) }),
    challenger,
    baselineOf: () => (champion ? { rows: champion, name: 'the champion' } : { none: 'there is none' }),
    slices: [sliceUp(definition, () => values as (string | null)[])],
    minSliceRows: 100,
    confidence: 0.95,
    seed: 1,
    withoutChampion: 'absolute-only',
    ...(reuse && { reuse }),
  });
}

describe('rules in slices', () => {
  const random = seededRandom(3);
  const values = Array.from({ length: 3000 }, (_, i) => ['a', 'b', 'c', null][i % 4]!);
  const even = rows(values, () => 0.8, random);
  const uneven = rows(values, (value) => (value === 'b' ? 0.6 : value === null ? 0.5 : 0.8), random);

  it('may be limits of their own', () => {
    const found = judge(values, uneven, { sliceGates: [{ metric: 'accuracy', min: 0.7 }] });
    expect(found.slices.map(({ value, verdict }) => [value, verdict])).toEqual([
      [null, 'fail'],
      ['a', 'pass'],
      ['b', 'fail'],
      ['c', 'pass'],
    ]);
    expect(found.verdict).toBe('fail');
    expect(found.reasons.fail[0]).toMatch(
      /^Where place is empty \(750 rows\), accuracy is 0\.\d+, worse than "accuracy min 0\.7" allows \(p .* after correction for all slices\)$/,
    );
    expect(judge(values, even, { sliceGates: [{ metric: 'accuracy', min: 0.7 }] }).verdict).toBe('pass');
  });

  it('pay for reused rows before they pass, and fail as on fresh rows', () => {
    const of = (min: number, use: number) =>
      judge(values, uneven, {
        sliceGates: [{ metric: 'accuracy', min }],
        reuse: reuseOf({ digest: 'd', use, recorded: true }, 'spend', 0.95),
      }).slices;
    expect(of(0.76, 1).map(({ verdict }) => verdict)).toEqual(['fail', 'pass', 'fail', 'pass']);
    expect(of(0.76, 20).map(({ verdict }) => verdict)).toEqual(['fail', 'inconclusive', 'fail', 'pass']);
    expect(of(0.76, 20).map(({ results }) => results)).toEqual(of(0.76, 1).map(({ results }) => results));
  });

  it('keep the confidence of their rule', () => {
    const of = (confidence: number) =>
      judge(values, uneven, { sliceGates: [{ metric: 'accuracy', min: 0.62, confidence }] }).slices.find(
        ({ value }) => value === 'b',
      )!;
    const [usual, strict] = [of(0.6), of(0.9999)];
    expect([usual.verdict, strict.verdict]).toEqual(['fail', 'inconclusive']);
    expect(usual.results[0]!.confidence).toBe(0.6);
  });

  it('may tolerate shares of what the champion does', () => {
    const sliceGates: Gate[] = [{ metric: 'accuracy', 'max-relative-drop': 0.05, versus: 'champion' }];
    const found = judge(values, uneven, { champion: even, sliceGates });
    expect(found.slices.filter(({ verdict }) => verdict === 'fail').map(({ value }) => value)).toEqual([
      null,
      'b',
    ]);
    expect(judge(values, even, { champion: even, sliceGates }).slices.map((s) => s.verdict)).toEqual(
      Array(4).fill('pass'),
    );
  });

  it('fail where a slice is named and absent, and stay open where it is too small', () => {
    const definition = { column: 'place', values: ['a', 'x'] };
    const absent = judge(values, even, { definition });
    expect(absent.verdict).toBe('fail');
    expect(absent.reasons.fail).toEqual(['No hold-out row is in a slice that must be there: place is x']);
    expect(absent.slices[0]).toEqual({
      column: 'place',
      value: 'x',
      named: true,
      rows: 0,
      verdict: 'fail',
      results: [],
    });
    const few = values.map((value, i) => (i < 120 && value === 'a' ? 'x' : value));
    const small = judge(few, even, { definition });
    expect(small.verdict).toBe('inconclusive');
    expect(small.reasons.inconclusive).toEqual([
      'Where place is x, which the spec names, there are 30 rows of the 100 that a slice needs',
    ]);
    expect(judge(few, even, {}).verdict).toBe('pass');
  });

  it('tell a few of many failures, the surest first', () => {
    const many = Array.from({ length: 4000 }, (_, i) => `s${i % 20}`);
    const bad = rows(many, () => 0.5, random);
    const { reasons } = judge(many, bad, { sliceGates: [{ metric: 'accuracy', min: 0.8 }] });
    expect(reasons.fail).toHaveLength(11);
    expect(reasons.fail[10]).toBe('10 more slices fail as well');
  });

  it('call no more slices worse than they say, when none is', () => {
    // Twenty slices at the margin exactly: some slice fails in at most 5 % of the runs.
    const draw = seededRandom(12);
    const many = Array.from({ length: 2000 }, (_, i) => `s${i % 20}`);
    let failed = 0;
    for (let run = 0; run < 80; run++) {
      const challenger = rows(many, () => 0.7, draw);
      const { slices } = judge(many, challenger, { sliceGates: [{ metric: 'accuracy', min: 0.7 }] });
      if (slices.some(({ verdict }) => verdict === 'fail')) failed++;
    }
    // 5 % of 80 is 4; three standard errors above are 10.
    expect(failed).toBeLessThan(11);
  });
});
