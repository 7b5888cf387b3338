import type { Entry } from '../ledger/ledger.js';
import { type Driver, Tenure, type TenureOptions } from '../ledger/tenure.js';
import type { Rollback, Rollout, RolloutTools } from './request.js';
import type { ServedVersion, Target } from './targets/target.js';

/** What every part of a rollout works with while its run is in charge. */
export interface Charge {
  readonly rollout: Rollout;
  readonly tools: RolloutTools;
  readonly tenure: Tenure;
  /** Aborted when the job is cancelled, or another run is in charge. */
  readonly signal: AbortSignal;
  readonly challenger: ServedVersion;
}

/** Takes charge of the environment. @throws UserError when another run stays in charge */
export function takeTenure(
  { model, environment, run }: Rollout | Rollback,
  { github, lookMs, clock, logger, signal }: RolloutTools,
  how: Pick<Driver, 'cause' | 'task'> & Pick<TenureOptions, 'leaseMs' | 'waitMs'>,
): Promise<Tenure> {
  const { cause, task, leaseMs, waitMs } = how;
  const { id: runId, attempt: runAttempt, job, runner, url } = run;
  return Tenure.take({
    github,
    model,
    environment,
    driver: { runId, runAttempt, job, runner, url, cause, task },
    leaseMs,
    waitMs,
    ...(lookMs !== undefined && { lookMs }),
    clock,
    logger,
    ...(signal && { signal }),
  });
}

/** The target as this run may use it, beside the live version. A rollback that takes over ends its commands. */
export function useTarget({ tools, tenure, signal }: Charge, live: Entry | undefined): Target {
  const target = tools.target({ stable: live?.version, fence: tenure.fence, readBack: 'required', signal });
  return {
    start: (served) => tenure.watchWhile(() => target.start(served)),
    setWeight: (served, weight) => tenure.watchWhile(() => target.setWeight(served, weight)),
    stop: (served) => tenure.watchWhile(() => target.stop(served)),
    status: () => target.status(),
  };
}
