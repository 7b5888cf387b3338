import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Problem, UserError, failOn, messageOf } from '../common/errors.js';

export const inferUsage = `mlops infer FILES… [options]

Writes a data contract from data, as a draft for you to correct: types, what is required, ranges and
values that are meant, and comments where it is unsure.

  --out FILE          where to write it; it must not be there yet (default: the terminal)
  --format FORMAT     odcs or frictionless (default: odcs)
  --table NAME        name of the table (default: the name of the first file)
`;

export interface InferArguments {
  readonly files: readonly string[];
  readonly out: string | undefined;
  readonly format: 'odcs' | 'frictionless';
  readonly table: string | undefined;
}

/**
 * Reads the arguments after `infer`.
 * @throws UserError with everything that is wrong with them
 */
export function readInferArguments(args: readonly string[]): InferArguments {
  const { values, positionals } = parse(args);
  const problems: Problem[] = [];
  if (positionals.length === 0)
    problems.push({ message: 'FILES are missing', remedy: 'mlops infer data/*.csv' });
  const format = values.format ?? 'odcs';
  if (format !== 'odcs' && format !== 'frictionless') {
    problems.push({ message: `--format ${format} is not known`, remedy: 'it is odcs or frictionless' });
  }
  if (values.out !== undefined && existsSync(values.out)) {
    problems.push({
      message: `${values.out} is there already`,
      remedy: 'write to another file, or remove it',
    });
  }
  failOn(problems);
  return {
    files: positionals,
    out: values.out,
    format: format === 'frictionless' ? format : 'odcs',
    table: values.table,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { out: { type: 'string' }, format: { type: 'string' }, table: { type: 'string' } },
    });
  } catch (error) {
    throw new UserError({ message: messageOf(error), remedy: 'see `mlops help`' }, { cause: error });
  }
}
