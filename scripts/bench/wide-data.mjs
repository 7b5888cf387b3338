// Wide files for the benchmarks: numbers, whole numbers, categories, codes, texts, days and times, with an id and a label.
import { DuckDBInstance } from '@duckdb/node-api';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folder } from './flights.mjs';

/** Columns that one statement makes: the time that planning takes grows with their square. */
const atOnce = 200;
const words = ['late', 'gate', 'crew', 'bag', 'rain', 'fuel', 'slot', 'taxi', 'seat', 'door', 'fog', 'ice'];

/** SQL of column `c` over the row's number `i`. */
function valueOf(c) {
  const h = `hash(i, ${c})`;
  const kind = c % 20;
  if (kind < 8) return `round(exp((${h} % 100003) / 20000.0) * ${1 + (c % 7)}, 3)`;
  if (kind < 11) return `CASE WHEN ${h} % 20 > 0 THEN (${h} % ${10 ** (1 + (c % 4))})::INT END`;
  if (kind < 15) return `'class ' || chr((65 + ${h} % ${3 + (c % 9)})::INT)`;
  if (kind < 17) return `chr((65 + ${h} % 26)::INT) || (1000 + ${h} % 9000)`;
  if (kind === 17) {
    const list = `[${words.map((word) => `'${word}'`).join(', ')}]`;
    const word = (n) => `${list}[1 + ((${h} // ${12 ** n}) % 12)::INT] || ${h} // ${7 ** n} % 97`;
    return `concat_ws(' ', ${Array.from({ length: 12 }, (_, n) => word(n)).join(', ')})`;
  }
  const day = `DATE '2001-01-01' + (${h} % 365)::INT`;
  return kind === 18 ? day : `${day} + to_seconds((${h} % 86400)::INT)`;
}

const kinds = [
  ...['x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'n', 'n', 'n'],
  ...['c', 'c', 'c', 'c', 'code', 'code', 'note', 'day', 'at'],
];

/**
 * Train, and a quarter as many rows of holdout.
 * @param {'csv' | 'parquet'} format
 * @returns folder of train and holdout and of a model.yml that names them; made when it is not there
 */
export async function wideData(columns, rows, format) {
  const place = join(folder, `wide-${columns}x${rows}-${format}`);
  const done = join(place, 'model.yml');
  if (existsSync(done)) return place;
  mkdirSync(place, { recursive: true });
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: '4GB', threads: '2' });
  const connection = await instance.connect();
  const names = Array.from({ length: columns - 2 }, (_, c) => `${kinds[c % 20]}${c}`);
  for (const [name, from, to] of [
    ['train', 0, rows],
    ['holdout', rows, rows + Math.ceil(rows / 4)],
  ]) {
    const parts = [];
    for (let first = 0; first < names.length; first += atOnce) {
      const some = names.slice(first, first + atOnce);
      const list = some.map((column, k) => `${valueOf(first + k)} AS ${column}`);
      parts.push(`part${parts.length}`);
      await connection.run(
        `CREATE OR REPLACE TEMP TABLE ${parts.at(-1)} AS SELECT ${list.join(', ')} FROM range(${from}, ${to}) AS r(i)`,
      );
    }
    const head = `SELECT i AS id, CASE WHEN hash(i, 7) % 3 = 0 THEN 'yes' ELSE 'no' END AS label FROM range(${from}, ${to}) AS r(i)`;
    const options = format === 'csv' ? 'FORMAT csv, HEADER' : 'FORMAT parquet, ROW_GROUP_SIZE 20480';
    const all = parts.map((part) => `POSITIONAL JOIN ${part}`).join(' ');
    await connection.run(
      `COPY (SELECT * FROM (${head}) ${all}) TO '${join(place, `${name}.${format}`)}' (${options})`,
    );
  }
  connection.closeSync();
  instance.closeSync();
  writeFileSync(
    done,
    `name: wide
task: binary-classification
data: { contract: contract.yaml, train: train.${format}, holdout: holdout.${format} }
train: { run: 'true' }
evaluate: { run: 'true', label: label, score: p, gates: [{ metric: roc_auc, min: 0.5 }] }
`,
  );
  return place;
}
