import { readFile } from 'node:fs/promises';
import { type Problem, UserError, messageOf } from '../common/errors.js';
import { describeJsonError } from '../common/json.js';

/**
 * The numbers that a program wrote to MLOPS_METRICS; none where it wrote nothing.
 * @throws UserError naming every entry that is no finite number
 */
export async function readMetrics(file: string): Promise<Readonly<Record<string, number>>> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new UserError(
      { message: `cannot be read (${messageOf(error)})`, where: { file } },
      { cause: error },
    );
  }
  const remedy = 'let the program write an object of numbers, such as {"loss": 0.31}';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // Python writes NaN and Infinity, which are no JSON.
    const name = /"([^"]+)"\s*:\s*(-?Infinity|NaN)/.exec(text);
    const message =
      text.trim() === ''
        ? 'is empty'
        : name !== null
          ? `"${name[1]}" is ${name[2]}: the training diverged, or the metric has no value`
          : `is not JSON (${describeJsonError(text)})`;
    throw new UserError({ message, where: { file }, remedy }, { cause: error });
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new UserError({ message: 'is not an object', where: { file }, remedy });
  }
  const problems = Object.entries(value)
    .filter(([, metric]) => typeof metric !== 'number' || !Number.isFinite(metric))
    .map(([name, metric]): Problem => ({
      message: `"${name}" is ${JSON.stringify(metric)}, not a finite number`,
      where: { file },
      remedy,
    }));
  if (problems.length > 0) throw new UserError(problems);
  return value as Record<string, number>;
}
