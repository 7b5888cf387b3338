import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Place, type Problem, failOn } from '../../common/errors.js';
import { displayPath } from '../../common/files.js';
import { nearest } from '../../common/text.js';
import { labelTypeFindings } from '../../dataset/checks/label-type.js';
import type { CheckedDataset } from '../../dataset/checks/validate.js';
import { columnar } from '../../dataset/columnar.js';
import { type Contract, columnsOf } from '../../dataset/contract/contract.js';
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
  failOn(
    Object.keys(spec.value.data.outliers.columns).flatMap((name) =>
      unknownColumn(
        name,
        'data.outliers: the contract has',
        known,
        spec.at(['data', 'outliers', 'columns', name]),
      ),
    ),
  );
}

/** The problem of a setting for a column that is not there, if so. */
function unknownColumn(name: string, who: string, known: readonly string[], where: Place): Problem[] {
  if (known.includes(name)) return [];
  const near = nearest(name, known);
  return [
    {
      message: `${who} no column "${name}"`,
      where,
      remedy: near === undefined ? `the columns are ${known.join(', ')}` : `did you mean "${near}"?`,
    },
  ];
}

/**
 * Runs the suites that are wanted, one after the other: each has the memory to itself. They read the data a dozen
 * times, so text files are put into columns first.
 */
export async function runSuites(
  options: SuiteOptions,
  deps: Pick<Dependencies, 'run' | 'outputFolder' | 'signal'>,
): Promise<{ readonly profiles: WrittenProfile[]; readonly leakage?: LeakageReport }> {
  const { wanted, checked, engine } = options;
  await checkLabels(options, deps.run);
  const profiles: Profile[] = [];
  const written: WrittenProfile[] = [];
  for (const { set, tables } of checked) {
    if (!wanted.profile && !wanted.outliers) continue;
    deps.signal.throwIfAborted();
    const profile = await profileTables(engine, tables);
    profiles.push(profile);
    if (wanted.profile) written.push(await writeProfile(set.name, profile, deps.outputFolder));
  }
  if (!wanted.identity && !wanted.outliers && !wanted.leakage) return { profiles: written };
  const columns: Awaited<ReturnType<typeof columnar>>[] = [];
  try {
    for (const { tables } of checked) {
      deps.signal.throwIfAborted();
      columns.push(await columnar(engine, tables));
    }
    const pathOf = (file: string): string => displayPath(file, deps.run.workspace);
    const sets = checked.map(({ set }, i): DataSet => ({
      name: set.name,
      tables: columns[i]!.tables,
      pathOf,
    }));
    const leakage = await runOver(options, sets, profiles, deps);
    return { profiles: written, ...(leakage && { leakage }) };
  } finally {
    for (const { release } of columns) await release();
  }
}

/** Labels that are not what the task of model.yml asks for become findings of their set. */
async function checkLabels(options: SuiteOptions, run: Pick<RunContext, 'workspace'>): Promise<void> {
  const { checked, engine, spec } = options;
  const label = labelOf(options);
  if (label === undefined) return;
  for (const { set, tables } of checked) {
    const data = { name: set.name, tables, pathOf: (file: string) => displayPath(file, run.workspace) };
    const found = await labelTypeFindings(engine, data, label, spec.value.task);
    set.findings = worstFirst([...set.findings, ...found]);
  }
}

async function runOver(
  options: SuiteOptions,
  sets: readonly DataSet[],
  profiles: readonly Profile[],
  { run, signal }: Pick<Dependencies, 'run' | 'signal'>,
): Promise<LeakageReport | undefined> {
  const { wanted, checked, spec, contract, engine } = options;
  const { data, task } = spec.value;
  const label = labelOf(options);
  if (wanted.leakage) checkWaivedColumns(spec, sets);
  for (const [i, { set }] of checked.entries()) {
    signal.throwIfAborted();
    if (wanted.identity) await identify(options, run, i, sets[i]!);
    if (!wanted.outliers) continue;
    const { outliers, findings } = await findOutliers({
      engine,
      contract,
      set: sets[i]!,
      profile: profiles[i]!,
      settings: data.outliers,
      ...(task !== 'regression' && { classLabel: label }),
    });
    set.outliers = outliers;
    set.findings = worstFirst([...set.findings, ...findings]);
  }
  signal.throwIfAborted();
  if (!wanted.leakage) return undefined;
  return findLeakage({
    engine,
    contract,
    train: sets[0]!,
    holdout: sets[1]!,
    label,
    regression: task === 'regression',
    settings: data.leakage,
  });
}

/** Refuses waivers in data.leakage for columns that no file has; the contract need not list them. */
function checkWaivedColumns({ value, at }: SuiteOptions['spec'], sets: readonly DataSet[]): void {
  const tables = sets.flatMap((set) => set.tables);
  const known = [...new Set(tables.flatMap(({ columns }) => columns.map(({ name }) => name)))];
  failOn(
    Object.entries(value.data.leakage).flatMap(([check, setting]) => {
      const names = typeof setting === 'object' && 'columns' in setting ? setting.columns : undefined;
      return (names ?? []).flatMap((name, i) =>
        unknownColumn(
          name,
          'data.leakage: the data have',
          known,
          at(['data', 'leakage', check, 'columns', i]),
        ),
      );
    }),
  );
}

/** The label's column: as the contract says, else as model.yml does. */
export function labelOf({ spec, contract }: Pick<SuiteOptions, 'spec' | 'contract'>): string | undefined {
  return columnsOf(contract, 'label')[0] ?? spec.value.evaluate.label;
}

export function worstFirst(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(
    (a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning') || b.share - a.share,
  );
}

async function identify(
  { checked, contract, engine, files: all }: SuiteOptions,
  run: Pick<RunContext, 'workspace'>,
  index: number,
  { tables }: DataSet,
): Promise<void> {
  const { set } = checked[index]!;
  const files = all[index]!;
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
