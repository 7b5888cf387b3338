import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failOn } from '../../common/errors.js';
import { displayPath } from '../../common/files.js';
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
import type { Table } from '../../engine/table.js';
import type { Profile } from '../../formats/profile.js';
import type { Finding, LeakageReport, Lineage, Validation } from '../../formats/validation.js';
import { type NamedColumn, unknownColumns } from '../../plan/columns.js';
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
  /** Columns that model.yml names and the contract does not list: the hold-out data must have them. */
  readonly unlisted: readonly NamedColumn[];
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
  const named = Object.keys(spec.value.data.outliers.columns).map((name) => ({
    name,
    path: ['data', 'outliers', 'columns', name],
  }));
  const known = contract.columns.map(({ name }) => name);
  failOn(unknownColumns(spec, named, known, 'the contract has'));
}

/**
 * Refuses columns that model.yml names and no file has: of the hold-out data in `evaluate`, of either set in the waivers
 * of `data.leakage`. The contract need not list them.
 * @throws UserError with every such name at its place
 */
function checkColumns({ spec, unlisted, checked, wanted }: SuiteOptions): void {
  const [train, holdout] = checked.map(({ tables }) => tables.flatMap(namesOf)) as [string[], string[]];
  const waived = Object.entries(spec.value.data.leakage).flatMap(([check, setting]) => {
    const columns = typeof setting === 'object' && 'columns' in setting ? (setting.columns ?? []) : [];
    return columns.map((name, i) => ({ name, path: ['data', 'leakage', check, 'columns', i] }));
  });
  failOn([
    // Where no file can be read, its findings say why.
    ...(holdout.length === 0 ? [] : unknownColumns(spec, unlisted, holdout, 'the hold-out data have')),
    ...(wanted.leakage ? unknownColumns(spec, waived, [...train, ...holdout], 'the data have') : []),
  ]);
}

const namesOf = ({ columns }: Table): string[] => columns.map(({ name }) => name);

/**
 * Runs the suites that are wanted, one after the other: each has the memory to itself. They read the data a dozen
 * times, so text files are put into columns first.
 */
export async function runSuites(
  options: SuiteOptions,
  deps: Pick<Dependencies, 'run' | 'outputFolder' | 'signal'>,
): Promise<{ readonly profiles: WrittenProfile[]; readonly leakage?: LeakageReport }> {
  checkColumns(options);
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

/** The label's column: as the contract says, otherwise as model.yml does. */
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

/** A profile as JSON, column by column: the whole text of a wide one takes more memory than the profile. */
function* jsonOf({ columns, ...head }: Profile): Generator<string> {
  yield `${JSON.stringify(head).slice(0, -1)},"columns":[`;
  for (const [i, column] of columns.entries()) yield `${i === 0 ? '' : ','}${JSON.stringify(column)}`;
  yield ']}\n';
}

async function writeProfile(name: string, profile: Profile, folder: string): Promise<WrittenProfile> {
  const path = join(folder, `profile-${name}.json`);
  await writeFile(path, jsonOf(profile));
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
