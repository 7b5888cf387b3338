import { resolve } from 'node:path';
import { UserError } from '../common/errors.js';

export const checkUsage = `mlops check [FILE]         reports every mistake in a model spec (default model.yml) that shows before anything runs:
                           gates, rollout, contract, columns of the hold-out data if they are here; exit code 1 if any
`;

export interface CheckArguments {
  /** Path of the model spec. */
  readonly file: string;
}

/** @throws UserError for more than one file */
export function readCheckArguments(args: readonly string[]): CheckArguments {
  if (args.length > 1 || args[0]?.startsWith('-') === true) {
    throw new UserError({
      message: 'mlops check takes one model spec',
      remedy: 'write mlops check model.yml',
    });
  }
  return { file: resolve(args[0] ?? 'model.yml') };
}
