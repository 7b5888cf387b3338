import { join, resolve } from 'node:path';
import { checkApproval } from '../../approval/approval.js';
import { UserError, messageOf } from '../../common/errors.js';
import type { ApprovalRecord } from '../../formats/deployment.js';
import type { GitHub } from '../../github/types.js';
import { readLedger, recordedDigests } from '../../ledger/ledger.js';
import { fetchVersion } from '../../registry/fetch.js';
import { verifyVersion } from '../../registry/verify.js';
import { resolveVersion } from '../../registry/versions.js';
import { type RolloutSettings, rolloutSettings } from '../../rollout/plan.js';
import type { RolloutEnd, RolloutTools } from '../../rollout/request.js';
import { rollBack } from '../../rollout/rollback.js';
import { rollOut } from '../../rollout/rollout.js';
import { httpSignals } from '../../rollout/signals/http.js';
import { commandTarget } from '../../rollout/targets/command.js';
import { type ServedVersion, TargetError } from '../../rollout/targets/target.js';
import { type LoadedSpec, loadSpec } from '../../spec/load.js';
import type { Outcome } from '../definition.js';
import type { Dependencies } from '../dependencies.js';
import type { ValuesOf } from '../inputs.js';
import type { definition } from './inputs.js';
import { failureOf, rolloutReport, rolloutResult } from './report.js';

type Inputs = ValuesOf<typeof definition.inputs>;

/** What both ways of deploying share. */
interface Deployment {
  readonly inputs: Inputs;
  readonly dependencies: Dependencies;
  readonly spec: LoadedSpec;
  readonly settings: RolloutSettings;
  readonly github: GitHub;
}

/** Rolls a registered version out step by step, or back at once. */
export async function main(
  inputs: Inputs,
  dependencies: Dependencies,
): Promise<Outcome<keyof typeof definition.outputs>> {
  const { run, signal } = dependencies;
  const spec = await loadSpec(resolve(run.workspace, inputs.model));
  const settings = readSettings(inputs, spec);
  const signals = inputs.cause === 'rollback' ? undefined : readSignals(settings, dependencies);
  const github = await dependencies.github(inputs.token);
  const deployment: Deployment = { inputs, dependencies, spec, settings, github };
  let end: RolloutEnd;
  try {
    end =
      inputs.cause === 'rollback'
        ? await returnToVersion(deployment)
        : await deployVersion(deployment, signals);
  } catch (error) {
    if (error instanceof TargetError && !signal.aborted) {
      const remedy = 'fix rollout.target or its platform, then run this again: it continues';
      throw new UserError({ message: error.message, remedy }, { cause: error });
    }
    if (!signal.aborted) throw error;
    const message = `${messageOf(signal.reason)} before the rollout was decided`;
    throw new UserError({ message, remedy: 'run the job again to continue' }, { cause: error });
  }
  const result = rolloutResult(end, inputs.environment);
  const failure = failureOf(result);
  return {
    outputs: {
      verdict: result.verdict,
      fault: result.fault,
      version: result.version,
      'previous-version': result.replaced ?? '',
      'manifest-digest': result.manifestDigest,
      'deployment-id': result.deployment,
      'steps-done': result.steps.filter((step) => step.verdict === 'pass').length,
    },
    result,
    report: rolloutReport(result, end.state),
    ...(failure !== undefined && { failure }),
  };
}

/** A rollback depends on the target alone: steps, guardrails and signals of the spec must not stand in its way. */
function readSettings(inputs: Inputs, spec: LoadedSpec): RolloutSettings {
  const rolling =
    inputs.cause === 'rollback'
      ? { steps: ['100%'], bakeMs: 1000, intervalMs: 1000 }
      : {
          steps: inputs.steps,
          ...(inputs.bake !== undefined && { bakeMs: inputs.bake }),
          ...(inputs.interval !== undefined && { intervalMs: inputs.interval }),
          ...(inputs['signals-url'] !== undefined && { signalsUrl: inputs['signals-url'] }),
        };
  return rolloutSettings(spec, inputs.environment, {
    ...rolling,
    ...(inputs['require-approval'] !== undefined && { approval: inputs['require-approval'] }),
    ...(inputs.approvals !== undefined && { approvals: inputs.approvals }),
    ...(inputs.production !== undefined && { production: inputs.production }),
  });
}

function readSignals({ signals }: RolloutSettings, { environment }: Dependencies): RolloutTools['signals'] {
  return (
    signals &&
    httpSignals({
      url: signals.url,
      environment,
      ...(signals.timeout !== undefined && { timeoutMs: signals.timeout }),
    })
  );
}

async function deployVersion(deployment: Deployment, signals: RolloutTools['signals']): Promise<RolloutEnd> {
  const { inputs, dependencies, spec, settings, github } = deployment;
  const { run, logger, signal } = dependencies;
  const { environment } = inputs;
  const model = spec.value.name;
  const version = await resolveVersion(github, model, inputs.version);
  const given = inputs['manifest-digest'];
  const verified = await verifyVersion({
    github,
    version,
    trusted: [
      ...(given === undefined ? [] : [{ manifestDigest: given, source: 'the input `manifest-digest`' }]),
      ...recordedDigests(await readLedger(github, model, environment), version.version),
    ],
  });
  const { manifestDigest } = verified;
  const folder =
    inputs.folder === undefined
      ? folderOf(run, model, version.version)
      : resolve(run.workspace, inputs.folder);
  await fetchVersion({ github, verified, folder, logger, signal });
  const approval = await approve(deployment, manifestDigest);
  return rollOut(
    {
      model,
      version: version.version,
      tag: version.tag,
      manifestDigest,
      environment,
      settings,
      approval,
      run: requestingRun(run),
      restore: inputs.restore,
      firstDeployment: inputs['first-deployment'],
      reconcile: inputs.reconcile,
      waitMs: inputs.wait,
    },
    makeTools(deployment, signals, new Map([[manifestDigest, folder]])),
  );
}

async function returnToVersion(deployment: Deployment): Promise<RolloutEnd> {
  const { inputs, dependencies, spec, settings, github } = deployment;
  const { run, logger } = dependencies;
  return rollBack(
    {
      model: spec.value.name,
      environment: inputs.environment,
      settings,
      run: requestingRun(run),
      restore: inputs.restore,
      requested: inputs.version,
      requestedAt: await timeOfRequest(github, run.runId, (message) => logger.debug(message)),
      approve: ({ manifestDigest }) => approve(deployment, manifestDigest),
    },
    makeTools(deployment, undefined, new Map()),
  );
}

/** When the run was created; undefined where the token may not see it. */
async function timeOfRequest(
  github: GitHub,
  runId: number,
  debug: (message: string) => void,
): Promise<Date | undefined> {
  try {
    const found = await github.runs.get(runId);
    return found && new Date(found.createdAt);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    debug(`the time of this run is unknown: ${error.message}`);
    return undefined;
  }
}

/** @param fetched folders that hold a version already, by manifest digest */
function makeTools(
  { inputs, dependencies, spec, settings, github }: Deployment,
  signals: RolloutTools['signals'],
  fetched: ReadonlyMap<string, string>,
): RolloutTools {
  const { run, logger, clock, signal, environment: variables } = dependencies;
  const model = spec.value.name;
  const restore = async ({ version, manifestDigest }: ServedVersion): Promise<string> => {
    const known = fetched.get(manifestDigest);
    if (known !== undefined) return known;
    const verified = await verifyVersion({
      github,
      version: await resolveVersion(github, model, version),
      trusted: [{ manifestDigest, source: `the deployments to ${inputs.environment}` }],
      purpose: 'restore',
    });
    return fetchVersion({ github, verified, folder: folderOf(run, model, version), logger, signal });
  };
  return {
    github,
    signals,
    clock,
    logger,
    signal,
    target: (use) =>
      commandTarget({
        ...use,
        commands: settings.target,
        cwd: resolve(run.workspace, spec.folder),
        environment: variables,
        model,
        deployTo: inputs.environment,
        folderOf: restore,
        clock,
        logger,
      }),
    verify: async (version): Promise<ServedVersion> => {
      const verified = await verifyVersion({ github, version: await resolveVersion(github, model, version) });
      return { version, manifestDigest: verified.manifestDigest };
    },
  };
}

/** Nothing moves before this: the approval is bound to the digest of what will be served. */
async function approve(
  { inputs, dependencies, settings, github }: Deployment,
  manifestDigest: string,
): Promise<ApprovalRecord> {
  const answer = await checkApproval({
    github,
    run: dependencies.run,
    policy: settings.approval,
    environment: inputs.environment,
    approvals: settings.approvals,
    manifestDigest,
  });
  if (answer.granted) return answer.record;
  throw new UserError(answer.reasons.map((reason) => ({ message: `not approved: ${reason}` })));
}

function requestingRun(run: Dependencies['run']) {
  const url = `${run.serverUrl}/${run.owner}/${run.repository}/actions/runs/${run.runId}`;
  const { runId: id, runAttempt: attempt, job, runnerName: runner, actor } = run;
  return { id, attempt, job, runner, url, actor };
}

function folderOf(run: Dependencies['run'], model: string, version: string): string {
  return join(run.temp, 'mlops-models', `${model}-${version}`);
}
