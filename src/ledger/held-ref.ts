import type { Clock } from '../common/clock.js';
import type { GitHub, Ref } from '../github/types.js';

const againMs = 1000;

/**
 * Reads a ref that this run has written. A copy of the repository that lags can answer that it is absent, so it is
 * absent only when a second look, a second later, says the same.
 */
export async function readHeldRef(github: GitHub, ref: string, clock: Clock): Promise<Ref | undefined> {
  const tip = await github.refs.get(ref);
  if (tip !== undefined) return tip;
  await clock.sleep(againMs);
  return github.refs.get(ref);
}
