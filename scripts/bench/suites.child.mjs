// One process of scripts/bench/suites.mjs: opens a set of flights and prints what each suite took of the processor, in ms:
// a busy machine makes that less uncertain than the clock does.
import '../typescript.mjs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const [train, holdout] = process.argv.slice(2);
const load = (path) => import(new URL(`../../src/${path}.ts`, import.meta.url).href);
const { openEngine } = await load('engine/engine');
const { openByContract } = await load('dataset/checks/open');
const { profileTables } = await load('dataset/profile/profile');
const { logicalIdentity } = await load('dataset/identity/logical');
const { dvcDigests } = await load('dataset/identity/dvc');
const { columnar } = await load('dataset/columnar');
const { findLeakage } = await load('dataset/leakage/leakage');
const { findOutliers } = await load('dataset/outliers/outliers');
const { outliersSchema } = await load('spec/sections/data');
const { locateDuckdb } = await load('runtime/duckdb');
const { RecordingLogger } = await load('common/logger');
const { parse } = await import('valibot');

const column = (name, type, ...roles) => ({ name, type, roles, where: {} });
const columns = [
  column('id', 'integer', 'id'),
  column('date', 'timestamp', 'timestamp'),
  column('delay', 'integer', 'label'),
  column('distance', 'integer'),
  column('origin', 'string'),
  column('destination', 'string'),
  column('fare', 'number'),
  column('tail', 'string', 'group'),
  column('note', 'string'),
];
const contract = { columns, environments: ['training', 'serving'], checks: [], references: {} };
const temp = mkdtempSync(join(tmpdir(), 'mlops-suites-'));
const engine = await openEngine({
  library: await locateDuckdb({ roots: [process.cwd()], env: process.env, logger: new RecordingLogger() }),
  temp,
  allowedFolders: [dirname(train), dirname(holdout)],
});
const times = {};
const time = async (name, work) => {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  times[name] = (user + system) / 1000;
  return result;
};
try {
  const open = async (name, file) => {
    const { table } = await openByContract(engine, file, contract);
    return { name, tables: [table], pathOf: (path) => path };
  };
  const sets = await time('open', async () => [await open('train', train), await open('holdout', holdout)]);
  await time('floor', async () => {
    for (const { tables } of sets) {
      const read = tables[0].columns.map(({ value }) => `max(${value})`);
      await engine.rows(`SELECT ${read.join(', ')} FROM ${tables[0].source}`);
    }
  });
  const profiles = await time('profile', async () => {
    const made = [];
    for (const { tables } of sets) made.push(await profileTables(engine, tables));
    return made;
  });
  await time('to columns', async () => {
    for (const [i, set] of sets.entries())
      sets[i] = { ...set, tables: (await columnar(engine, set.tables)).tables };
  });
  await time('identity', async () => {
    for (const { tables } of sets) {
      await Promise.all([dvcDigests([tables[0].file]), logicalIdentity(engine, tables, columns)]);
    }
  });
  await time('outliers', async () => {
    for (const [i, set] of sets.entries()) {
      const settings = parse(outliersSchema, {});
      await findOutliers({ engine, contract, set, profile: profiles[i], settings });
    }
  });
  const off = (...checks) =>
    Object.fromEntries(checks.map((check) => [check, { severity: 'off', reason: 'bench' }]));
  const groups = {
    repeats: ['overlap', 'near-duplicate', 'conflicting-labels'],
    texts: ['similar-text'],
    members: ['same-id', 'same-group'],
    time: ['time-order'],
    giveaway: ['giveaway'],
    order: ['row-order'],
    labels: ['unknown-label', 'absent-label', 'rare-label', 'single-label'],
  };
  const all = Object.values(groups).flat();
  let leakage = 0;
  for (const [name, checks] of Object.entries(groups)) {
    const settings = off(...all.filter((check) => !checks.includes(check)));
    const [a, b] = sets;
    await time(`leakage: ${name}`, () =>
      findLeakage({ engine, contract, train: a, holdout: b, regression: true, settings }),
    );
    leakage += times[`leakage: ${name}`];
  }
  times.leakage = leakage;
  console.log(JSON.stringify({ times, rss: process.resourceUsage().maxRSS / 1024 }));
} finally {
  await engine.close();
  rmSync(temp, { recursive: true, force: true });
}
