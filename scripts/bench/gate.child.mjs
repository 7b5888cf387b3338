// One gate in a process of its own, for gate.mjs: prints seconds and megabytes.
import '../typescript.mjs';
import { join } from 'node:path';

const started = performance.now();
const from = (file) => import(new URL(`../../src/${file}`, import.meta.url));
const { openEngine } = await from('engine/engine.ts');
const { readLabels } = await from('evaluation/labels.ts');
const { readPredictions } = await from('evaluation/predictions.ts');
const { readRules } = await from('evaluation/rules.ts');
const { decideGate } = await from('evaluation/gate.ts');

const [folder] = process.argv.slice(2);
const at = () => ({});
const task = 'binary-classification';
const gates = [
  ...['accuracy', 'roc_auc', 'pr_auc', 'f1'].map((metric) => ({
    metric,
    'max-drop': 0.01,
    versus: 'champion',
  })),
  ...['log_loss', 'brier', 'ece'].map((metric) => ({ metric, 'max-increase': 0.01, versus: 'champion' })),
];
const evaluate = { label: 'y', score: 'p', threshold: 0.5, slices: ['slice'], gates };
const engine = await openEngine({
  library: await import('@duckdb/node-api'),
  temp: join(folder, 'temp'),
  allowedFolders: [folder],
});
const labels = await readLabels(engine, [join(folder, 'labels.parquet')], task, evaluate, at);
const read = (name) => readPredictions(engine, join(folder, `${name}.parquet`), labels, task, evaluate, at);
const [challenger, champion] = [await read('challenger'), await read('champion')];
await engine.close();
const { verdict, slices } = decideGate({
  rules: readRules(gates, task, at),
  challenger,
  baselineOf: () => ({ rows: champion, name: 'the champion' }),
  slices: labels.slices,
  minSliceRows: 200,
  confidence: 0.95,
  seed: 1,
  withoutChampion: 'absolute-only',
});
const { user, system } = process.cpuUsage();
console.log(
  JSON.stringify({
    verdict: `${verdict} with ${slices.length} slices`,
    wall: (performance.now() - started) / 1000,
    cpu: (user + system) / 1e6,
    megabytes: process.resourceUsage().maxRSS / 1024,
  }),
);
