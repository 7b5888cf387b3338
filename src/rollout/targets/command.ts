import * as v from 'valibot';
import type { Clock } from '../../common/clock.js';
import { type CommandResult, runCommand } from '../../common/command.js';
import type { Logger } from '../../common/logger.js';
import { type Serving, type Target, TargetError } from './target.js';

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
  readonly challenger: ServedVersion;
  readonly champion: ServedVersion | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal?: AbortSignal;
  /** Milliseconds between tries; default 1,000. */
  readonly pauseMs?: number;
}

export interface ServedVersion {
  readonly version: string;
  /** Absolute path of the model's files; brought here only when they are needed. */
  readonly folder: () => Promise<string>;
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
 * After every command the status is read back, where there is a status command: a command that
 * ends with 0 has promised something, not shown it.
 */
export function commandTarget(options: CommandTargetOptions): Target {
  const { commands, challenger, champion } = options;

  const start = async (version: ServedVersion): Promise<void> => {
    await command(options, 'start', version, { MLOPS_MODEL_DIR: await version.folder() });
    await readBack(options, `version ${version.version} to be started`, (serving) =>
      serves(serving, version),
    );
  };
  const setWeight = async (version: ServedVersion, weight: number): Promise<void> => {
    await command(options, 'set-weight', version, { MLOPS_WEIGHT: String(weight) });
    await readBack(options, `the weight ${weight} of version ${version.version}`, (serving) =>
      hasWeight(serving, version, weight),
    );
  };

  return {
    start: () => start(challenger),
    setWeight: (weight) => setWeight(challenger, weight),
    stop: async (reached) => {
      const serving = await status(options);
      const took = serving === undefined ? reached >= 1 : isVersion(serving.champion, challenger);
      if (took && champion !== undefined) {
        // The champion may be gone by now: it comes back the way every version does.
        await start(champion);
        await setWeight(champion, 1);
      } else if (serving === undefined ? reached > 0 : isVersion(serving.challenger, challenger)) {
        // No request is to be cut off; where that does not work any more, stopping still may.
        await command(options, 'set-weight', challenger, { MLOPS_WEIGHT: '0' }).catch((error: unknown) => {
          if (!(error instanceof TargetError)) throw error;
        });
      }
      await command(options, 'stop', challenger, {});
      await readBack(
        options,
        `version ${challenger.version} to be stopped`,
        (now) => !serves(now, challenger) && (champion === undefined || isVersion(now.champion, champion)),
      );
    },
    status: () => (commands.status === undefined ? Promise.resolve(undefined) : status(options)),
  };
}

/** Runs one command, again when it fails. */
async function command(
  options: CommandTargetOptions,
  name: CommandName,
  version: ServedVersion,
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
        MLOPS_VERSION: version.version,
        MLOPS_ENVIRONMENT: options.deployTo,
        MLOPS_CHAMPION_VERSION: options.champion?.version ?? '',
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
    if (attempt >= tries) throw new TargetError(why);
    logger.warning(`${why}; trying again`);
    await clock.sleep(pauseMs * 2 ** (attempt - 1), signal);
  }
}

async function status(options: CommandTargetOptions): Promise<Serving | undefined> {
  if (options.commands.status === undefined) return undefined;
  const { stdout } = await command(options, 'status', options.challenger, {});
  let value: unknown;
  try {
    value = JSON.parse(stdout);
  } catch {
    throw new TargetError(`rollout.target.status does not print JSON: ${lastLines(stdout) || 'nothing'}`);
  }
  const parsed = v.safeParse(servingSchema, value);
  if (!parsed.success) {
    throw new TargetError(
      `rollout.target.status must print {"champion": {"version"}, "challenger": {"version", "weight"} or null}, and prints ${lastLines(stdout)}`,
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
  options: CommandTargetOptions,
  wanted: string,
  isSo: (serving: Serving) => boolean,
): Promise<void> {
  const { clock, signal, pauseMs = 1000 } = options;
  for (let look = 1; ; look++) {
    const serving = await status(options);
    if (serving === undefined || isSo(serving)) return;
    if (look >= readBacks) {
      throw new TargetError(`status was to show ${wanted}, and shows ${describe(serving)}`);
    }
    await clock.sleep(pauseMs, signal);
  }
}

const plain = (version: string): string => version.replace(/^v/, '');
const isVersion = (arm: { version: string } | null, served: ServedVersion): boolean =>
  arm !== null && plain(arm.version) === served.version;
const serves = (serving: Serving, version: ServedVersion): boolean =>
  isVersion(serving.champion, version) || isVersion(serving.challenger, version);

function hasWeight(serving: Serving, version: ServedVersion, weight: number): boolean {
  if (weight >= 1 && isVersion(serving.champion, version)) return true;
  return isVersion(serving.challenger, version) && Math.abs(serving.challenger!.weight - weight) < 1e-6;
}

function describe({ champion, challenger }: Serving): string {
  const second =
    challenger === null ? 'no challenger' : `challenger ${challenger.version} at ${challenger.weight}`;
  return `champion ${champion?.version ?? 'none'}, ${second}`;
}

const lastLines = (text: string): string => text.trim().split('\n').slice(-5).join(' | ').slice(-500);
