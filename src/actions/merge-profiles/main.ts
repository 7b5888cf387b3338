import { writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { UserError } from '../../common/errors.js';
import { expandGlobs } from '../../common/files.js';
import { readJsonFile } from '../../common/json.js';
import { plural } from '../../common/text.js';
import { loadContract } from '../../dataset/contract/load.js';
import type { Contract } from '../../dataset/contract/contract.js';
import { type ReadShard, assembleShards } from '../../dataset/shards/assemble.js';
import { checkKeys, countDoubled } from '../../dataset/shards/keys.js';
import type { Doubled } from '../../dataset/shards/judge.js';
import { mergeLeakage, mergeSet, mergeShardProfiles } from '../../dataset/shards/merge.js';
import { openEngine } from '../../engine/engine.js';
import { type Profile, profileSchema } from '../../formats/profile.js';
import { shardSchema } from '../../formats/shard.js';
import type { Validation } from '../../formats/validation.js';
import { loadSpec } from '../../spec/load.js';
import type { Outcome } from '../definition.js';
import type { Dependencies } from '../dependencies.js';
import type { ValuesOf } from '../inputs.js';
import { type WrittenProfile, identitiesOf, outcomeOf, reasonsOf } from '../validate-data/outcome.js';
import { lineageOf, writeCroissant } from '../validate-data/suites.js';
import type { definition } from './inputs.js';

type Inputs = ValuesOf<(typeof definition)['inputs']>;

/** Joins the shards that the jobs of a matrix have validated into one result of validate-data. */
export async function main(
  inputs: Inputs,
  deps: Dependencies,
): Promise<Outcome<keyof (typeof definition)['outputs']>> {
  const { run } = deps;
  const spec = await loadSpec(resolve(run.workspace, inputs.model));
  const contract = await loadContract(
    inputs.contract === undefined
      ? resolve(spec.folder, spec.value.data.contract)
      : resolve(run.workspace, inputs.contract),
  );
  const paths = await expandGlobs(inputs.from, run.workspace);
  const read: ReadShard[] = [];
  for (const file of paths) read.push({ file, value: await readJsonFile(file, shardSchema) });
  const shards = assembleShards(read, inputs.shards);
  const [{ value: first }] = shards as [ReadShard];
  refuseOther(spec.value.name, contract, shards[0]!);

  const doubled = await doubledKeys(shards, deps);
  const values = shards.map(({ value }) => value);
  const datasets = first.sets.map(({ name }) =>
    mergeSet(contract, name, values, name === 'train' ? doubled : new Map(), deps.clock.now()),
  );
  const profiles = await mergeProfileFiles(shards, deps.outputFolder);
  const leakage = mergeLeakage(values);
  const findings = [...datasets.flatMap((set) => set.findings), ...(leakage?.findings ?? [])];
  const result: Validation = {
    kind: 'validation',
    schemaVersion: 1,
    model: first.model,
    verdict: findings.some(({ severity }) => severity === 'error') ? 'fail' : 'pass',
    reasons: [...reasonsOf(datasets), `joined from ${plural(shards.length, 'shard')}`],
    contract: first.contract,
    datasets,
    ...(leakage && { leakage }),
    lineage: lineageOf(run, deps.clock.now()),
    engine: first.engine,
  };
  const { outputs, ...outcome } = outcomeOf(result, profiles, inputs, deps);
  const joined = { ...outputs, ...identitiesOf(datasets), shards: shards.length };
  // Where the shards were to be named by their content, the whole is described, too.
  const identified = datasets.some(({ identity }) => identity !== undefined);
  const croissant = identified ? await writeCroissant(result, { spec, contract }, deps) : undefined;
  return { ...outcome, outputs: { ...joined, ...(croissant !== undefined && { croissant }) } };
}

function refuseOther(model: string, contract: Contract, { file, value }: ReadShard): void {
  const wrong =
    value.model !== model
      ? `the shards are of ${value.model}, not of ${model}`
      : value.contract.digest !== contract.digest
        ? `the shards were validated against another contract than ${contract.path} is now`
        : undefined;
  if (wrong === undefined) return;
  throw new UserError({
    message: wrong,
    where: { file },
    remedy: 'merge the shards of this run, of the same commit and contract',
  });
}

/** Rows whose key a row of any shard has, too. */
async function doubledKeys(
  shards: readonly ReadShard[],
  deps: Pick<Dependencies, 'duckdb' | 'run' | 'signal'>,
): Promise<ReadonlyMap<string, Doubled>> {
  const checks = [...new Set(shards.flatMap(({ value }) => value.keys.map(({ check }) => check)))];
  if (checks.length === 0) return new Map();
  const engine = await openEngine({
    library: await deps.duckdb(),
    temp: deps.run.temp,
    allowedFolders: shards.map(({ file }) => dirname(file)),
    signal: deps.signal,
  });
  try {
    const found = new Map<string, Doubled>();
    for (const { file, value } of shards) {
      for (const key of value.keys) await checkKeys(engine, join(dirname(file), key.file), key);
    }
    for (const check of checks) {
      const files = shards.flatMap(({ file, value }, shard) =>
        value.keys
          .filter((key) => key.check === check)
          .map((key) => ({ path: join(dirname(file), key.file), shard })),
      );
      const { count, places } = await countDoubled(
        engine,
        files.map(({ path }) => path),
      );
      const names = places.flatMap(({ shard, file }) => {
        const { sets } = shards[files[shard]!.shard]!.value;
        return sets.find(({ whole }) => !whole)?.files[file]?.path ?? [];
      });
      found.set(check, { count, files: names });
    }
    return found;
  } finally {
    await engine.close();
  }
}

async function mergeProfileFiles(shards: readonly ReadShard[], folder: string): Promise<WrittenProfile[]> {
  const written: WrittenProfile[] = [];
  for (const { name, whole, profile } of shards[0]!.value.sets) {
    if (profile === undefined) continue;
    const all: Profile[] = [];
    for (const { file, value } of shards) {
      const own = value.sets.find((set) => set.name === name)!.profile!;
      all.push(await readJsonFile(join(dirname(file), own), profileSchema));
    }
    const path = join(folder, `profile-${name}.json`);
    const merged = mergeShardProfiles(all, whole);
    await writeFile(path, `${JSON.stringify(merged)}\n`);
    written.push({ name, path, profile: merged });
  }
  return written;
}
