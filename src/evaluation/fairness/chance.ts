import type { Estimate } from '../../statistics/intervals.js';
import { type Random, seededRandom } from '../../statistics/random.js';
import { normalQuantile } from '../../statistics/special.js';
import type { GroupEstimates } from './extremes.js';
import type { Transform } from './measures.js';

const draws = 2000;
// Looked up once: the loops below ask for them a million times.
const { PI, cos, log, max, min, sin, sqrt } = Math;

/**
 * What a difference or ratio of the groups would be on average if all groups were alike: chance alone puts them
 * apart, the more so the smaller they are. By draws from normal errors of the groups' sizes around their common value.
 * @param estimates with bounds of `confidence` each
 * @returns null for transforms that compare nothing, and where a group's error is unknown
 */
export function byChance(
  transform: Transform,
  estimates: GroupEstimates,
  { confidence, seed }: { confidence: number; seed: number },
): number | null {
  if (transform !== 'difference' && transform !== 'ratio') return null;
  const z = normalQuantile(confidence);
  const normal = normals(seededRandom(seed));
  const metrics = estimates.map((groups) => {
    const errors = groups.map(({ lower, upper }) => (upper - lower) / (2 * z));
    return { common: commonValue(groups, errors), errors };
  });
  let sum = 0;
  for (let draw = 0; draw < draws; draw++) {
    let worst = transform === 'difference' ? 0 : 1;
    for (const { common, errors } of metrics) {
      let [least, most] = [Infinity, -Infinity];
      for (const error of errors) {
        const value = common + error * normal();
        if (value < least) least = value;
        if (value > most) most = value;
      }
      const apart = transform === 'difference' ? most - least : most > 0 ? max(0, least) / most : 1;
      worst = transform === 'difference' ? max(worst, apart) : min(worst, apart);
    }
    sum += worst;
  }
  return Number.isFinite(sum) ? sum / draws : null;
}

/** Standard normal values (Box & Muller 1958). */
function normals(random: Random): () => number {
  let kept: number | undefined;
  return () => {
    if (kept !== undefined) {
      const value = kept;
      kept = undefined;
      return value;
    }
    const radius = sqrt(-2 * log(1 - random.uniform()));
    const angle = 2 * PI * random.uniform();
    kept = radius * sin(angle);
    return radius * cos(angle);
  };
}

/** Groups by how surely they are known. */
function commonValue(groups: readonly Estimate[], errors: readonly number[]): number {
  let [sum, total] = [0, 0];
  groups.forEach(({ value }, g) => {
    const weight = 1 / max(errors[g]!, 1e-12) ** 2;
    sum += weight * value;
    total += weight;
  });
  return sum / total;
}
