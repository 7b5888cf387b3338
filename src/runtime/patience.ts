import { UserError } from '../common/errors.js';
import { parseDuration } from '../common/text.js';
import type { Retry } from '../github/requests.js';

const firstPause = 100;
const defaultPatience = 300;

/**
 * How long an action keeps trying when GitHub fails: MLOPS_PATIENCE, such as `60s`; pauses double from 0.1 s.
 * Short by default, so that a person is told at once; the templates set a minute, so that a blip ends no delivery.
 * @throws UserError when it is not a valid duration
 */
export function readPatience(text: string | undefined): Retry {
  const patience = text === undefined || text === '' ? defaultPatience : parseDuration(text);
  if (patience === undefined) {
    throw new UserError({
      message: `MLOPS_PATIENCE is "${text}", not a valid duration`,
      remedy: 'write 30s, 2m or 0s',
    });
  }
  // 1 + 2 + 4 + … pauses of `firstPause`, as many as fit.
  return { attempts: 1 + Math.floor(Math.log2(patience / firstPause + 1)), baseMs: firstPause };
}
