import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../common/errors.js';
import { runnerContext } from './contexts.js';
import { startDeployment } from './deployment.js';
import type { Conclusion } from './events.js';
import { evaluate, evaluateText, evaluateTexts } from './expressions.js';
import type { Frame } from './frame.js';
import { JobLog } from './job-log.js';
import { type JobPlan, JobState } from './job-state.js';
import { limited } from './limited.js';
import { Masks } from './masks.js';
import { killOrphansOf } from './processes.js';
import type { RunSetup } from './setup.js';
import { fail, runStep } from './step.js';
import { runPre, runUses } from './uses-step.js';

export interface JobResult {
  /** What the job came to; a failure that `continue-on-error` forgives is still a failure here. */
  readonly conclusion: Conclusion;
  readonly outputs: Readonly<Record<string, string>>;
}

const defaultMinutes = 360;

/** Runs a job on this machine, in a workspace of its own that is removed afterwards. */
export async function runJob(plan: JobPlan, setup: RunSetup, signal: AbortSignal): Promise<JobResult> {
  const folder = join(setup.folder, plan.key);
  // As on GitHub's machines: the workspace is `<repository>/<repository>`.
  const { name } = setup.repository;
  const places = { workspace: join(folder, name, name), temp: join(folder, '_temp') };
  for (const path of [places.workspace, places.temp, setup.toolFolder])
    await mkdir(path, { recursive: true });
  const masks = new Masks();
  for (const secret of [...Object.values(plan.secrets), plan.token]) masks.add(secret);
  const file = join(setup.logFolder, String(setup.info.id), `${plan.key}.log`);
  const { reporter, info: run, debug } = setup;
  const log = new JobLog({ file, masks, reporter, run, job: plan.name, debug });
  const tracking = { owner: setup.owner, pid: process.pid, job: `${run.id}-${plan.key}` };
  const runner = runnerContext(setup, places);
  const minutes = minutesOf(plan, runner);
  const time = limited(signal, minutes * 60_000);
  const job = new JobState({ plan, setup, places, log, tracking, runner, signal: time.signal });
  const started = Date.now();
  reporter.report({ kind: 'job-started', run, job: plan.name });
  let result: JobResult = { conclusion: 'failure', outputs: {} };
  try {
    result = await runSteps(job);
    if (time.timedOut()) {
      log.annotation('error', `The job has exceeded the maximum execution time of ${minutes} minutes.`);
    }
  } catch (error) {
    fail(job, error);
  } finally {
    time.dispose();
    const orphans = killOrphansOf(tracking);
    if (orphans > 0) log.log(`ended ${orphans} process(es) that the job left running`);
    log.close();
    await rm(folder, { recursive: true, force: true }).catch((error: unknown) => {
      reporter.report({
        kind: 'annotation',
        ...{ run, job: plan.name, step: '', level: 'warning' },
        message: `the workspace could not be removed: ${messageOf(error)}`,
      });
    });
    reporter.report({
      kind: 'job-finished',
      ...{ run, job: plan.name, logFile: file, durationMs: Date.now() - started },
      ...result,
    });
  }
  return result;
}

function minutesOf(plan: JobPlan, runner: JobState['runner']): number {
  const { inputs, matrix, needs, strategy, github } = plan;
  const contexts = { github, inputs, matrix, needs, strategy, runner };
  const value = evaluate(plan.job.timeoutMinutes, { file: plan.workflow.path, contexts });
  return Number(value ?? defaultMinutes) || defaultMinutes;
}

async function runSteps(job: JobState): Promise<JobResult> {
  const { plan, setup } = job;
  const frame: Frame = {
    ...{ file: plan.workflow.path, key: plan.key, depth: 0, steps: {}, status: 'success', env: {} },
    containing: () => setup.commit.folder(),
  };
  Object.assign(job.env, evaluateTexts(plan.job.env, job.scope(frame)));
  const finishDeployment = await startDeployment(plan, setup);
  for (const step of plan.job.steps) {
    if (step.uses !== undefined) await runPre(step, frame, job);
  }
  for (const step of plan.job.steps) await runStep(step, frame, job, runUses);
  await runPosts(job, frame);
  const scope = job.scope(frame);
  const conclusion: Conclusion = job.signal.aborted ? 'cancelled' : frame.status;
  await finishDeployment(conclusion === 'success', evaluateText(plan.environment?.url, scope));
  return { conclusion, outputs: safeOutputs(evaluateTexts(plan.job.outputs, scope), job) };
}

/** What a secret is part of does not leave the job. */
function safeOutputs(outputs: Readonly<Record<string, string>>, { log }: JobState): Record<string, string> {
  const safe = Object.entries(outputs).filter(([name, value]) => {
    if (log.shown(value) === value) return true;
    log.annotation('warning', `Skip output '${name}' since it may contain secret.`);
    return false;
  });
  return Object.fromEntries(safe);
}

/** The last one first. */
async function runPosts(job: JobState, frame: Frame): Promise<void> {
  for (const post of job.posts.reverse()) {
    job.log.begin(post.name);
    const started = Date.now();
    const before = frame.status;
    try {
      await post.run();
    } catch (error) {
      frame.status = 'failure';
      fail(job, error);
    }
    job.setup.reporter.report({
      kind: 'step-finished',
      ...{ run: job.setup.info, job: job.plan.name, step: job.log.shown(post.name), continued: false },
      conclusion: frame.status === 'failure' && before !== 'failure' ? 'failure' : 'success',
      durationMs: Date.now() - started,
      tail: [...job.log.tail],
    });
  }
}
