// Scores whole months: a row of p_delayed for each row of the data, in its order.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { predictAll } from './boosting.mjs';
import { encode } from './features.mjs';
import { readMonths } from './months.mjs';

const { MLOPS_MODEL_DIR: modelFolder, MLOPS_DATA: data, MLOPS_PREDICTIONS: predictions } = process.env;
if (!modelFolder || !data || !predictions) {
  throw new Error(
    'MLOPS_MODEL_DIR, MLOPS_DATA and MLOPS_PREDICTIONS are not set: evaluate with evaluate-gate',
  );
}
const model = JSON.parse(readFileSync(join(modelFolder, 'model.json'), 'utf8'));
const flights = readMonths(data.split('\n').filter(Boolean), { labels: false });
const scores = predictAll(model, encode(model.encoder, flights), flights.rows);
const lines = new Array(scores.length);
for (let row = 0; row < scores.length; row++) lines[row] = scores[row].toFixed(6);
writeFileSync(predictions, `p_delayed\n${lines.join('\n')}\n`);
console.log(`${flights.rows} predictions`);
