import { runCommand } from '../common/command.js';
import { UserError } from '../common/errors.js';
import { expandGlobs } from '../common/files.js';
import type { Logger } from '../common/logger.js';
import type { LoadedSpec } from './load.js';

/** What the data is for, as the command sees it in MLOPS_PURPOSE. */
export type Purpose = 'train' | 'holdout' | 'current' | 'reference';

export interface DataOptions {
  readonly spec: LoadedSpec;
  readonly purposes: readonly Purpose[];
  /** Patterns that an action's inputs give instead of the spec's. */
  readonly override?: Readonly<Partial<Record<Purpose, readonly string[]>>>;
  /** Folder that patterns of `override` start from: the workspace. */
  readonly workspace: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/**
 * Brings the data of a model into the workspace by its own command (`data.fetch`), where the spec has one,
 * and answers the files, as absolute paths, of each purpose that is asked for.
 * @throws UserError when the command fails, or when a pattern matches no file
 */
export async function prepareData(
  options: DataOptions,
): Promise<Readonly<Partial<Record<Purpose, readonly string[]>>>> {
  const { spec, purposes, override = {}, workspace } = options;
  await fetchData(options);
  const files: Partial<Record<Purpose, readonly string[]>> = {};
  const problems: UserError[] = [];
  for (const purpose of purposes) {
    const given = override[purpose];
    const { patterns, path } = fromSpec(spec, purpose);
    if (given === undefined && patterns === undefined) continue;
    try {
      files[purpose] =
        given !== undefined
          ? await expandGlobs(given, workspace)
          : await expandGlobs(patterns!, spec.folder, spec.at(path));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems.push(error);
    }
  }
  if (problems.length > 0) throw new UserError(problems.flatMap((error) => error.problems));
  return files;
}

function fromSpec(
  { value }: LoadedSpec,
  purpose: Purpose,
): { patterns: readonly string[] | undefined; path: string[] } {
  switch (purpose) {
    case 'train':
    case 'holdout':
      return { patterns: value.data[purpose], path: ['data', purpose] };
    case 'current':
    case 'reference':
      return { patterns: value.drift?.[purpose], path: ['drift', purpose] };
  }
}

async function fetchData(options: DataOptions): Promise<void> {
  const { spec, purposes, environment, logger, signal } = options;
  const command = spec.value.data.fetch;
  if (command === undefined) return;
  await logger.group(`Fetch the data: ${command}`, async () => {
    const result = await runCommand(command, {
      cwd: spec.folder,
      environment: {
        ...environment,
        MLOPS_MODEL: spec.value.name,
        // Several purposes, where one job reads several sets: separated by commas.
        MLOPS_PURPOSE: purposes.join(','),
      },
      signal,
      onLine: (line) => logger.info(line),
    });
    if (result.endedBy === 'cancellation') signal.throwIfAborted();
    if (result.code !== 0) {
      throw new UserError({
        message: `data.fetch ended with exit code ${result.code ?? 'of a signal'}: ${result.tail.split('\n').at(-1) ?? ''}`,
        where: spec.at(['data', 'fetch']),
        remedy: 'run the command where model.yml is; its last lines are in the log',
      });
    }
  });
}
