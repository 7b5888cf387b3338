import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Problem, UserError, attempt, failOn } from '../common/errors.js';
import type { Logger } from '../common/logger.js';
import type { Contract } from '../dataset/contract/contract.js';
import { loadContract } from '../dataset/contract/load.js';
import { rolloutMistakes } from '../rollout/plan.js';
import { type LoadedSpec, readSpec } from '../spec/load.js';
import { readDemands } from './demands.js';
import { type NamedColumn, namedColumns } from './columns.js';
import { unusedEnvironments } from './environments.js';
import { metricMistakes } from './metrics.js';

/** A model spec without a mistake that shows before data are read. */
export interface Plan {
  readonly spec: LoadedSpec;
  readonly contractPath: string;
  /** Undefined where its file is not there (yet): data.fetch may bring it. */
  readonly contract: Contract | undefined;
  /** Columns of the hold-out data that the spec names and the contract does not list. */
  readonly unlisted: readonly NamedColumn[];
}

export interface PlanOptions {
  /** Path of model.yml. */
  readonly file: string;
  /** The repository's root. */
  readonly workspace: string;
  /** Path of the contract, instead of the spec's. */
  readonly contract?: string;
  readonly logger: Pick<Logger, 'warning'>;
}

/**
 * Reads the whole model spec as the actions of a run will: the gate's rules, the rollout, the contract. So the first
 * action of a run reports the mistakes of all of them, before a training or a release.
 * @throws UserError with every mistake at its line and column
 */
export async function loadPlan({ file, workspace, contract: other, logger }: PlanOptions): Promise<Plan> {
  const { spec, problems: contradictions } = await readSpec(file);
  const problems: Problem[] = [...contradictions];
  attempt(problems, () => readDemands(spec));
  problems.push(...metricMistakes(spec));
  const rollout = rolloutMistakes(spec);
  problems.push(...rollout.problems);
  const contractPath = other ?? resolve(spec.folder, spec.value.data.contract);
  const contract = await readContract(contractPath, problems);
  failOn(problems);
  const warnings = [...rollout.warnings, ...(await unusedEnvironments(spec, workspace))];
  for (const { message, where, remedy } of warnings) {
    logger.warning(remedy === undefined ? message : `${message} → ${remedy}`, where);
  }
  const listed = new Set(contract?.columns.map(({ name }) => name));
  return {
    spec,
    contractPath,
    contract,
    unlisted: namedColumns(spec).filter(({ name }) => !listed.has(name)),
  };
}

async function readContract(path: string, problems: Problem[]): Promise<Contract | undefined> {
  if (!existsSync(path.split('#')[0]!)) return undefined;
  try {
    return await loadContract(path);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}
