import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UserError } from '../../common/errors.js';
import { displayPath } from '../../common/files.js';
import type { Contract } from '../../dataset/contract/contract.js';
import { type SparkFormat, formatOf } from '../../dataset/spark/job.js';
import { sparkEngine } from '../../dataset/spark/profile.js';
import { runSpark } from '../../dataset/spark/run.js';
import { type SparkData, planSpark, readAnswer } from '../../dataset/spark/validate.js';
import type { Validation } from '../../formats/validation.js';
import type { LoadedSpec } from '../../spec/load.js';
import type { Outcome } from '../definition.js';
import type { Dependencies } from '../dependencies.js';
import type { ValuesOf } from '../inputs.js';
import type { definition } from './inputs.js';
import { type WrittenProfile, outcomeOf, reasonsOf } from './outcome.js';
import { lineageOf } from './suites.js';

export interface SparkValidation {
  readonly inputs: ValuesOf<(typeof definition)['inputs']>;
  readonly spec: LoadedSpec;
  readonly contract: Contract;
}

const purposes = ['train', 'holdout'] as const;

/** Validates data where a cluster has it: the rows do not come to this machine. */
export async function validateOnSpark(
  { inputs, spec, contract }: SparkValidation,
  deps: Dependencies,
): Promise<Outcome> {
  const { run, logger, clock, outputFolder } = deps;
  if (inputs.shard !== undefined) {
    throw new UserError({
      message: 'the input "shard" and engine: spark do not go together',
      remedy: 'leave one of them out: a cluster cuts the data up by itself',
    });
  }
  if (spec.value.data.fetch !== undefined) {
    logger.info('data.fetch is not run: Spark reads the data where it is');
  }
  const { submit } = spec.value.data.spark;
  const sets = purposes.map((name) => dataOf(name, inputs[name], spec, run.workspace));
  const plan = planSpark(contract, sets, inputs.profile);
  const answer = await logger.group(`Spark: ${submit}`, () =>
    runSpark(plan.job, {
      submit,
      where: spec.at(['data', 'spark', 'submit']),
      temp: run.temp,
      cwd: spec.folder,
      environment: deps.environment,
      signal: deps.signal,
      onLine: (line) => logger.debug(line),
    }),
  );
  const now = clock.now();
  const checked = readAnswer(plan, answer, contract, { folder: run.workspace, now });
  const profiles: WrittenProfile[] = [];
  for (const { set, profile } of checked) {
    if (profile === undefined) continue;
    const path = join(outputFolder, `profile-${set.name}.json`);
    await writeFile(path, `${JSON.stringify(profile)}\n`);
    profiles.push({ name: set.name, path, profile });
  }
  const datasets = checked.map(({ set }) => set);
  const failed = datasets.some(({ findings }) => findings.some(({ severity }) => severity === 'error'));
  const { path, digest, version } = contract;
  const result: Validation = {
    kind: 'validation',
    schemaVersion: 1,
    model: spec.value.name,
    verdict: failed ? 'fail' : 'pass',
    reasons: [...reasonsOf(datasets), ...notLookedAt(inputs)],
    contract: { path: displayPath(path, run.workspace), digest, ...(version !== undefined && { version }) },
    datasets,
    lineage: lineageOf(run, now),
    engine: sparkEngine(answer.spark),
  };
  return outcomeOf(result, profiles, inputs, deps);
}

/** The report lists the requested checks that are not available on a cluster. */
function notLookedAt(inputs: SparkValidation['inputs']): string[] {
  const left = [
    ...(inputs.leakage ? ['leakage but for equal rows'] : []),
    ...(inputs.outliers ? ['outliers'] : []),
    ...(inputs.identity ? ['the logical digest'] : []),
  ];
  return left.length === 0 ? [] : [`with engine: spark nobody looked at ${left.join(', ')}`];
}

function dataOf(
  name: (typeof purposes)[number],
  given: readonly string[],
  spec: LoadedSpec,
  workspace: string,
): SparkData {
  const overridden = given.length > 0;
  const patterns = overridden ? given : spec.value.data[name];
  const folder = overridden ? workspace : spec.folder;
  const formats = new Set(patterns.map((pattern) => spec.value.data.spark.format ?? formatOf(pattern)));
  const [format, ...others] = formats;
  if (format === undefined || others.length > 0) {
    throw new UserError({
      message:
        others.length > 0 && !formats.has(undefined)
          ? `the files of ${name} are not of one format: ${[...formats].join(', ')}`
          : `the names of ${name} do not tell what the files are`,
      where: spec.at(['data', name]),
      remedy: 'say it in model.yml: data: { spark: { format: parquet } }',
    });
  }
  return {
    name,
    format: format satisfies SparkFormat,
    patterns: patterns.map((one) => onCluster(one, folder)),
  };
}

/** A path with a scheme, or from the root, is the cluster's; any other is a file of this machine. */
function onCluster(pattern: string, folder: string): string {
  return /^([a-z][a-z0-9+.-]*:|\/)/i.test(pattern) ? pattern : `file:${resolve(folder, pattern)}`;
}
