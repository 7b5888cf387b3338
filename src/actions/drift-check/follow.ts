import { UserError } from '../../common/errors.js';
import { displayPath } from '../../common/files.js';
import { type IncidentOutcome, keepIncident } from '../../drift/incident.js';
import type { Policy } from '../../drift/policy.js';
import type { Drift } from '../../formats/drift.js';
import type { Logger } from '../../common/logger.js';
import { GitHubFailure } from '../../github/failure.js';
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
  { github: connect, run, clock, logger }: Dependencies,
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
    const ask = (): Promise<number | undefined> =>
      startRetraining(github, { spec, found, workspace: run.workspace, logger });
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

/**
 * Starts the workflow that the spec names, with the input `reason` where the workflow has one.
 * @throws UserError at the spec's line when GitHub does not take it
 */
async function startRetraining(
  github: GitHub,
  {
    spec: { value, at },
    found: { model, scope, alarm },
    workspace,
    logger,
  }: { spec: LoadedSpec; found: Drift; workspace: string; logger: Logger },
): Promise<number | undefined> {
  const { defaultBranch } = await github.repository();
  const names = alarm.findings.filter(({ raised }) => raised).map(({ name }) => name);
  const reason = `drift of ${model} (${scope}): ${names.join(', ')}`.slice(0, 500);
  try {
    const { workflow } = value.drift!.retrain!;
    try {
      return await github.dispatches.workflow(workflow, defaultBranch, { reason });
    } catch (error) {
      // GitHub refused it and started nothing, so that it can be asked again.
      if (!(error instanceof GitHubFailure) || !/unexpected inputs/i.test(error.detail)) throw error;
      logger.notice(
        `${workflow} has no input "reason", so it is started without one; to see why it ran, add on.workflow_dispatch.inputs.reason: { type: string, required: false }`,
      );
      return await github.dispatches.workflow(workflow, defaultBranch, {});
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const where = at(['drift', 'retrain', 'workflow']);
    const shown = { ...where, ...(where.file && { file: displayPath(where.file, workspace) }) };
    const remedy = remedyOf(error);
    throw new UserError(
      error.problems.map((problem) => ({ ...problem, ...(remedy && { remedy }), where: shown })),
      { cause: error },
    );
  }
}

/** What to do about a workflow that GitHub does not start; undefined where its own words say it. */
function remedyOf(error: UserError): string | undefined {
  if (!(error instanceof GitHubFailure)) return undefined;
  const { detail } = error;
  if (/workflow_dispatch/i.test(detail)) {
    return 'add on: { workflow_dispatch: { inputs: { reason: { type: string, required: false } } } } to the workflow on the default branch';
  }
  if (/required input/i.test(detail)) {
    return 'give the inputs of the workflow a default, or required: false: drift-check knows none but reason';
  }
  return undefined;
}
