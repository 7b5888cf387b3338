import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UserError } from '../../common/errors.js';
import { displayPath } from '../../common/files.js';
import { newest } from '../../dataset/checks/whole.js';
import { type CheckedDataset, validateDataset } from '../../dataset/checks/validate.js';
import type { Contract } from '../../dataset/contract/contract.js';
import { logicalIdentity } from '../../dataset/identity/logical.js';
import { profileTables } from '../../dataset/profile/profile.js';
import { type Shard as Part, parseShard, pathsOfShard } from '../../dataset/shards/assign.js';
import { writeKeys } from '../../dataset/shards/keys.js';
import { checkKey, measuredContract, ofOneShard, tallied } from '../../dataset/shards/measure.js';
import { mergeSet } from '../../dataset/shards/merge.js';
import type { Engine } from '../../engine/engine.js';
import type { Shard } from '../../formats/shard.js';
import type { Validation } from '../../formats/validation.js';
import type { Outcome } from '../definition.js';
import type { Dependencies } from '../dependencies.js';
import { type WrittenProfile, outcomeOf } from './outcome.js';

export interface ShardOptions {
  readonly model: string;
  readonly contract: Contract;
  readonly part: Part;
  readonly engine: Engine;
  /** Of the part alone. */
  readonly train: readonly string[];
  readonly holdout: readonly string[];
  readonly profile: boolean;
  readonly maxFindings: number;
}

/** @throws UserError when the text names no shard */
export function readShard(text: string): Part {
  const part = parseShard(text);
  if (part !== undefined) return part;
  throw new UserError({
    message: `input "shard": "${text}" names no shard`,
    remedy: 'write 3/8 for the third of eight, as ${{ matrix.shard }}/${{ strategy.job-total }} does',
  });
}

/** The part's own files of the training data. */
export function trainFilesOf(files: readonly string[], part: Part, workspace: string): Promise<string[]> {
  return pathsOfShard(files, (path) => displayPath(path, workspace), part);
}

/**
 * Looks at one part of the training data, and at all of the hold-out data, and leaves what merge-profiles needs. It
 * passes no verdict: what is tolerated of the whole says nothing of a part.
 */
export async function validateShard(options: ShardOptions, deps: Dependencies): Promise<Outcome> {
  const { model, contract, part, engine } = options;
  const { run, outputFolder, clock } = deps;
  const now = clock.now();
  const measured = measuredContract(contract);
  const checked: CheckedDataset[] = [];
  for (const [name, files, held] of [
    ['train', options.train, measured],
    ['holdout', options.holdout, contract],
  ] as const) {
    deps.signal.throwIfAborted();
    checked.push(await validateDataset({ engine, contract: held, name, files, folder: run.workspace, now }));
  }
  const [train] = checked as [CheckedDataset];
  const sets: Shard['sets'] = [];
  const profiles: WrittenProfile[] = [];
  for (const { set, tables } of checked) {
    const { name, files, rows, digest } = set;
    const whole = name !== 'train';
    const found = whole ? { tallies: [], others: set.findings } : tallied(set.findings);
    const file = `profile-${name}.json`;
    if (options.profile) {
      const profile = await profileTables(engine, tables);
      const path = join(outputFolder, file);
      await writeFile(path, `${JSON.stringify(profile)}\n`);
      profiles.push({ name, path, profile });
    }
    sets.push({
      name,
      whole,
      files,
      rows,
      digest,
      tallies: found.tallies,
      newest: whole ? [] : await newestOf(contract, train, engine),
      ...(files.every(({ rejected, sha256 }) => rejected === 0 && sha256 !== undefined) &&
        files.length === tables.length && {
          identity: { logical: await logicalIdentity(engine, tables, contract.columns) },
        }),
      findings: found.others,
      ...(options.profile && { profile: file }),
    });
  }
  const { path, digest, version } = contract;
  const shard: Shard = {
    kind: 'shard',
    schemaVersion: 1,
    model,
    contract: { path: displayPath(path, run.workspace), digest, ...(version !== undefined && { version }) },
    engine: engine.version,
    shard: { index: part.index, count: part.count },
    sets,
    keys: await writeKeys(engine, contract, train.tables, resolve(outputFolder)),
  };
  await writeFile(join(outputFolder, 'shard.json'), `${JSON.stringify(shard)}\n`);
  const datasets = sets.map(({ name }) => mergeSet(ofOneShard(contract), name, [shard], new Map(), now));
  const result: Validation = {
    kind: 'validation',
    schemaVersion: 1,
    model,
    verdict: 'inconclusive',
    reasons: [
      `shard ${part.index} of ${part.count}: merge-profiles judges all of them together`,
      ...datasets.map((set) => `${set.name}: ${set.rows} rows in ${set.files.length} files`),
    ],
    contract: shard.contract,
    datasets,
    engine: shard.engine,
  };
  return outcomeOf(result, profiles, { 'fail-on': 'never', 'max-findings': options.maxFindings }, deps);
}

async function newestOf(
  contract: Contract,
  { tables }: CheckedDataset,
  engine: Engine,
): Promise<Shard['sets'][number]['newest']> {
  const found: Shard['sets'][number]['newest'] = [];
  for (const [i, check] of contract.checks.entries()) {
    const at = check.test.kind === 'age' ? await newest({ engine, tables }, check) : undefined;
    if (at !== undefined) found.push({ check: checkKey(i), at });
  }
  return found;
}
