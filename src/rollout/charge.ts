import type { Entry } from '../ledger/ledger.js';
import type { Tenure } from '../ledger/tenure.js';
import type { Rollout, RolloutTools } from './request.js';
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

/** The target as this run may use it, beside the live version. */
export function useTarget({ tools, tenure, signal }: Charge, live: Entry | undefined): Target {
  return tools.target({ stable: live?.version, fence: tenure.fence, readBack: 'required', signal });
}
