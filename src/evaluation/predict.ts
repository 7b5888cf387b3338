import { mkdir, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { runCommand } from '../common/command.js';
import { type Place, UserError } from '../common/errors.js';
import type { Logger } from '../common/logger.js';
import { formatDuration } from '../common/text.js';

export interface PredictOptions {
  /** `evaluate.run` of the spec, and its place. */
  readonly command: string;
  readonly where: Place;
  /** Name of the model in the log: "the challenger". */
  readonly name: string;
  readonly cwd: string;
  /** Absolute paths: the model's folder, the hold-out files, and the CSV file to write. */
  readonly model: string;
  readonly data: readonly string[];
  readonly predictions: string;
  /** Of a repeat: what the program draws from, MLOPS_SEED. */
  readonly seed?: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly timeLimit?: number;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/**
 * Has a model predict the hold-out rows by the user's own program.
 * @throws UserError when the program fails, takes too long, or writes no predictions
 */
export async function predict(options: PredictOptions): Promise<void> {
  const { command, where, name, model, predictions, logger, signal, timeLimit } = options;
  await mkdir(dirname(predictions), { recursive: true });
  // What an earlier run left must not pass for the predictions of this one.
  await rm(predictions, { force: true });
  const result = await logger.group(`Predict with ${name}: ${command}`, () =>
    runCommand(command, {
      cwd: options.cwd,
      environment: {
        ...options.environment,
        MLOPS_MODEL_DIR: model,
        MLOPS_DATA: options.data.join('\n'),
        MLOPS_PREDICTIONS: predictions,
        ...(options.seed !== undefined && { MLOPS_SEED: String(options.seed) }),
      },
      signal,
      ...(timeLimit !== undefined && { timeLimit }),
      onLine: (line) => logger.info(line),
    }),
  );
  signal.throwIfAborted();
  if (result.endedBy === 'time-limit') {
    throw new UserError({
      message: `evaluate.run took longer than ${formatDuration(timeLimit!)} for ${name}`,
      where,
      remedy: 'raise evaluate.time-limit, or evaluate on fewer rows',
    });
  }
  if (result.code !== 0) {
    const how = result.code === null ? 'was ended by a signal' : `ended with exit code ${result.code}`;
    throw new UserError({
      message: `evaluate.run ${how} for ${name}${result.tail === '' ? '' : `:\n${result.tail}`}`,
      where,
      remedy: 'run the command alone, with MLOPS_MODEL_DIR, MLOPS_DATA and MLOPS_PREDICTIONS set, and fix it',
    });
  }
  const written = await stat(predictions).catch(() => undefined);
  if (written === undefined || written.size === 0) {
    throw new UserError({
      message: `evaluate.run ended well for ${name}, and wrote no predictions`,
      where,
      remedy: 'let the program write a CSV file to the path in MLOPS_PREDICTIONS',
    });
  }
}
