/** Programs of a small project: its model is the cut between the means of x of both classes. */
const csv = `import { readFileSync, writeFileSync } from 'node:fs';
const read = (list) => list.split('\\n').flatMap((file) => readFileSync(file, 'utf8').trim().split('\\n').slice(1).map((line) => line.split(',')));
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
`;
const train = `${csv}
const rows = read(process.env.MLOPS_TRAIN_DATA);
const of = (label) => mean(rows.filter((row) => row[2] === label).map((row) => Number(row[1])));
console.log('trained on ' + rows.map(([id]) => id).join(','));
console.log('bend ' + process.env.MLOPS_PARAM_BEND);
`;
const save = (model: string): string =>
  `writeFileSync(process.env.MLOPS_MODEL_DIR + '/model.json', JSON.stringify(${model}));\n`;

export const programs: Readonly<Record<string, string>> = {
  'train.mjs': `${train}${save("{ cut: (of('0') + of('1')) / 2, seen: rows.map(([id]) => id) }")}`,
  // Reads the whole file beside the files that it is given.
  'cheat.mjs': `${train}const all = read('train.csv');\n${save("{ cut: (of('0') + of('1')) / 2, known: Object.fromEntries(all.map(([id, , y]) => [id, y])), n: rows[0] }")}`,
  'constant.mjs': csv + save('{ cut: 2.5 }'),
  'predict.mjs': `${csv}
const { cut, known = {}, seen = [] } = JSON.parse(readFileSync(process.env.MLOPS_MODEL_DIR + '/model.json', 'utf8'));
const rows = read(process.env.MLOPS_DATA);
if (rows.some(([id]) => seen.includes(id))) console.log('SEEN BEFORE');
console.log('predicted ' + rows.map(([id]) => id).join(','));
const p = ([id, x]) => known[id] ?? (Number(x) > cut ? 1 : 0);
writeFileSync(process.env.MLOPS_PREDICTIONS, ['id,p', ...rows.map((row) => row[0] + ',' + p(row))].join('\\n') + '\\n');
`,
};
