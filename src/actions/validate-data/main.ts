import { dirname, resolve } from 'node:path';
import { displayPath } from '../../common/files.js';
import { referencedFiles } from '../../dataset/checks/references.js';
import { type CheckedDataset, validateDataset } from '../../dataset/checks/validate.js';
import { loadContract } from '../../dataset/contract/load.js';
import { openEngine } from '../../engine/engine.js';
import type { Validation } from '../../formats/validation.js';
import { prepareData } from '../../spec/data.js';
import type { Outcome } from '../definition.js';
import type { Dependencies } from '../dependencies.js';
import type { ValuesOf } from '../inputs.js';
import { loadPlan } from '../../plan/plan.js';
import type { definition } from './inputs.js';
import { identitiesOf, leakageReason, outcomeOf, reasonsOf } from './outcome.js';
import { readShard, trainFilesOf, validateShard } from './shard.js';
import { validateOnSpark } from './spark.js';
import { checkSettings, lineageOf, runSuites, writeCroissant } from './suites.js';

type Inputs = ValuesOf<(typeof definition)['inputs']>;
type Output = keyof (typeof definition)['outputs'];

const purposes = ['train', 'holdout'] as const;

export async function main(inputs: Inputs, deps: Dependencies): Promise<Outcome<Output>> {
  const { run, logger } = deps;
  const plan = await loadPlan({
    file: resolve(run.workspace, inputs.model),
    workspace: run.workspace,
    ...(inputs.contract !== undefined && { contract: resolve(run.workspace, inputs.contract) }),
    logger,
  });
  const { spec } = plan;
  const contract = plan.contract ?? (await loadContract(plan.contractPath));
  checkSettings({ spec, contract });
  if ((inputs.engine ?? spec.value.data.engine) === 'spark') {
    return validateOnSpark({ inputs, spec, contract }, deps);
  }
  const part = inputs.shard === undefined ? undefined : readShard(inputs.shard);
  const files = await prepareData({
    spec,
    purposes,
    override: {
      ...(inputs.train.length > 0 && { train: inputs.train }),
      ...(inputs.holdout.length > 0 && { holdout: inputs.holdout }),
    },
    workspace: run.workspace,
    environment: { ...deps.environment, ...(part && { MLOPS_SHARD: `${part.index}/${part.count}` }) },
    logger,
    signal: deps.signal,
  });
  const engine = await openEngine({
    library: await deps.duckdb(),
    temp: run.temp,
    signal: deps.signal,
    allowedFolders: [
      ...new Set(
        [
          ...purposes.flatMap((name) => files[name] ?? []),
          ...Object.values(await referencedFiles(contract)).flat(),
        ].map((file) => dirname(file)),
      ),
      // A shard leaves the hashes of its keys there.
      ...(part === undefined ? [] : [deps.outputFolder]),
    ],
  });
  try {
    if (part !== undefined) {
      const train = files.train ?? [];
      const own = inputs['shard-by'] === 'fetch' ? train : await trainFilesOf(train, part, run.workspace);
      return await validateShard(
        { spec, contract, unlisted: plan.unlisted, part, engine, inputs, files: [own, files.holdout ?? []] },
        deps,
      );
    }
    const checked: CheckedDataset[] = [];
    for (const name of purposes) {
      deps.signal.throwIfAborted();
      checked.push(
        await validateDataset({
          engine,
          contract,
          name,
          files: files[name] ?? [],
          folder: run.workspace,
          now: deps.clock.now(),
          sqlLimitMs: inputs['sql-time-limit'],
          profile: inputs.profile || inputs.outliers,
        }),
      );
    }
    const sets = checked as [CheckedDataset, CheckedDataset];
    const { profiles, leakage } = await runSuites(
      {
        wanted: inputs,
        spec,
        contract,
        unlisted: plan.unlisted,
        engine,
        checked: sets,
        files: [files.train ?? [], files.holdout ?? []],
      },
      deps,
    );
    const datasets = sets.map(({ set }) => set);
    const failed = [...datasets.flatMap((set) => set.findings), ...(leakage?.findings ?? [])].some(
      ({ severity }) => severity === 'error',
    );
    const result: Validation = {
      kind: 'validation',
      schemaVersion: 1,
      model: spec.value.name,
      verdict: failed ? 'fail' : 'pass',
      reasons: [...reasonsOf(datasets), ...(leakage === undefined ? [] : [leakageReason(leakage)])],
      contract: {
        path: displayPath(contract.path, run.workspace),
        digest: contract.digest,
        ...(contract.version !== undefined && { version: contract.version }),
      },
      datasets,
      ...(leakage && { leakage }),
      lineage: lineageOf(run, deps.clock.now()),
      engine: engine.version,
    };
    const outcome = outcomeOf(result, profiles, inputs, deps);
    if (!inputs.identity) return outcome;
    const croissant = await writeCroissant(result, { spec, contract }, deps);
    return { ...outcome, outputs: { ...outcome.outputs, ...identitiesOf(datasets), croissant } };
  } finally {
    await engine.close();
  }
}
