import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UserError, failOn } from '../../common/errors.js';
import { displayPath, isWithin } from '../../common/files.js';
import { listFolder } from '../../common/folder.js';
import { digestOf } from '../../common/json.js';
import { findSecrets, hideSecretsInError } from '../../common/secrets.js';
import type { RunRecord } from '../../formats/run-record.js';
import { prepareData } from '../../spec/data.js';
import { checkpointOf, restoreCheckpoint, saveCheckpoint } from '../../training/checkpoints.js';
import { clearFolder, prepareFolders, recordFiles } from '../../training/files.js';
import { findGpus, withoutDriver } from '../../training/gpus.js';
import { launch } from '../../training/launch.js';
import { readMetrics } from '../../training/metrics.js';
import { resolveParameters } from '../../training/parameters.js';
import { runRecord } from '../../training/record.js';
import { describeMachine, missingResources } from '../../training/resources.js';
import type { Outcome } from '../definition.js';
import type { Dependencies } from '../dependencies.js';
import type { ValuesOf } from '../inputs.js';
import { loadPlan } from '../../plan/plan.js';
import type { definition } from './inputs.js';
import { trainingReport } from './report.js';
import { leaveSettled, leaveUnsaved } from './state.js';

type Values = ValuesOf<typeof definition.inputs>;
type Outputs = keyof typeof definition.outputs;

/** Trains once, or goes on with a training that was ended. */
export async function main(inputs: Values, dependencies: Dependencies): Promise<Outcome<Outputs>> {
  const secrets = findSecrets(dependencies.environment);
  secrets.forEach((secret) => dependencies.mask(secret));
  try {
    return await train(inputs, dependencies, secrets);
  } catch (error) {
    throw hideSecretsInError(error, secrets);
  }
}

async function train(
  inputs: Values,
  dependencies: Dependencies,
  secrets: readonly string[],
): Promise<Outcome<Outputs>> {
  const { run, logger, clock, state, outputFolder } = dependencies;
  const { spec } = await loadPlan({
    file: resolve(run.workspace, inputs.model),
    workspace: run.workspace,
    logger,
  });
  const { name: model, train: settings } = spec.value;
  const parameters = resolveParameters(spec, inputs.parameters);
  const seed = inputs.seed ?? settings.seed ?? 0;

  const gpus = await findGpus(dependencies.environment);
  failOn(missingResources(spec, gpus, inputs.gpus));
  if (!('why' in gpus)) {
    logger.info(
      `GPUs: ${gpus.gpus.map(({ name, mig }) => (mig === undefined ? name : `${name} ${mig}`)).join(', ')}`,
    );
  } else if (gpus.why === withoutDriver) logger.debug(`No GPU: ${gpus.why}`);
  else logger.info(`No GPU: ${gpus.why}`);
  const folders = await prepareFolders(spec);
  if (inputs.upload && !isWithin(folders.output, run.workspace)) {
    throw new UserError({
      message: `the model’s folder ${folders.output} is outside the workspace, and would be lost with the job`,
      where: spec.at(['train', 'output']),
      remedy: 'keep model.yml inside the workspace, or set the input upload to false',
    });
  }
  const { train: files = [] } = await prepareData({
    spec,
    purposes: ['train'],
    workspace: run.workspace,
    ...dependencies,
  });
  const data = await recordFiles(files, spec.folder);
  const dataDigest = digestOf(data);

  const training = { model, commit: run.sha, command: settings.run, parameters, seed, dataDigest };
  const checkpoint = checkpointOf(training, folders.checkpoints);
  const mark = `${run.runId}-${run.runAttempt}-${run.job}`;
  await clearFolder(folders.checkpoints);
  const resumedFrom = inputs.resume ? await restoreCheckpoint(checkpoint, dependencies) : undefined;
  if (resumedFrom !== undefined) logger.notice(`going on from the checkpoint ${resumedFrom}`);
  leaveUnsaved(state, { checkpoint, mark });

  const startedAt = clock.now();
  const timeLimit = inputs['time-limit'] ?? settings['time-limit'];
  const launched = await launch({
    ...dependencies,
    command: settings.run,
    cwd: spec.folder,
    model,
    parameters,
    seed,
    data: files,
    folders,
    resume: resumedFrom !== undefined,
    gpus: gpus.gpus.length > 0,
    ...(timeLimit !== undefined && { timeLimit }),
  });
  const succeeded = launched.endedBy === 'itself' && launched.code === 0;
  // A cancelled main has seconds: saving comes before all else.
  const saved = succeeded ? false : await saveCheckpoint(checkpoint, mark, dependencies);
  if (saved || launched.endedBy !== 'cancellation') leaveSettled(state);

  const metrics = succeeded ? await readMetrics(folders.metrics) : {};
  const { files: modelFiles, problems } = await listFolder(folders.output);
  const modelFolder = displayPath(folders.output, run.workspace);
  if (succeeded && modelFiles.length === 0 && problems.length === 0) {
    throw new UserError({
      message: `the training ended well, and left no file in ${modelFolder}`,
      where: spec.at(['train', 'run']),
      remedy: 'let the program write the model into the folder that MLOPS_MODEL_DIR names',
    });
  }
  const runUrl = `${run.serverUrl}/${run.owner}/${run.repository}/actions/runs/${run.runId}`;
  const record = runRecord(
    {
      ...training,
      run: { id: run.runId, attempt: run.runAttempt, url: runUrl },
      data,
      metrics,
      files: succeeded ? await recordFiles(modelFiles, folders.output) : [],
    },
    { machine: describeMachine(), gpus, runner: run.runnerName, startedAt, launched, resumedFrom, secrets },
  );
  const failure = succeeded ? undefined : failureOf(record, timeLimit, launched.tail, saved);
  const outputs = {
    'model-folder': modelFolder,
    duration: Math.round(record.durationMs / 1000),
    metrics: JSON.stringify(metrics),
    resumed: resumedFrom !== undefined,
  };
  const report = trainingReport(record, { failure, tail: launched.tail, saved });
  if (failure !== undefined) return { outputs, report, result: record, failure };
  logger.info(`The run record is in ${displayPath(join(outputFolder, 'result.json'), run.workspace)}`);
  try {
    failOn(problems);
    const artifact = await keep(record, modelFiles, inputs, dependencies);
    return { outputs: { ...outputs, ...artifact }, report, result: record };
  } catch (error) {
    // What was trained is in the workspace, and said, even though it could not be uploaded.
    if (!(error instanceof UserError)) throw error;
    return { outputs, report, result: record, failure: error.message };
  }
}

/** Model and record as one artifact, whose paths are those of the workspace. */
async function keep(
  record: RunRecord,
  modelFiles: readonly string[],
  inputs: Values,
  { artifacts, outputFolder, run }: Dependencies,
): Promise<Partial<Record<Outputs, string | number>>> {
  const own = { 'result.json': record, 'metrics.json': record.metrics };
  const written = Object.keys(own).map((name) => join(outputFolder, name));
  for (const [name, value] of Object.entries(own)) {
    await writeFile(join(outputFolder, name), `${JSON.stringify(value, undefined, 2)}\n`);
  }
  if (!inputs.upload) return {};
  const name = inputs['artifact-name'] ?? `${record.model}-training`;
  const { id } = await artifacts.upload(name, [...modelFiles, ...written], run.workspace);
  return { 'artifact-name': name, 'artifact-id': id };
}

function failureOf(record: RunRecord, timeLimit: number | undefined, tail: string, saved: boolean): string {
  const { code, endedBy } = record.exit;
  const why = {
    cancellation: 'the training was cancelled',
    'time-limit': `the training did not end within its time limit of ${(timeLimit ?? 0) / 1000} s`,
    itself: code === null ? 'the training was killed by a signal' : `the training ended with code ${code}`,
  }[endedBy];
  const next = saved ? '; its checkpoint is saved, and the next run goes on from it' : '';
  return `${why}${next}${tail === '' ? '' : `. Its last lines:\n${tail}`}`;
}
