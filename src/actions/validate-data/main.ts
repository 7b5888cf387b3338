import { writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type Place, describeProblem } from '../../common/errors.js';
import { displayPath } from '../../common/files.js';
import { plural } from '../../common/text.js';
import { referencedFiles } from '../../dataset/checks/references.js';
import { loadContract } from '../../dataset/contract/load.js';
import { profileTables } from '../../dataset/profile/profile.js';
import { type CheckedDataset, overlapFinding, validateDataset } from '../../dataset/checks/validate.js';
import { openEngine } from '../../engine/engine.js';
import type { Profile } from '../../formats/profile.js';
import type { Finding, Validation } from '../../formats/validation.js';
import { prepareData } from '../../spec/data.js';
import { loadSpec } from '../../spec/load.js';
import type { Outcome } from '../definition.js';
import type { Dependencies } from '../dependencies.js';
import type { ValuesOf } from '../inputs.js';
import type { definition } from './inputs.js';
import { reportOf } from './report.js';
import { readShard, trainFilesOf, validateShard } from './shard.js';

type Inputs = ValuesOf<(typeof definition)['inputs']>;
type Output = keyof (typeof definition)['outputs'];

const purposes = ['train', 'holdout'] as const;

export async function main(inputs: Inputs, deps: Dependencies): Promise<Outcome<Output>> {
  const { run, logger } = deps;
  const spec = await loadSpec(resolve(run.workspace, inputs.model));
  const contract = await loadContract(
    inputs.contract === undefined
      ? resolve(spec.folder, spec.value.data.contract)
      : resolve(run.workspace, inputs.contract),
  );
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
      return await validateShard(
        {
          model: spec.value.name,
          contract,
          part,
          engine,
          train: inputs['shard-by'] === 'fetch' ? train : await trainFilesOf(train, part, run.workspace),
          holdout: files.holdout ?? [],
          profile: inputs.profile,
          maxFindings: inputs['max-findings'],
        },
        deps,
      );
    }
    const checked: CheckedDataset[] = [];
    for (const name of purposes) {
      deps.signal.throwIfAborted();
      checked.push(
        await validateDataset({ engine, contract, name, files: files[name] ?? [], folder: run.workspace }),
      );
    }
    const overlap = await overlapFinding(engine, contract, checked[0]!, checked[1]!);
    if (overlap !== undefined) checked[1]!.set.findings.push(overlap);
    const profiles = inputs.profile ? await writeProfiles(checked) : [];
    const findings = checked.flatMap(({ set }) => set.findings);
    const errors = findings.filter((f) => f.severity === 'error');
    const warnings = findings.length - errors.length;
    const result: Validation = {
      kind: 'validation',
      schemaVersion: 1,
      model: spec.value.name,
      verdict: errors.length > 0 ? 'fail' : 'pass',
      reasons: reasonsOf(checked),
      contract: {
        path: displayPath(contract.path, run.workspace),
        digest: contract.digest,
        ...(contract.version !== undefined && { version: contract.version }),
      },
      datasets: checked.map(({ set }) => set),
      engine: engine.version,
    };
    annotate(findings.slice(0, inputs['max-findings']));
    const [train, holdout] = checked.map(({ set }) => set);
    const stops =
      inputs['fail-on'] === 'error' ? errors.length : inputs['fail-on'] === 'warning' ? findings.length : 0;
    return {
      outputs: {
        verdict: result.verdict,
        rows: train!.rows,
        'holdout-rows': holdout!.rows,
        digest: train!.digest,
        'holdout-digest': holdout!.digest,
        errors: errors.length,
        warnings,
        ...(profiles[0] && { profile: profiles[0].path }),
        ...(profiles[1] && { 'holdout-profile': profiles[1].path }),
      },
      result,
      report: reportOf(
        result,
        profiles.map(({ name, profile }) => ({ name, profile })),
        run,
      ),
      ...(stops > 0 && {
        failure: `The data does not keep its contract: ${plural(errors.length, 'error')}, ${plural(warnings, 'warning')}`,
      }),
    };
  } finally {
    await engine.close();
  }

  async function writeProfiles(
    sets: readonly CheckedDataset[],
  ): Promise<{ name: string; path: string; profile: Profile }[]> {
    const written = [];
    for (const { set, tables } of sets) {
      const profile = await profileTables(engine, tables);
      const path = join(deps.outputFolder, `profile-${set.name}.json`);
      await writeFile(path, `${JSON.stringify(profile)}\n`);
      written.push({ name: set.name, path, profile });
    }
    return written;
  }

  function annotate(findings: readonly Finding[]): void {
    for (const { severity, message, remedy, examples } of findings) {
      const [first] = examples;
      const where: Place | undefined = first && {
        file: first.file,
        ...(first.line !== undefined && { line: first.line }),
      };
      // The log shows no places of its own; what is wrong with a whole file names it already.
      const named = first !== undefined && message.startsWith(first.file);
      logger[severity](describeProblem({ message, remedy, ...(where && !named && { where }) }), where);
    }
  }
}

/** A sentence for each data set. */
function reasonsOf(checked: readonly CheckedDataset[]): string[] {
  return checked.map(({ set: { name, rows, files, findings } }) => {
    const errors = findings.filter((f) => f.severity === 'error').length;
    const size = `${plural(rows, 'row')} in ${plural(files.length, 'file')}`;
    if (findings.length === 0) return `${name} keeps the contract: ${size}`;
    return `${name}: ${plural(errors, 'error')} and ${plural(findings.length - errors, 'warning')} in ${size}`;
  });
}
