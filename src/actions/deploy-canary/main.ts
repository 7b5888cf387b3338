import { join, resolve } from 'node:path';
import { checkApproval } from '../../approval/approval.js';
import { UserError, messageOf } from '../../common/errors.js';
import type { ApprovalRecord } from '../../formats/deployment.js';
import type { GitHub } from '../../github/types.js';
import { fetchVersion } from '../../registry/fetch.js';
import { resolveVersion } from '../../registry/versions.js';
import { type RolloutSettings, rolloutSettings } from '../../rollout/plan.js';
import { rollOut } from '../../rollout/rollout.js';
import { httpSignals } from '../../rollout/signals/http.js';
import { type ServedVersion, commandTarget } from '../../rollout/targets/command.js';
import { TargetError } from '../../rollout/targets/target.js';
import { loadSpec } from '../../spec/load.js';
import type { Outcome } from '../definition.js';
import type { Dependencies } from '../dependencies.js';
import type { ValuesOf } from '../inputs.js';
import type { definition } from './inputs.js';
import { failureOf, rolloutReport, rolloutResult } from './report.js';

type Inputs = ValuesOf<typeof definition.inputs>;

/** Rolls a registered version out: approval first, then step by step, or back. */
export async function main(
  inputs: Inputs,
  dependencies: Dependencies,
): Promise<Outcome<keyof typeof definition.outputs>> {
  const { run, logger, clock, signal, environment: variables } = dependencies;
  const { environment, cause } = inputs;
  const spec = await loadSpec(resolve(run.workspace, inputs.model));
  const model = spec.value.name;
  const settings = rolloutSettings(spec, environment, {
    steps: inputs.steps,
    ...(inputs.bake !== undefined && { bakeMs: inputs.bake }),
    ...(inputs.interval !== undefined && { intervalMs: inputs.interval }),
    ...(inputs['signals-url'] !== undefined && { signalsUrl: inputs['signals-url'] }),
    ...(inputs['require-approval'] !== undefined && { approval: inputs['require-approval'] }),
    ...(inputs.approvals !== undefined && { approvals: inputs.approvals }),
    ...(inputs.production !== undefined && { production: inputs.production }),
  });
  const signals =
    settings.signals &&
    httpSignals({
      url: settings.signals.url,
      environment: variables,
      ...(settings.signals.timeout !== undefined && { timeoutMs: settings.signals.timeout }),
    });

  const github = await dependencies.github(inputs.token);
  const version = await resolveVersion(github, model, inputs.version);
  const { folder, manifestDigest } = await fetchVersion({
    github,
    version,
    folder:
      inputs.folder === undefined
        ? modelFolder(run, model, version.version)
        : resolve(run.workspace, inputs.folder),
    logger,
    signal,
  });
  const approval = await approve(github, run, settings, environment, manifestDigest);

  const serve = (name: string): ServedVersion => ({
    version: name,
    folder: async () => {
      if (name === version.version) return folder;
      const other = await resolveVersion(github, model, name);
      const into = modelFolder(run, model, name);
      return (await fetchVersion({ github, version: other, folder: into, logger, signal })).folder;
    },
  });
  const runUrl = `${run.serverUrl}/${run.owner}/${run.repository}/actions/runs/${run.runId}`;
  try {
    const end = await rollOut(
      {
        model,
        version: version.version,
        tag: version.tag,
        manifestDigest,
        environment,
        cause,
        settings,
        approval,
        run: { id: run.runId, attempt: run.runAttempt, url: runUrl },
      },
      {
        github,
        target: (challenger, champion) =>
          commandTarget({
            commands: settings.target,
            cwd: resolve(run.workspace, spec.folder),
            environment: variables,
            model,
            deployTo: environment,
            challenger: serve(challenger),
            champion: champion === undefined ? undefined : serve(champion),
            clock,
            logger,
            signal,
          }),
        signals,
        clock,
        logger,
        signal,
      },
    );
    const result = rolloutResult(end, environment);
    const failure = failureOf(result);
    return {
      outputs: {
        verdict: result.verdict,
        fault: result.fault,
        version: result.version,
        'previous-version': result.replaced ?? '',
        'deployment-id': result.deployment,
        'steps-done': result.steps.filter((step) => step.verdict === 'pass').length,
      },
      result,
      report: rolloutReport(result, end.state),
      ...(failure !== undefined && { failure }),
    };
  } catch (error) {
    throw explain(error, signal);
  }
}

/** Nothing moves before this: the approval is bound to the digest of what will be served. */
async function approve(
  github: GitHub,
  run: Dependencies['run'],
  settings: RolloutSettings,
  environment: string,
  manifestDigest: string,
): Promise<ApprovalRecord> {
  const answer = await checkApproval({
    github,
    run,
    policy: settings.approval,
    environment,
    approvals: settings.approvals,
    manifestDigest,
  });
  if (answer.granted) return answer.record;
  throw new UserError(answer.reasons.map((reason) => ({ message: `not approved: ${reason}` })));
}

function modelFolder(run: Dependencies['run'], model: string, version: string): string {
  return join(run.temp, 'mlops-models', `${model}-${version}`);
}

function explain(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) {
    const message = `${messageOf(signal.reason)} before anything moved`;
    return new UserError({ message, remedy: 'run the job again' }, { cause: error });
  }
  if (!(error instanceof TargetError)) return error;
  return new UserError(
    {
      message: error.message,
      remedy: 'mend rollout.target, then run this again: it stops what was left, or goes on with it',
    },
    { cause: error },
  );
}
