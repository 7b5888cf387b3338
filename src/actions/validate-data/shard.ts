import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UserError } from '../../common/errors.js';
import { displayPath } from '../../common/files.js';
import { plural } from '../../common/text.js';
import { type CheckedDataset, validateDataset } from '../../dataset/checks/validate.js';
import { newest } from '../../dataset/checks/whole.js';
import type { Contract } from '../../dataset/contract/contract.js';
import { type Shard as Part, parseShard, pathsOfShard } from '../../dataset/shards/assign.js';
import { writeKeys } from '../../dataset/shards/keys.js';
import { checkKey, measuredContract, ofOneShard, tallied } from '../../dataset/shards/measure.js';
import { mergeSet } from '../../dataset/shards/merge.js';
import type { Engine } from '../../engine/engine.js';
import type { Shard } from '../../formats/shard.js';
import type { Validation } from '../../formats/validation.js';
import type { NamedColumn } from '../../plan/columns.js';
import type { LoadedSpec } from '../../spec/load.js';
import type { Outcome } from '../definition.js';
import type { Dependencies } from '../dependencies.js';
import { outcomeOf } from './outcome.js';
import { type Wanted, lineageOf, runSuites } from './suites.js';

export interface ShardOptions {
  readonly spec: LoadedSpec;
  readonly contract: Contract;
  readonly unlisted: readonly NamedColumn[];
  readonly part: Part;
  readonly engine: Engine;
  readonly inputs: Wanted & { readonly 'max-findings': number; readonly 'sql-time-limit': number };
  /** The part of the training data, and all of the hold-out data. */
  readonly files: readonly [readonly string[], readonly string[]];
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
  const { spec, contract, unlisted, part, engine, inputs, files } = options;
  const { run, outputFolder } = deps;
  const now = deps.clock.now();
  const check = async (name: string, own: readonly string[], held: Contract): Promise<CheckedDataset> => {
    deps.signal.throwIfAborted();
    return validateDataset({
      ...{ engine, contract: held, name, files: own, folder: run.workspace, now },
      sqlLimitMs: inputs['sql-time-limit'],
    });
  };
  const train = await check('train', files[0], measuredContract(contract));
  const holdout = await check('holdout', files[1], contract);
  const checked = [train, holdout] as const;
  const { profiles, leakage } = await runSuites(
    { wanted: inputs, spec, contract, unlisted, engine, checked, files },
    deps,
  );
  const { path, digest, version } = contract;
  const shard: Shard = {
    kind: 'shard',
    schemaVersion: 1,
    model: spec.value.name,
    contract: { path: displayPath(path, run.workspace), digest, ...(version !== undefined && { version }) },
    engine: engine.version,
    shard: { index: part.index, count: part.count },
    sets: [
      { ...partOf(train, inputs.profile), whole: false, newest: await newestOf(contract, train, engine) },
      { ...partOf(holdout, inputs.profile), whole: true, newest: [] },
    ],
    ...(leakage && { leakage }),
    keys: await writeKeys(engine, contract, train.tables, resolve(outputFolder)),
  };
  await writeFile(join(outputFolder, 'shard.json'), `${JSON.stringify(shard)}\n`);
  const datasets = shard.sets.map(({ name }) =>
    mergeSet(ofOneShard(contract), name, [shard], new Map(), now),
  );
  const result: Validation = {
    kind: 'validation',
    schemaVersion: 1,
    model: shard.model,
    verdict: 'inconclusive',
    reasons: [
      `shard ${part.index} of ${part.count}: merge-profiles judges all of them together`,
      ...datasets.map(
        (set) => `${set.name}: ${plural(set.rows, 'row')} in ${plural(set.files.length, 'file')}`,
      ),
    ],
    contract: shard.contract,
    datasets,
    ...(leakage && { leakage }),
    lineage: lineageOf(run, now),
    engine: shard.engine,
  };
  const quiet = { 'fail-on': 'never', 'max-findings': inputs['max-findings'] } as const;
  return outcomeOf(result, profiles, quiet, deps);
}

function partOf({ set }: CheckedDataset, profiled: boolean): Omit<Shard['sets'][number], 'whole' | 'newest'> {
  const { name, files, rows, digest, identity } = set;
  const { tallies, others } = tallied(set.findings);
  return {
    ...{ name, files, rows, digest, tallies },
    ...(identity && { identity }),
    findings: others,
    ...(profiled && { profile: `profile-${name}.json` }),
  };
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
