import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { runCommand } from '../../common/command.js';
import { type Place, UserError } from '../../common/errors.js';
import { readJsonFile } from '../../common/json.js';
import { type SparkAnswer, type SparkJob, sparkAnswerSchema } from './job.js';
import { sparkScript } from './script/index.js';

export interface SparkOptions {
  /** The command, as `spark-submit --master yarn`; the script and its files follow. */
  readonly submit: string;
  /** Where model.yml says it. */
  readonly where: Place;
  /** Folder for the script and its files. */
  readonly temp: string;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  onLine?(line: string): void;
}

/**
 * Runs the script on the user's cluster; its driver must run on this machine, where its files are.
 * @throws UserError when the command fails, or leaves no answer
 */
export async function runSpark(job: SparkJob, options: SparkOptions): Promise<SparkAnswer> {
  const { submit, where, cwd, environment, signal, onLine } = options;
  await mkdir(options.temp, { recursive: true });
  const folder = await mkdtemp(join(options.temp, 'spark-'));
  const [script, input, answer] = ['validate.py', 'job.json', 'answer.json'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  try {
    await writeFile(script, sparkScript);
    await writeFile(input, JSON.stringify(job));
    const told: string[] = [];
    const { code, endedBy, tail } = await runCommand(
      `${submit} "$MLOPS_SPARK_SCRIPT" "$MLOPS_SPARK_JOB" "$MLOPS_SPARK_ANSWER"`,
      {
        cwd,
        environment: {
          ...environment,
          MLOPS_SPARK_SCRIPT: script,
          MLOPS_SPARK_JOB: input,
          MLOPS_SPARK_ANSWER: answer,
        },
        signal,
        onLine: (line) => {
          if (saysWhy.test(line)) told.push(line);
          onLine?.(line);
        },
      },
    );
    if (endedBy === 'cancellation') signal.throwIfAborted();
    if (code !== 0)
      throw new UserError({ message: failure(code, told, tail), where, remedy: remedyFor(code) });
    if (!existsSync(answer)) {
      throw new UserError({
        message: 'Spark ended well, but its answer is not on this machine',
        where,
        remedy: 'run the driver here: leave --deploy-mode out, or set it to client',
      });
    }
    return await readJsonFile(answer, sparkAnswerSchema);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Lines of Java and Python that name an error; what py4j says of it is only that there was one. */
const saysWhy = /^(Caused by: |: )?(?!py4j)[\w.$]*(Error|Exception|Failure)\b/;

/** The first cause is the deepest: what follows it came of it. */
function failure(code: number | null, told: readonly string[], tail: string): string {
  const last = tail.split('\n').findLast((line) => line.trim() !== '');
  const why = told.find((line) => line.startsWith('Caused by: ')) ?? told.at(-1) ?? last ?? '';
  return `Spark ended with exit code ${code ?? 'of a signal'}: ${why.replace(/^(Caused by: |: )/, '').slice(0, 500)}`;
}

function remedyFor(code: number | null): string {
  if (code === 127) return 'install Spark on the runner, or name its command in data.spark.submit';
  return 'the whole message is in the log; Spark 3.5 or newer is needed';
}
