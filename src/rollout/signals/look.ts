import type { Observation, Trouble } from '../engine.js';
import type { Plan } from '../plan.js';
import { noCounts } from '../state.js';
import type { Reading } from './http.js';

/**
 * What a reading means for a step: counters of the arms that the rollout is about, or why there are none.
 * @param versions of the champion (null without one) and of the challenger
 */
export function observe(
  reading: Reading,
  plan: Plan,
  weight: number,
  versions: { readonly champion: string | null; readonly challenger: string },
  at: number,
): Observation {
  if (reading.kind === 'trouble') return { kind: 'trouble', at, trouble: reading.trouble };
  const trouble = (kind: Trouble['kind'], message: string): Observation => ({
    kind: 'trouble',
    at,
    trouble: { kind, message },
  });
  const find = (version: string) => reading.arms.find((arm) => arm.version === version)?.counts;
  const serving = reading.arms.map((arm) => `${arm.name} ${arm.version}`).join(', ') || 'nothing';
  const challenger = find(versions.challenger);
  if (challenger === undefined) {
    return trouble('wrong-version', `version ${versions.challenger} is not among what serves (${serving})`);
  }
  // At 100 % a target may already call the challenger its champion: the version tells them apart.
  if (weight >= 1) return { kind: 'counts', at, arms: { champion: noCounts, challenger } };
  const champion = versions.champion === null ? undefined : find(versions.champion);
  if (champion === undefined) {
    return trouble('wrong-version', `version ${versions.champion} is not among what serves (${serving})`);
  }
  if (reading.weight !== undefined && Math.abs(reading.weight - weight) > 1e-6) {
    return trouble('wrong-weight', `the weight is ${reading.weight}, it was set to ${weight}`);
  }
  const missing = plan.rules.find(
    ({ event }) => !(Object.hasOwn(champion.events, event) && Object.hasOwn(challenger.events, event)),
  );
  if (missing !== undefined) {
    return trouble(
      'malformed',
      `the signal source does not count "${missing.event}" on both arms, which ${missing.signal} needs`,
    );
  }
  return { kind: 'counts', at, arms: { champion, challenger } };
}
