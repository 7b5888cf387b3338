// One line of the calibration: many draws of one size from each of its worlds, and what the gate says of each.
import { judgeRule } from '../../../src/evaluation/judge.ts';
import { findMetric } from '../../../src/evaluation/metrics/registry.ts';
import { seededRandom } from '../../../src/statistics/random.ts';

export const confidence = 0.95;
/** Draws that go through the whole rule as well, to hold this shortcut to what users get. */
const checked = 3;

/** A whole number for a text, so that a line's draws depend on the line alone. */
const seedOf = (text) => [...text].reduce((hash, c) => (Math.imul(hash, 31) + c.charCodeAt(0)) >>> 0, 7);

/**
 * @param line { name, n, runs, task, metrics, worlds: { margin, equal?, double? } }; in the world `margin` the challenger
 *   is worse by exactly what the rule tolerates, in `double` by twice that
 * @returns for each metric the counts of verdicts in each world
 */
export function runLine(line) {
  const metrics = line.metrics.map((name) => findMetric(name, line.task, line.better ?? 'lower').metric);
  const found = metrics.map((metric) => ({
    metric: metric.name,
    title: metric.title,
    margin: loss(metric, line.worlds.margin),
    worlds: {},
  }));
  for (const [which, world] of Object.entries(line.worlds)) {
    const tallies = metrics.map((metric, i) => ({
      metric,
      margin: which === 'double' ? loss(metric, world) / 2 : found[i].margin,
      truth: world.truth(metric).value,
      ...{ runs: 0, undefined: 0, pass: 0, fail: 0, failAtZero: 0, points: 0, pointsAtZero: 0 },
      ...{ absolutePass: 0, absoluteFail: 0, ungroupedPass: 0 },
    }));
    const random = seededRandom(seedOf(`${line.name} ${line.n} ${which}`));
    for (let run = 0; run < line.runs; run++) {
      const models = world.draw(line.n, random);
      for (const tally of tallies) look(tally, models, { confidence, seed: run }, which === 'margin', run);
    }
    tallies.forEach((tally, i) => {
      delete tally.metric;
      found[i].worlds[which] = tally;
    });
  }
  return found;
}

/** How much worse the challenger truly is. */
function loss(metric, world) {
  const { difference } = world.truth(metric);
  return metric.better === 'higher' ? -difference : difference;
}

function look(tally, { challenger, champion }, options, alone, run) {
  const { metric, margin, truth } = tally;
  if (metric.missing(challenger) !== undefined || metric.missing(champion) !== undefined) {
    tally.undefined++;
    return;
  }
  tally.runs++;
  const sign = metric.better === 'higher' ? 1 : -1;
  const { value, lower, upper } = metric.difference(challenger, champion, options);
  const [least, most] = sign > 0 ? [-upper, -lower] : [lower, upper];
  const verdict = most <= margin ? 'pass' : least > margin ? 'fail' : 'inconclusive';
  if (verdict !== 'inconclusive') tally[verdict]++;
  if (least > 0) tally.failAtZero++;
  if (-sign * value <= margin) tally.points++;
  if (-sign * value > 0) tally.pointsAtZero++;
  if (alone) {
    const own = metric.estimate(challenger, options);
    const [low, high] = sign > 0 ? [own.lower, own.upper] : [-own.upper, -own.lower];
    if (low >= sign * truth) tally.absolutePass++;
    if (high < sign * truth) tally.absoluteFail++;
    if (challenger.clusters !== undefined) {
      const apart = [challenger, champion].map((rows) => ({ ...rows, clusters: undefined }));
      const naive = metric.difference(...apart, options);
      if ((sign > 0 ? -naive.lower : naive.upper) <= margin) tally.ungroupedPass++;
    }
  }
  if (run < checked) check(tally, challenger, champion, options, verdict);
}

function check({ metric, margin }, challenger, champion, options, verdict) {
  const kind = metric.better === 'higher' ? 'max-drop' : 'max-increase';
  const rule = { metric, kind, limit: margin, versus: 'champion', text: '' };
  const decided = judgeRule(rule, challenger, { rows: champion, name: 'the champion' }, options).verdict;
  if (decided !== verdict) throw new Error(`${metric.name}: the rule says ${decided}, this ${verdict}`);
}
