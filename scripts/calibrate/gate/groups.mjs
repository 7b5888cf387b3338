// Fairness rules and the search for slices, in worlds of which the truth is known.
import { findMetric } from '../../../src/evaluation/metrics/registry.ts';
import { judgeFairness } from '../../../src/evaluation/fairness/judge.ts';
import { readFairness } from '../../../src/evaluation/fairness/rules.ts';
import { searchSlices } from '../../../src/evaluation/search/search.ts';
import { sliceUp } from '../../../src/evaluation/slices/define.ts';
import { seededRandom } from '../../../src/statistics/random.ts';
const confidence = 0.95;

const task = 'binary-classification';

/** Groups with 30 % of their rows predicted positive, and one with `apart` more. */
function drawGroups({ groups, each, apart }, random) {
  const names = Array.from({ length: groups * each }, (_, i) => `g${i % groups}`);
  const draw = () =>
    Uint8Array.from(names, (name) => (random.uniform() < 0.3 + (name === 'g0' ? apart : 0) ? 1 : 0));
  const labels = Uint8Array.from(names, () => (random.uniform() < 0.4 ? 1 : 0));
  const rows = (predicted) => ({ task, labels, predicted, scores: Float64Array.from(predicted) });
  return { names, challenger: rows(draw()), champion: rows(draw()) };
}

/**
 * A rule on the demographic parity of groups. With a true difference at its limit passing and failing are both wrong;
 * of groups that are alike it should pass.
 */
export function runFairness({ groups, each, runs, limit = 0.1 }) {
  const random = seededRandom(groups * 1000 + each);
  const of = (spec) => {
    const [rule] = readFairness(
      [{ column: 'g', metric: 'demographic_parity_difference', ...spec }],
      task,
      20,
      () => ({}),
    );
    return ({ names, challenger, champion }, seed) =>
      judgeFairness(
        rule,
        sliceUp('g', () => names),
        challenger,
        { rows: champion, name: 'the champion' },
        { confidence, seed },
      );
  };
  const bounded = of({ max: limit });
  const changed = of({ 'max-increase': limit / 2, versus: 'champion' });
  const found = {
    groups,
    each,
    runs,
    passes: 0,
    fails: 0,
    alike: 0,
    points: 0,
    change: 0,
    value: 0,
    chance: 0,
  };
  for (let run = 0; run < runs; run++) {
    const edge = drawGroups({ groups, each, apart: limit }, random);
    const { verdict } = bounded(edge, run);
    if (verdict === 'pass') found.passes++;
    if (verdict === 'fail') found.fails++;
    if (changed(edge, run).verdict === 'fail') found.change++;
    const alike = bounded(drawGroups({ groups, each, apart: 0 }, random), run);
    if (alike.verdict === 'pass') found.alike++;
    if (alike.challenger.value > limit) found.points++;
    found.value += alike.challenger.value / runs;
    found.chance += alike.byChance / runs;
  }
  return found;
}

/** Eight columns of five values each, and two models; the challenger is wrong more often in one slice of two columns. */
export function drawSlices(n, extra, random) {
  const columns = Array.from({ length: 8 }, (_, c) => ({
    column: `c${c}`,
    codes: Uint8Array.from({ length: n }, () => random.below(5)),
    texts: ['a', 'b', 'c', 'd', 'e'],
  }));
  const labels = Uint8Array.from({ length: n }, () => random.below(2));
  const inside = (i) => columns[0].codes[i] === 0 && columns[1].codes[i] < 2;
  const scores = (worse) =>
    Float64Array.from(labels, (label, i) => {
      const right = random.uniform() < 0.8 - (worse && inside(i) ? extra : 0);
      const sure = 0.5 + 0.45 * random.uniform();
      return right === (label === 1) ? sure : 1 - sure;
    });
  const rows = (p) => ({ task, labels, scores: p, predicted: p.map((x) => (x >= 0.5 ? 1 : 0)) });
  return { columns, challenger: rows(scores(true)), champion: rows(scores(false)) };
}

/** The search where nothing is worse and nothing is tolerated; then where the model is worse in a slice of 8 % of the rows. */
export function runSearch({ metric: name, n, runs, extra = 0.2 }) {
  const { metric } = findMetric(name, task);
  const random = seededRandom(n + name.length);
  const look = ({ columns, challenger, champion }, threshold, seed) =>
    searchSlices({ columns, leftOut: [] }, challenger, champion, {
      metric,
      by: metric,
      minRows: 100,
      thresholds: { rest: threshold, champion: threshold },
      fail: false,
      confidence,
      seed,
    });
  const found = { metric: metric.title, n, runs, wrong: 0, alone: 0, finds: 0, others: 0, lookedAt: 0 };
  for (let run = 0; run < runs; run++) {
    const search = look(drawSlices(n, 0, random), 0, run);
    if (search.findings.length > 0) found.wrong++;
    // What the half says on which candidates are found, where the other is not asked.
    if (search.candidates > 0) found.alone++;
    found.lookedAt = search.lookedAt;
    const { findings } = look(drawSlices(n, extra, random), null, run);
    const planted = ({ parts }) => parts.some(({ column, value }) => column === 'c0' && value === 'a');
    if (findings.some(planted)) found.finds++;
    if (findings.some((one) => !planted(one) && !one.parts.some(({ column }) => column === 'c1')))
      found.others++;
  }
  return found;
}
