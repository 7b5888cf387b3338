import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../common/errors.js';
import { displayPath } from '../../common/files.js';
import { nearest } from '../../common/text.js';
import type { CheckedDataset } from '../../dataset/checks/validate.js';
import type { Contract } from '../../dataset/contract/contract.js';
import type { DataSet } from '../../dataset/data-set.js';
import { croissantOf } from '../../dataset/identity/croissant.js';
import { dvcDigests } from '../../dataset/identity/dvc.js';
import { logicalIdentity } from '../../dataset/identity/logical.js';
import { findLeakage } from '../../dataset/leakage/leakage.js';
import { findOutliers } from '../../dataset/outliers/outliers.js';
import { profileTables } from '../../dataset/profile/profile.js';
import type { Engine } from '../../engine/engine.js';
import type { Profile } from '../../formats/profile.js';
import type { Finding, LeakageReport, Lineage, Validation } from '../../formats/validation.js';
import type { LoadedSpec } from '../../spec/load.js';
import type { Dependencies, RunContext } from '../dependencies.js';
import type { WrittenProfile } from './outcome.js';

/** What is looked at beyond the contract; each can be left out. */
export interface Wanted {
  readonly profile: boolean;
  readonly leakage: boolean;
  readonly outliers: boolean;
  readonly identity: boolean;
}

export interface SuiteOptions {
  readonly wanted: Wanted;
  readonly spec: LoadedSpec;
  readonly contract: Contract;
  readonly engine: Engine;
  /** train, then holdout: findings, outliers and identities are put in. */
  readonly checked: readonly [CheckedDataset, CheckedDataset];
  /** The files of both, as absolute paths. */
  readonly files: readonly [readonly string[], readonly string[]];
}

/**
 * Refuses settings of model.yml that name a column which the contract does not know.
 * @throws UserError with every such name at its place
 */
export function checkSettings({ spec, contract }: Pick<SuiteOptions, 'spec' | 'contract'>): void {
  const known = contract.columns.map(({ name }) => name);
  const unknown = Object.keys(spec.value.data.outliers.columns).filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new UserError(
    unknown.map((name) => {
      const near = nearest(name, known);
      return {
        message: `data.outliers: the contract has no column "${name}"`,
        where: spec.at(['data', 'outliers', 'columns', name]),
        remedy: near === undefined ? `its columns are ${known.join(', ')}` : `did you mean "${near}"?`,
      };
    }),
  );
}

/** Runs the suites that are wanted, one after the other: each has the memory to itself. */
export async function runSuites(
  options: SuiteOptions,
  deps: Pick<Dependencies, 'run' | 'outputFolder' | 'signal'>,
): Promise<{ readonly profiles: WrittenProfile[]; readonly leakage?: LeakageReport }> {
  const { wanted, checked, spec, contract, engine, files } = options;
  const { value } = spec;
  const sets = checked.map(({ set, tables }): DataSet => ({
    name: set.name,
    tables,
    pathOf: (file) => displayPath(file, deps.run.workspace),
  }));
  const profiles: WrittenProfile[] = [];
  for (const [i, { set, tables }] of checked.entries()) {
    deps.signal.throwIfAborted();
    if (wanted.identity) await identify(options, deps.run, i, files[i]!);
    if (!wanted.profile && !wanted.outliers) continue;
    const profile = await profileTables(engine, tables);
    if (wanted.profile) profiles.push(await writeProfile(set.name, profile, deps.outputFolder));
    if (!wanted.outliers) continue;
    const { outliers, findings } = await findOutliers({
      engine,
      contract,
      set: sets[i]!,
      profile,
      settings: value.data.outliers,
      label: value.evaluate.label,
    });
    set.outliers = outliers;
    set.findings = worstFirst([...set.findings, ...findings]);
  }
  if (!wanted.leakage) return { profiles };
  deps.signal.throwIfAborted();
  const leakage = await findLeakage({
    engine,
    contract,
    train: sets[0]!,
    holdout: sets[1]!,
    label: value.evaluate.label,
    regression: value.task === 'regression',
    settings: value.data.leakage,
  });
  return { profiles, leakage };
}

export function worstFirst(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(
    (a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning') || b.share - a.share,
  );
}

async function identify(
  { checked, contract, engine }: SuiteOptions,
  run: Pick<RunContext, 'workspace'>,
  index: number,
  files: readonly string[],
): Promise<void> {
  const { set, tables } = checked[index]!;
  const whole =
    tables.length === files.length &&
    set.files.every(({ rejected, sha256 }) => rejected === 0 && sha256 !== undefined);
  const there = files.filter((_, i) => set.files[i]!.sha256 !== undefined);
  // Node reads the bytes while the engine reads the rows.
  const [dvc, logical] = await Promise.all([
    there.length === 0 ? undefined : dvcDigests(there),
    whole ? logicalIdentity(engine, tables, contract.columns) : undefined,
  ]);
  set.files.forEach((file, i) => {
    const at = there.indexOf(files[i]!);
    if (at !== -1) file.md5 = dvc!.md5[at]!;
  });
  set.identity = {
    ...(logical && { logical }),
    ...(dvc &&
      there.length === files.length && {
        dvc: { folder: displayPath(dvc.folder, run.workspace), digest: dvc.digest },
      }),
  };
}

async function writeProfile(name: string, profile: Profile, folder: string): Promise<WrittenProfile> {
  const path = join(folder, `profile-${name}.json`);
  await writeFile(path, `${JSON.stringify(profile)}\n`);
  return { name, path, profile };
}

export function lineageOf(run: RunContext, at: Date): Lineage {
  const { owner, repository, sha, ref, workflow, job, runId, runAttempt, serverUrl } = run;
  return {
    repository: `${owner}/${repository}`,
    commit: sha,
    ref,
    workflow,
    job,
    runId,
    runAttempt,
    url: `${serverUrl}/${owner}/${repository}/actions/runs/${runId}`,
    at: at.toISOString(),
  };
}

/** Writes the data's description beside the result. */
export async function writeCroissant(
  validation: Validation,
  { spec, contract }: Pick<SuiteOptions, 'spec' | 'contract'>,
  { run, outputFolder }: Pick<Dependencies, 'run' | 'outputFolder'>,
): Promise<string> {
  const { owner, repository, serverUrl } = run;
  const { license } = spec.value.data;
  const made = croissantOf({
    validation,
    contract,
    ...(license !== undefined && { license }),
    url: `${serverUrl}/${owner}/${repository}`,
    owner: { name: owner, url: `${serverUrl}/${owner}` },
  });
  const path = join(outputFolder, 'croissant.json');
  await writeFile(path, `${JSON.stringify(made, null, 2)}\n`);
  return path;
}
