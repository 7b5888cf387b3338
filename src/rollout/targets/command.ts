import * as v from 'valibot';
import type { Clock } from '../../common/clock.js';
import { type CommandResult, runCommand } from '../../common/command.js';
import type { Logger } from '../../common/logger.js';
import { findSecrets, hideSecrets } from '../../common/secrets.js';
import {
  type ServedVersion,
  type Serving,
  type Target,
  TargetError,
  describeServing,
  isServing,
  isVersion,
} from './target.js';

export interface CommandTargetOptions {
  /** Lines of model.yml, run by bash in its folder. */
  readonly commands: {
    readonly start: string;
    readonly 'set-weight': string;
    readonly stop: string;
    readonly status?: string | undefined;
    readonly 'time-limit'?: number | undefined;
  };
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly model: string;
  /** Where it is deployed, as MLOPS_ENVIRONMENT. */
  readonly deployTo: string;
  /** The stable version, as MLOPS_CHAMPION_VERSION; undefined when none is on record. */
  readonly stable: string | undefined;
  /** Number of the tenure, as MLOPS_FENCING_TOKEN: a platform may refuse a token below the largest it has seen. */
  readonly fence: number;
  /** Absolute path of a version's files, as MLOPS_MODEL_DIR; asked only when they are needed. */
  folderOf(served: ServedVersion): Promise<string>;
  /** `required`: a status that cannot be read is an error. `attempted`, for a rollback: it is a warning. */
  readonly readBack?: 'required' | 'attempted';
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal?: AbortSignal;
  /** Milliseconds between tries; default 1,000. */
  readonly pauseMs?: number;
}

type CommandName = 'start' | 'set-weight' | 'stop' | 'status';

const versionSchema = v.nullish(v.object({ version: v.string() }));
const servingSchema = v.union([
  v.object({
    champion: versionSchema,
    challenger: v.nullable(v.object({ version: v.string(), weight: v.number() })),
  }),
  // What a signal source answers says it too: a platform need not have two ways of telling.
  v.object({
    arms: v.object({ champion: versionSchema, challenger: versionSchema }),
    weight: v.nullish(v.number(), 0),
  }),
]);
const tries = 3;
const readBacks = 5;
const defaultTimeLimit = 10 * 60_000;

/**
 * A target that is driven by the user's own commands. Values reach them by MLOPS_* variables only.
 * After every command the status is read back, where there is a status command: exit code 0 alone proves nothing.
 */
export function commandTarget(options: CommandTargetOptions): Target {
  const { commands, logger } = options;
  const status = async (): Promise<Serving | undefined> => {
    if (commands.status === undefined) return undefined;
    try {
      return await readStatus(options);
    } catch (error) {
      if (options.readBack !== 'attempted' || !(error instanceof TargetError)) throw error;
      logger.warning(`what serves cannot be read: ${error.message}`);
      return undefined;
    }
  };
  return {
    status,
    start: async (served) => {
      await command(options, 'start', served, { MLOPS_MODEL_DIR: await options.folderOf(served) });
      const { version } = served;
      await readBack(options, status, `version ${version} started`, (now) => isServing(now, version));
    },
    setWeight: async (served, weight) => {
      await command(options, 'set-weight', served, { MLOPS_WEIGHT: String(weight) });
      const wanted = `version ${served.version} at weight ${weight}`;
      await readBack(options, status, wanted, (now) => hasWeight(now, served.version, weight));
    },
    stop: async (served) => {
      const { version } = served;
      const isGone = (now: Serving): boolean => !isServing(now, version);
      try {
        await command(options, 'stop', served, {});
      } catch (error) {
        const now = error instanceof TargetError ? await status() : undefined;
        if (now === undefined || !isGone(now)) throw error;
        logger.warning(`${(error as TargetError).message}; version ${version} is gone all the same`);
      }
      await readBack(options, status, `version ${version} stopped`, isGone);
    },
  };
}

/** Runs one command, again when it fails. */
async function command(
  options: CommandTargetOptions,
  name: CommandName,
  served: ServedVersion | undefined,
  values: Readonly<Record<string, string>>,
): Promise<CommandResult> {
  const { commands, cwd, logger, signal, clock, pauseMs = 1000 } = options;
  const line = commands[name]!;
  const limit = commands['time-limit'] ?? defaultTimeLimit;
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    const result = await runCommand(line, {
      cwd,
      environment: {
        ...options.environment,
        MLOPS_MODEL: options.model,
        MLOPS_VERSION: served?.version ?? '',
        MLOPS_ENVIRONMENT: options.deployTo,
        MLOPS_CHAMPION_VERSION: options.stable ?? '',
        MLOPS_FENCING_TOKEN: String(options.fence),
        ...values,
      },
      timeLimit: limit,
      onLine: (text) => (name === 'status' ? logger.debug(text) : logger.info(`  ${text}`)),
      ...(signal && { signal }),
    });
    signal?.throwIfAborted();
    if (result.code === 0) return result;
    const how =
      result.endedBy === 'time-limit'
        ? `did not end within ${limit} ms`
        : `ended with ${result.code ?? 'a signal'}`;
    const why = `rollout.target.${name} ${how}${result.tail === '' ? '' : `: ${lastLines(result.tail)}`}`;
    if (attempt >= tries) throw new TargetError(name === 'status' ? 'status' : 'command', why);
    logger.warning(`${why}; trying again`);
    await clock.sleep(pauseMs * 2 ** (attempt - 1), signal);
  }
}

async function readStatus(options: CommandTargetOptions): Promise<Serving> {
  const { stdout } = await command(options, 'status', undefined, {});
  // Errors quote it; runCommand leaves stdout as it is.
  const shown = lastLines(hideSecrets(stdout, findSecrets(options.environment)));
  let value: unknown;
  try {
    value = JSON.parse(stdout);
  } catch {
    throw new TargetError('status', `rollout.target.status does not print JSON: ${shown || 'nothing'}`);
  }
  const parsed = v.safeParse(servingSchema, value);
  if (!parsed.success) {
    throw new TargetError(
      'status',
      `rollout.target.status must print {"champion": {"version"}, "challenger": {"version", "weight"} or null}, and prints ${shown}`,
    );
  }
  if (!('arms' in parsed.output)) {
    return { champion: parsed.output.champion ?? null, challenger: parsed.output.challenger };
  }
  const { arms, weight } = parsed.output;
  return {
    champion: arms.champion ?? null,
    challenger: arms.challenger ? { ...arms.challenger, weight } : null,
  };
}

/** Waits until what serves is what was asked for. */
async function readBack(
  { clock, signal, pauseMs = 1000 }: CommandTargetOptions,
  status: () => Promise<Serving | undefined>,
  wanted: string,
  isSo: (serving: Serving) => boolean,
): Promise<void> {
  for (let look = 1; ; look++) {
    const serving = await status();
    if (serving === undefined || isSo(serving)) return;
    if (look >= readBacks) {
      throw new TargetError(
        'mismatch',
        `status should show ${wanted}, and shows ${describeServing(serving)}`,
      );
    }
    await clock.sleep(pauseMs, signal);
  }
}

function hasWeight(serving: Serving, version: string, weight: number): boolean {
  if (weight >= 1 && isVersion(serving.champion, version)) return true;
  // A weight of 0 is reached by a version that is gone, too.
  if (weight === 0 && !isServing(serving, version)) return true;
  return isVersion(serving.challenger, version) && Math.abs(serving.challenger!.weight - weight) < 1e-6;
}

const lastLines = (text: string): string => text.trim().split('\n').slice(-5).join(' | ').slice(-500);
