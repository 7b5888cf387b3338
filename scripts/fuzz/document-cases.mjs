// Cases whose input is a document: model.yml, a data contract, or the JSON that an action reads.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { readJsonFile } from '../../src/common/json.ts';
import { loadContract } from '../../src/dataset/contract/load.ts';
import * as decision from '../../src/formats/decision.ts';
import * as deployment from '../../src/formats/deployment.ts';
import * as history from '../../src/formats/drift-history.ts';
import * as drift from '../../src/formats/drift.ts';
import * as fetched from '../../src/formats/fetched-model.ts';
import * as manifest from '../../src/formats/manifest.ts';
import * as profile from '../../src/formats/profile.ts';
import * as registration from '../../src/formats/registration.ts';
import * as rollout from '../../src/formats/rollout.ts';
import * as run from '../../src/formats/run-record.ts';
import * as shard from '../../src/formats/shard.ts';
import * as validation from '../../src/formats/validation.ts';
import { parse } from 'yaml';
import { plan, runAction } from './actions.mjs';
import { mutateBytes } from './bytes.mjs';
import { dataPackage, frictionless, metrics, odcs, spec, wholeSpec } from './corpus.mjs';
import { writeProject } from './data-cases.mjs';
import { brokenSections, ownDefects } from './judge.mjs';
import { sampleOf } from './sample.mjs';
import { Pairs, Raw, jsonOf, mutateTree, treeOf } from './structure.mjs';
import { linesOf, plainStyle, randomRows, textFile } from './tables.mjs';
import { mutateYaml } from './yaml.mjs';

const schemas = Object.fromEntries(
  [
    decision,
    deployment,
    history,
    drift,
    fetched,
    manifest,
    profile,
    registration,
    rollout,
    run,
    shard,
    validation,
  ]
    .flatMap((module) => Object.entries(module))
    .filter(([name]) => name.endsWith('Schema')),
);

/** A tree as the value that `yaml` writes; undefined where it cannot be written so. */
function plainOf(tree) {
  if (tree instanceof Raw) throw new Error('only JSON can hold it');
  if (Array.isArray(tree)) return tree.map(plainOf);
  return tree instanceof Pairs ? new Map(tree.list.map(([key, value]) => [key, plainOf(value)])) : tree;
}

/** A YAML text with something wrong, by its bytes, by its structure, or by what YAML alone has. */
function brokenYaml(text, r) {
  const way = r.pick(['bytes', 'structure', 'structure', 'structure', 'yaml', 'yaml']);
  if (way === 'bytes') {
    const { bytes, how } = mutateBytes(Buffer.from(text), r);
    return { bytes, how };
  }
  if (way === 'yaml') {
    const { text: changed, how } = mutateYaml(text, r);
    return { bytes: Buffer.from(changed), how };
  }
  const { tree, how } = mutateTree(treeOf(parse(text)), r);
  let written = jsonOf(tree);
  if (r.chance(0.5)) {
    try {
      written = stringify(plainOf(tree));
    } catch {
      how.push('as JSON');
    }
  }
  return { bytes: Buffer.from(written), how };
}

function writeRows(r, { folder }) {
  const { name, bytes } = textFile('t', 'csv', linesOf('csv', randomRows(r, 40), plainStyle), plainStyle);
  writeFileSync(join(folder, name), bytes);
}

/** model.yml, for the planner, and for the actions where nothing is found in it. */
export async function specs(r, context) {
  const { folder, note, attempt } = context;
  await writeProject(r, context);
  writeRows(r, context);
  const runs = r.chance(0.3);
  const { bytes, how } = brokenYaml(runs ? spec : wholeSpec, r);
  note(how);
  writeFileSync(join(folder, 'model.yml'), bytes);
  let planned = false;
  const problems = await attempt(async () => {
    await plan(folder);
    planned = true;
    return [];
  });
  // These would run commands of the spec, or ask GitHub.
  const outside = /fetch|submit|serving|behaviour|importance|repeats|versus|holdout-use/;
  if (!planned || !runs || outside.test(bytes.toString('latin1'))) return problems;
  const ids = Array.from({ length: 40 }, (_, i) => `r${i},0.${r.between(10, 99)}\n`);
  writeFileSync(join(folder, 'p.csv'), `id,p\n${ids.join('')}`);
  const [action, inputs] = r.pick([
    ['validate-data', {}],
    ['evaluate-gate', { predictions: 'p.csv' }],
    ['drift-check', { reference: 't.csv', current: 'h.csv' }],
  ]);
  note(action);
  const ended = await attempt(async () => {
    const { datasets = [], sections = [] } = await runAction(action, folder, inputs);
    return [...ownDefects(datasets.flatMap(({ findings }) => findings)), ...brokenSections(sections)];
  });
  return [...problems, ...ended];
}

/** A data contract, read and then held against rows. */
export async function contracts(r, context) {
  const { folder, note, attempt } = context;
  await writeProject(r, context);
  writeRows(r, context);
  const { bytes, how } = brokenYaml(r.pick([odcs, odcs, frictionless, frictionless, dataPackage]), r);
  note(how);
  writeFileSync(join(folder, 'contract.yaml'), bytes);
  let read = false;
  const problems = await attempt(async () => {
    await loadContract(join(folder, 'contract.yaml'));
    read = true;
    return [];
  });
  if (!read || !r.chance(0.5)) return problems;
  problems.push(
    ...(await attempt(async () => {
      const { datasets } = await runAction('validate-data', folder);
      return [
        ...ownDefects(datasets.flatMap(({ findings }) => findings)),
        ...datasets.filter(({ rows }) => rows !== 40).map(({ name, rows }) => `${name}: ${rows} of 40 rows`),
      ];
    })),
  );
  return problems;
}

/** A JSON text with something wrong. */
function brokenJson(value, r) {
  if (r.chance(0.2)) {
    const { bytes, how } = mutateBytes(Buffer.from(JSON.stringify(value)), r);
    return { bytes, how };
  }
  const { tree, how } = mutateTree(treeOf(value), r);
  return { bytes: Buffer.from(jsonOf(tree)), how };
}

/** A document of a format of ours, made from its schema, for the reader of that format. */
export async function documents(r, context) {
  const { folder, note, attempt } = context;
  const name = r.pick(Object.keys(schemas));
  const { bytes, how } = brokenJson(sampleOf(schemas[name], r), r);
  note(name, how);
  const file = join(folder, 'result.json');
  writeFileSync(file, bytes);
  return attempt(async () => {
    await readJsonFile(file, schemas[name]);
    return [];
  });
}

/** A result of one action, broken before the next one reads it. */
export async function results(r, context) {
  const { folder, note, attempt, made } = context;
  await writeProject(r, context);
  writeRows(r, context);
  const kind = r.pick(['profile', 'shard', 'baseline', 'metrics']);
  const kinds = {
    profile: ['reference.json', 'drift-check', { reference: 'reference.json', current: 'h.csv' }],
    shard: ['shard/result.json', 'merge-profiles', { from: 'shard/result.json' }],
    baseline: ['base.json', 'evaluate-gate', { predictions: 'p.csv' }],
    metrics: ['base.json', 'evaluate-gate', { predictions: 'p.csv' }],
  };
  const [file, action, inputs] = kinds[kind];
  const whole = kind === 'metrics' ? metrics : JSON.parse(readFileSync(made[kind], 'utf8'));
  const { bytes, how } = brokenJson(whole, r);
  note(kind, how);
  await made.put(kind, folder);
  writeFileSync(join(folder, file), bytes);
  return attempt(async () => {
    const { sections = [] } = await runAction(action, folder, inputs);
    return brokenSections(sections);
  });
}
