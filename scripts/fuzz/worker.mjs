// A process that runs cases, one after the other, and tells before and after each.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import '../typescript.mjs';

const { openEngine } = await import('../../src/engine/engine.ts');
const { library, runAction } = await import('./actions.mjs');
const { brokenRows, countedRows, predictions, sameRows, wildColumns, writeProject } =
  await import('./data-cases.mjs');
const { contracts, documents, results, specs } = await import('./document-cases.mjs');
const { odcs, spec } = await import('./corpus.mjs');
const { polluted, wrongError } = await import('./judge.mjs');
const { randomOf } = await import('./random.mjs');
const { linesOf, plainStyle, randomRows, textFile } = await import('./tables.mjs');

/** By how often: documents are read in a millisecond, rows in a second. */
const kinds = {
  sameRows: { run: sameRows, weight: 3 },
  wildColumns: { run: wildColumns, weight: 4 },
  countedRows: { run: countedRows, weight: 3 },
  brokenRows: { run: brokenRows, weight: 6 },
  predictions: { run: predictions, weight: 3 },
  specs: { run: specs, weight: 25 },
  contracts: { run: contracts, weight: 20 },
  documents: { run: documents, weight: 30 },
  results: { run: results, weight: 5 },
};
const dealt = Object.entries(kinds).flatMap(([name, { weight }]) => Array(weight).fill(name));

const files = ['model.yml', 'contract.yaml', 'drafted.yaml', 'result.json', 'reference.json', 'base.json']
  .concat(['h.csv', 't.csv', 'shard'])
  .concat(['t.tsv', 't.jsonl', 't.parquet', 'p.csv', 'p.tsv', 'p.jsonl', 'p.parquet']);

const home = mkdtempSync(join(tmpdir(), 'mlops-fuzz-'));
let engine;
const writer = async () => (engine ??= await openEngine({ library, temp: home, allowedFolders: [home] }));

/** Results of a first run of the actions, which cases break. */
async function makeResults() {
  const folder = join(home, 'made');
  mkdirSync(folder);
  const r = randomOf(0, 0);
  const write = (name, text) => writeFileSync(join(folder, name), text);
  await writeProject(r, { folder, writer });
  write('t.csv', textFile('t', 'csv', linesOf('csv', randomRows(r, 40), plainStyle), plainStyle).bytes);
  write('p.csv', `id,p\n${Array.from({ length: 40 }, (_, i) => `r${i},${(i * 37) % 40}e-2\n`).join('')}`);
  // A shard cannot be asked by SQL.
  write('contract.yaml', odcs.replace(/ {6}- type: sql\n.*\n.*\n/, ''));
  await runAction('validate-data', folder);
  write('base.json', JSON.stringify(await runAction('evaluate-gate', folder, { predictions: 'p.csv' })));
  cpSync(join(folder, 'mlops-out/validate-data'), join(folder, 'whole'), { recursive: true });
  const result = await runAction('validate-data', folder, { shard: '1/1' });
  cpSync(join(folder, 'mlops-out/validate-data'), join(folder, 'shard'), { recursive: true });
  writeFileSync(join(folder, 'shard/result.json'), JSON.stringify(result));
  return {
    profile: join(folder, 'whole/profile-train.json'),
    shard: join(folder, 'shard/result.json'),
    baseline: join(folder, 'base.json'),
    /** What the action that reads it needs besides. */
    async put(kind, to) {
      if (kind === 'shard') cpSync(join(folder, 'shard'), join(to, 'shard'), { recursive: true });
      for (const name of ['t.csv', 'h.csv', 'contract.yaml'])
        writeFileSync(join(to, name), readFileSync(join(folder, name)));
      if (kind !== 'baseline' && kind !== 'metrics') return;
      cpSync(join(folder, 'p.csv'), join(to, 'p.csv'));
      const gate = '    - { metric: roc_auc, max-drop: 0.1, baseline: base.json }\ndrift:';
      writeFileSync(join(to, 'model.yml'), spec.replace('drift:', gate));
    },
  };
}

async function runCase(seed, index, only, made) {
  const r = randomOf(seed, index);
  const kind = only ?? r.pick(dealt);
  const folder = join(home, `case-${index}`);
  mkdirSync(folder);
  const how = [];
  const attempt = async (run) => {
    try {
      return (await run()) ?? [];
    } catch (error) {
      return wrongError(error, files);
    }
  };
  const note = (...notes) => how.push(...notes);
  const context = { folder, writer, note, attempt, made };
  process.send({ began: index, kind, folder });
  const began = performance.now();
  let problems;
  try {
    problems = await kinds[kind].run(r, context);
  } catch (error) {
    // Nothing was broken, so nothing may be refused.
    problems = [`input that is in order is refused: ${error?.stack ?? String(error)}`];
  }
  problems.push(...polluted());
  process.send({ ended: index, kind, how, problems, ms: performance.now() - began });
  // Who keeps what failed reads it before it goes.
  if (problems.length === 0) rmSync(folder, { recursive: true, force: true });
}

let current;
for (const event of ['uncaughtException', 'unhandledRejection'])
  process.on(event, (error) => {
    process.send({ reason: `${event}: ${error?.stack ?? String(error)}` }, () => process.exit(1));
  });

process.on('message', async ({ seed, from, step, to, only }) => {
  const made = await makeResults();
  for (current = from; current < to; current += step) await runCase(seed, current, only, made);
  await engine?.close();
  process.send({ finished: true }, () => process.disconnect());
});
process.on('disconnect', () => {
  rmSync(home, { recursive: true, force: true });
  process.exit();
});
