// Whole gates with slices: how often 20 slices of which none is worse fail the gate, and how often the one that is does.
import { decideGate } from '../../../src/evaluation/gate.ts';
import { findMetric } from '../../../src/evaluation/metrics/registry.ts';
import { readRules } from '../../../src/evaluation/rules.ts';
import { sliceUp } from '../../../src/evaluation/slices/define.ts';
import { seededRandom } from '../../../src/statistics/random.ts';
import { confidence } from './run.mjs';
import { binaryWorld, distanceOf } from './worlds.mjs';

const task = 'binary-classification';
const count = 20;
const step = 0.02;

/** In every slice the challenger is worse by exactly what is tolerated; then in one of them by five times that. */
export function runSlices({ n, runs, metric: name }) {
  const { metric } = findMetric(name, task);
  const champion = { distance: distanceOf(0.8) };
  const worldOf = (auc) =>
    binaryWorld({ positives: 0.5, rho: 0.8, models: [{ distance: distanceOf(auc) }, champion] });
  const [usual, worse] = [worldOf(0.8 - step), worldOf(0.8 - 5 * step)];
  const margin = -usual.truth(metric).difference;
  const rules = readRules([{ metric: name, 'max-drop': margin, versus: 'champion' }], task, () => ({}));
  const values = Array.from({ length: n }, (_, i) => `s${i % count}`);
  const first = Uint32Array.from({ length: n / count }, (_, i) => i * count);
  const slicesOf = (models, seed) =>
    decideGate({
      rules,
      challenger: models.challenger,
      baselineOf: () => ({ rows: models.champion, name: 'the champion' }),
      slices: [sliceUp('place', () => values)],
      minSliceRows: 50,
      confidence,
      seed,
      withoutChampion: 'absolute-only',
    }).slices;
  const found = { metric: metric.title, margin, fails: 0, points: 0, finds: 0, others: 0 };
  const random = seededRandom(n + name.length);
  for (let run = 0; run < runs; run++) {
    const models = usual.draw(n, random);
    const slices = slicesOf(models, run);
    if (slices.some(({ verdict }) => verdict === 'fail')) found.fails++;
    if (slices.some(({ results }) => results[0].difference.value < -margin)) found.points++;
    const failed = slicesOf(mix(models, worse.draw(n, random), first), run)
      .filter(({ verdict }) => verdict === 'fail')
      .map(({ value }) => value);
    if (failed.includes('s0')) found.finds++;
    if (failed.some((value) => value !== 's0')) found.others++;
  }
  return found;
}

/** Models whose rows at these places come from other draws, labels and all. */
function mix(models, others, places) {
  const put = (values, from) => {
    const changed = values.slice();
    for (const row of places) changed[row] = from[row];
    return changed;
  };
  const labels = put(models.champion.labels, others.champion.labels);
  const of = (which) => ({
    ...models[which],
    labels,
    scores: put(models[which].scores, others[which].scores),
    predicted: put(models[which].predicted, others[which].predicted),
  });
  return { challenger: of('challenger'), champion: of('champion') };
}
