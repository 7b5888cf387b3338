import { readdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { type Problem, UserError, failOn } from '../../common/errors.js';
import { expandFolderGlobs, listFolder } from '../../common/folder.js';
import type { Rule } from '../../evaluation/rules.js';
import { type Stated, readStated } from '../../evaluation/stated.js';
import type { GitHub } from '../../github/types.js';
import { readContents } from '../../registry/contents.js';
import { fetchVersion } from '../../registry/fetch.js';
import { contentDigest } from '../../registry/manifest.js';
import { findLive } from '../../registry/select.js';
import { type VerifiedVersion, verifyVersion } from '../../registry/verify.js';
import { resolveVersion } from '../../registry/versions.js';
import type { LoadedSpec } from '../../spec/load.js';
import type { Dependencies } from '../dependencies.js';
import type { ValuesOf } from '../inputs.js';
import type { definition } from './inputs.js';

export type GateInputs = ValuesOf<typeof definition.inputs>;

/** A model that rules compare with. */
export interface ComparedModel {
  /** In sentences: "the champion (v1.0.0)". */
  readonly name: string;
  readonly version: string | null;
  readonly manifestDigest: string | null;
  /** Where its files are; absent where its predictions are given. */
  readonly folder?: string;
  readonly predictions?: string;
}
export type Compared =
  ComparedModel | { readonly stated: Stated; readonly name: string } | { readonly none: string };

/**
 * Folder of the challenger.
 * @throws UserError when it is not there or empty
 */
export async function challengerFolder(
  inputs: GateInputs,
  spec: LoadedSpec,
  workspace: string,
): Promise<string> {
  const folder =
    inputs.candidate === undefined
      ? resolve(spec.folder, spec.value.train.output)
      : resolve(workspace, inputs.candidate);
  const files = await readdir(folder).catch(() => []);
  if (files.length > 0) return folder;
  throw new UserError({
    message: 'there is no model in this folder',
    where: { file: folder },
    remedy: 'train it in a step before, name its folder in the input `candidate`, or give its predictions',
  });
}

/** Digest of the files that register-model would register, by which its version can be known again. */
export async function digestOfModel(spec: LoadedSpec, folder: string): Promise<string> {
  const files = await modelFiles(spec, folder);
  return contentDigest(
    spec.value.name,
    await readContents(
      folder,
      files.map((file) => relative(folder, file)),
    ),
  );
}

function modelFiles(spec: LoadedSpec, folder: string): Promise<string[]> {
  return expandFolderGlobs(spec.value.release.files, folder, spec.at(['release', 'files']));
}

/** Whether a model that predicted by itself has the files that would be registered of the challenger, and no others. */
export async function haveSameFiles(
  spec: LoadedSpec,
  challenger: string | undefined,
  { folder, predictions }: ComparedModel,
): Promise<boolean> {
  if (challenger === undefined || folder === undefined || predictions !== undefined) return false;
  try {
    if ((await digestOfModel(spec, challenger)) !== (await digestOfModel(spec, folder))) return false;
    // It can have predicted from files that `release.files` no longer names.
    const [named, all] = await Promise.all([modelFiles(spec, folder), listFolder(folder)]);
    return all.problems.length === 0 && all.files.length === named.length;
  } catch (error) {
    // An older version can lack files that `release.files` names today.
    if (error instanceof UserError) return false;
    throw error;
  }
}

/** What compares; a rule of a metric, or one of groups. */
type Comparing = Pick<Rule, 'versus' | 'file'> & Partial<Pick<Rule, 'metric' | 'where'>>;

/** Finds and fetches everything that the rules compare with, by the word in `versus`. */
export async function findCompared(
  rules: readonly Comparing[],
  inputs: GateInputs,
  spec: LoadedSpec,
  dependencies: Dependencies,
): Promise<ReadonlyMap<string, Compared>> {
  const found = new Map<string, Compared>();
  for (const { versus, file } of rules) {
    if (versus === null || found.has(versus)) continue;
    found.set(
      versus,
      file
        ? await readBaseline(versus, rules, spec)
        : versus === 'champion'
          ? await findChampion(inputs, spec, dependencies)
          : await fetchRegistered(versus, inputs, spec, dependencies),
    );
  }
  return found;
}

async function fetchRegistered(
  selector: string,
  inputs: GateInputs,
  spec: LoadedSpec,
  dependencies: Dependencies,
): Promise<ComparedModel> {
  const github = await dependencies.github(inputs.token);
  const version = await resolveVersion(github, spec.value.name, selector);
  const verified = await verifyVersion({ github, version });
  return fetchCompared(verified, selector.replace(/^v?/, 'v'), github, dependencies);
}

/** A file of predictions, or (JSON) metrics that are stated for a model without predictions. */
async function readBaseline(
  path: string,
  rules: readonly Comparing[],
  spec: LoadedSpec,
): Promise<Exclude<Compared, { none: string }>> {
  const file = resolve(spec.folder, path);
  const name = `the baseline (${path})`;
  if (!path.endsWith('.json')) return { name, version: null, manifestDigest: null, predictions: file };
  const stated = await readStated(file, spec.value.task);
  failOn(
    rules.flatMap(({ versus, file: isFile, metric, where }): Problem[] =>
      versus !== path || !isFile || metric === undefined || stated.of(metric) !== undefined
        ? []
        : [
            {
              message: `${path} says nothing of ${metric.name}`,
              ...(where && { where }),
              remedy: `it states ${stated.metrics.join(', ') || 'no metric'}`,
            },
          ],
    ),
  );
  return { name, stated };
}

async function findChampion(
  inputs: GateInputs,
  spec: LoadedSpec,
  dependencies: Dependencies,
): Promise<Compared> {
  const { workspace } = dependencies.run;
  const given = inputs['champion-predictions'];
  const predictions = given === undefined ? {} : { predictions: resolve(workspace, given) };
  if (inputs.champion !== undefined || given !== undefined) {
    const folder = inputs.champion === undefined ? {} : { folder: resolve(workspace, inputs.champion) };
    return { name: 'the champion', version: null, manifestDigest: null, ...folder, ...predictions };
  }
  const environment = inputs['champion-environment'];
  const github = await dependencies.github(inputs.token);
  const live = await findLive(github, spec.value.name, environment);
  if (live === undefined) return { none: `no champion is live in ${environment}` };
  return fetchCompared(live, `the champion (v${live.version.version})`, github, dependencies);
}

async function fetchCompared(
  verified: VerifiedVersion,
  name: string,
  github: GitHub,
  { run, logger, signal }: Dependencies,
): Promise<ComparedModel> {
  const { version, manifestDigest } = verified;
  const folder = join(run.temp, 'evaluate-gate', `${version.model}-${version.version}`);
  await fetchVersion({ github, verified, folder, logger, signal });
  return { name, version: version.version, manifestDigest, folder };
}
