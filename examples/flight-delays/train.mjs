// Learns to tell which flights will be late. Everything it needs comes by environment variables.
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { boost, every, predictAll } from './boosting.mjs';
import { encode, featureNames, fit } from './features.mjs';
import { readMonths } from './months.mjs';

const { MLOPS_MODEL_DIR: modelFolder, MLOPS_CHECKPOINT_DIR: checkpointFolder } = process.env;
const parameters = JSON.parse(process.env.MLOPS_PARAMS ?? '{}');
const seed = Number(process.env.MLOPS_SEED ?? 0);
const files = (process.env.MLOPS_TRAIN_DATA ?? '').split('\n').filter((file) => file !== '');
if (!modelFolder || files.length === 0) {
  throw new Error(
    'MLOPS_MODEL_DIR and MLOPS_TRAIN_DATA are not set: train with the action train-on-gpu-runner',
  );
}
const { rounds, depth, 'learning-rate': rate, sample, threshold } = parameters;
const names = String(parameters.features).split(/[\s,]+/);
const unknown = names.filter((name) => !featureNames.includes(name));
if (unknown.length > 0) throw new Error(`no such feature: ${unknown}; there are ${featureNames}`);

// The tables of rates come from all flights, the trees from a share of them.
const flights = readMonths(files);
const encoder = fit(flights, names);
const rows = every(1 / sample, flights.rows);
const columns = encode(encoder, flights).map((column) => Uint8Array.from(rows, (row) => column[row]));
const labels = Uint8Array.from(rows, (row) => flights.delayed[row]);
console.log(`${flights.rows} flights, features ${names.join(', ')}; trees learn from ${rows.length} flights`);

// A checkpoint continues only what would have come to the same: same bins, labels, parameters and seed.
const fingerprint = createHash('sha256').update(JSON.stringify([encoder, depth, rate, seed]));
for (const column of [...columns, labels]) fingerprint.update(column);
const training = fingerprint.digest('hex');
const checkpoint = checkpointFolder && join(checkpointFolder, 'boosting.json');

const model = boost({
  columns,
  bins: encoder.edges.map((edges) => edges.length + 1),
  labels,
  rounds,
  depth,
  rate,
  sample: 0.5,
  seed,
  start: resume(),
  onRound({ bias, trees }) {
    if (checkpoint === undefined || trees.length % 10 !== 0) return;
    save(checkpoint, { training, bias, trees });
    console.log(`round ${trees.length} of ${rounds}`);
  },
});

mkdirSync(modelFolder, { recursive: true });
save(join(modelFolder, 'model.json'), { schemaVersion: 1, threshold, encoder, ...model });
// Serving is part of the model: a version always runs with the code that it was made with.
for (const file of ['serve.mjs', 'features.mjs', 'boosting.mjs']) {
  copyFileSync(new URL(file, import.meta.url), join(modelFolder, file));
}

const scores = predictAll(model, columns, labels.length);
const loss = scores.reduce((sum, p, i) => sum - Math.log(labels[i] ? p : 1 - p), 0) / scores.length;
const metrics = {
  flights: flights.rows,
  rounds: model.trees.length,
  train_log_loss: Number(loss.toFixed(6)),
};
if (process.env.MLOPS_METRICS) save(process.env.MLOPS_METRICS, metrics);
console.log(`log loss on the training flights: ${loss.toFixed(4)}`);

function resume() {
  if (process.env.MLOPS_RESUME !== 'true' || checkpoint === undefined || !existsSync(checkpoint))
    return undefined;
  const saved = JSON.parse(readFileSync(checkpoint, 'utf8'));
  if (saved.training !== training || saved.trees.length > rounds) {
    console.log('the checkpoint is of another training: starting anew');
    return undefined;
  }
  console.log(`resuming after round ${saved.trees.length}`);
  return saved;
}

/** In one piece or not at all, whenever the process is killed. */
function save(file, value) {
  writeFileSync(`${file}.part`, JSON.stringify(value));
  renameSync(`${file}.part`, file);
}
