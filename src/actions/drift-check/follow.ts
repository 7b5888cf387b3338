import { UserError } from '../../common/errors.js';
import { displayPath } from '../../common/files.js';
import { type IncidentOutcome, keepIncident } from '../../drift/incident.js';
import type { Policy } from '../../drift/policy.js';
import type { Drift } from '../../formats/drift.js';
import type { GitHub } from '../../github/types.js';
import type { Report } from '../../report/model.js';
import type { LoadedSpec } from '../../spec/load.js';
import type { Dependencies } from '../dependencies.js';
import type { ValuesOf } from '../inputs.js';
import type { definition } from './inputs.js';
import { reasonOf } from './past.js';

type Inputs = ValuesOf<typeof definition.inputs>;

export interface Following {
  readonly spec: LoadedSpec;
  readonly found: Drift;
  readonly policy: Policy;
  /** What the issue shows. */
  readonly report: Report;
  readonly runUrl: string;
}

/** The incident and the request for retraining; what fails there does not lose what was found. */
export async function follow(
  { issue, retrain, token }: Inputs,
  { spec, found, policy, report, runUrl }: Following,
  { github: connect, run, clock }: Dependencies,
): Promise<{ outcome: IncidentOutcome; trouble?: string }> {
  const nothing = (reason: string): IncidentOutcome => ({
    incident: null,
    retrain: { requested: false, reason },
  });
  if (!issue) {
    return { outcome: nothing('the issue remembers when it was last asked for, and `issue` is false') };
  }
  const { drift } = spec.value;
  const wanted = retrain ? drift?.retrain : undefined;
  try {
    const github = await connect(token);
    const ask = (): Promise<number | undefined> => startRetraining(github, spec, found, run.workspace);
    const outcome = await keepIncident({
      github,
      result: found,
      policy,
      report,
      run: { id: run.runId, url: runUrl },
      now: clock.now(),
      recoverAfter: drift?.['recover-after'] ?? 1,
      reopenWithinMs: drift?.['reopen-within'] ?? 14 * 86_400_000,
      ...(wanted && { retrain: { coolDownMs: wanted['cool-down'], ask } }),
    });
    return { outcome };
  } catch (error) {
    return { outcome: nothing('keeping the issue, or asking, failed'), trouble: reasonOf(error) };
  }
}

/** Starts the workflow that the spec names. @throws UserError at the spec's line when GitHub does not take it */
async function startRetraining(
  github: GitHub,
  { value, at }: LoadedSpec,
  { model, scope, alarm }: Drift,
  workspace: string,
): Promise<number | undefined> {
  const { defaultBranch } = await github.repository();
  const names = alarm.findings.filter(({ raised }) => raised).map(({ name }) => name);
  const reason = `drift of ${model} (${scope}): ${names.join(', ')}`.slice(0, 500);
  try {
    return await github.dispatches.workflow(value.drift!.retrain!.workflow, defaultBranch, { reason });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const where = at(['drift', 'retrain', 'workflow']);
    const shown = { ...where, ...(where.file && { file: displayPath(where.file, workspace) }) };
    throw new UserError(
      error.problems.map((problem) => ({ ...problem, where: shown })),
      { cause: error },
    );
  }
}
