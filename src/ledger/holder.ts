import { UserError } from '../common/errors.js';
import type { GitHub } from '../github/types.js';

/** A step of a run that holds something: enough to tell a dead holder from a live one. */
export interface Holder {
  readonly runId: number;
  readonly runAttempt: number;
  readonly job: string;
  readonly runner: string;
}

/**
 * Whether a holder is known to have ended. Without `actions: read` only a lease can tell.
 * @param self the step that asks
 */
export async function isHolderDead(github: GitHub, holder: Holder, self: Holder): Promise<boolean> {
  if (holder.runId === self.runId) {
    if (holder.runAttempt < self.runAttempt) return true;
    // A runner does one step at a time: an earlier one on this runner, in this job, has ended.
    return holder.runAttempt === self.runAttempt && holder.job === self.job && holder.runner === self.runner;
  }
  try {
    const run = await github.runs.get(holder.runId);
    return run !== undefined && (run.status === 'completed' || run.attempt > holder.runAttempt);
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}
