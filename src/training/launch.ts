import { type CommandResult, runCommand } from '../common/command.js';
import type { Logger } from '../common/logger.js';
import type { ResourceUse } from '../formats/run-record.js';
import type { Folders } from './files.js';
import { gpuUse } from './gpus.js';
import { type Parameters, variableOf } from './parameters.js';
import { processUse } from './process-use.js';
import { Sampler } from './sampler.js';

export interface Launch {
  readonly command: string;
  /** Folder of model.yml. */
  readonly cwd: string;
  readonly model: string;
  readonly parameters: Parameters;
  readonly seed: number;
  /** Absolute paths. */
  readonly data: readonly string[];
  readonly folders: Folders;
  readonly resume: boolean;
  /** Milliseconds. */
  readonly timeLimit?: number;
  /** Whether there are GPUs to look at. */
  readonly gpus: boolean;
  /** What the command sees besides our own variables. */
  readonly environment: Readonly<Record<string, string>>;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Milliseconds between two samples of what it uses. */
  readonly sampleEvery?: number;
}

export interface Launched extends CommandResult {
  readonly resources: ResourceUse;
}

/** The runner kills us 10 s after SIGINT: what the program needs to end in order must leave time to save. */
const grace = 5000;

/**
 * Runs a training program as model.yml names it, shows what it says while it runs, and watches what it uses.
 * Cancelling and the time limit hand SIGTERM to its process group, and SIGKILL 5 s later.
 */
export async function launch(options: Launch): Promise<Launched> {
  const { command, cwd, environment, signal, timeLimit, logger, gpus, sampleEvery = 1000 } = options;
  let leader: number | undefined;
  const sampler = new Sampler({
    intervalMs: sampleEvery,
    process: () => (leader === undefined ? Promise.reject(new Error('not started')) : processUse(leader)),
    gpus: () => (gpus ? gpuUse(environment) : Promise.resolve([])),
    now: () => performance.now(),
  });
  sampler.start();
  const result = await runCommand(command, {
    cwd,
    environment: { ...environment, ...contract(options) },
    signal,
    grace,
    ...(timeLimit !== undefined && { timeLimit }),
    onLine: (line) => logger.info(line),
    onStart: (pid) => (leader = pid),
  }).finally(() => sampler.stop());
  return { ...result, resources: await sampler.stop() };
}

/** How the program learns what to do: by environment variables alone. */
function contract({ model, parameters, seed, data, folders, resume }: Launch): Record<string, string> {
  const single = Object.entries(parameters).map(([name, value]) => [variableOf(name), String(value)]);
  return {
    ...(Object.fromEntries(single) as Record<string, string>),
    MLOPS_MODEL: model,
    MLOPS_MODEL_DIR: folders.output,
    MLOPS_TRAIN_DATA: data.join('\n'),
    MLOPS_PARAMS: JSON.stringify(parameters),
    MLOPS_SEED: String(seed),
    MLOPS_CHECKPOINT_DIR: folders.checkpoints,
    MLOPS_METRICS: folders.metrics,
    MLOPS_RESUME: String(resume),
  };
}
