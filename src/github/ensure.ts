import { type Clock, systemClock } from '../common/clock.js';
import { GitHubFailure } from './failure.js';
import { type Retry, defaultRetry } from './requests.js';

export interface Pace {
  readonly clock: Clock;
  readonly retry: Retry;
}
const ownPace: Pace = { clock: systemClock, retry: defaultRetry };

/**
 * Makes something that must exist once: looks for it, creates it, and when the creation's answer was lost looks
 * again before it creates again.
 * @throws what `create` threw last, when it was refused or lost too often
 */
export async function ensure<T>(
  what: { find: () => Promise<T | undefined>; create: () => Promise<T> },
  pace: Pace = ownPace,
): Promise<T> {
  return (await what.find()) ?? createOnce(what, pace);
}

/** As `ensure`, for what cannot be there yet: looks only after a creation whose answer was lost. */
export async function createOnce<T>(
  { find, create }: { find: () => Promise<T | undefined>; create: () => Promise<T> },
  { clock, retry }: Pace = ownPace,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await create();
    } catch (error) {
      if (!isAmbiguous(error)) throw error;
      await clock.sleep(retry.baseMs * 2 ** (attempt - 1));
      const found = await find();
      if (found !== undefined) return found;
      if (attempt >= retry.attempts) throw error;
    }
  }
}

/** A write that may be repeated as it is, such as setting a text: again until an answer comes. */
export async function repeat<T>(write: () => Promise<T>, pace?: Pace): Promise<T> {
  return createOnce({ create: write, find: () => Promise.resolve(undefined) }, pace);
}

/** Whether a write may have been done although it failed. */
export function isAmbiguous(error: unknown): error is GitHubFailure {
  return error instanceof GitHubFailure && error.ambiguous;
}
