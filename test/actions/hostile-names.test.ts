import { join } from 'node:path';
import * as v from 'valibot';
import { canonicalJson } from '../../src/common/json.js';
import { parseYaml } from '../../src/common/yaml.js';
import { openEngine } from '../../src/engine/engine.js';
import { quoteText } from '../../src/engine/sql.js';
import { decisionSchema } from '../../src/formats/decision.js';
import { driftSchema } from '../../src/formats/drift.js';
import { validationSchema } from '../../src/formats/validation.js';
import { specSchema } from '../../src/spec/schema.js';
import { seededRandom } from '../../src/statistics/random.js';
import { resolveParameters } from '../../src/training/parameters.js';
import { duckdbLibrary } from '../engine/library.js';
import { type Journey, csvOf, startJourney } from './journey.js';

/** Names that every object of JavaScript has, or that change one when they are set. */
const names = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf', 'prototype'];
const listed = names.map((name) => `${name}: `);
const entries = (value: (name: string) => string): string =>
  `{ ${names.map((name, i) => listed[i]! + value(name)).join(', ')} }`;

const row = (random: () => number): (number | string)[] => [
  ...names.map((_, i) =>
    i % 2 === 0 ? Math.round(100 * random()) : names[Math.floor(random() * names.length)]!,
  ),
  names[Math.floor(random() * names.length)]!,
];
const columns = [...names, 'label'];
function tableOf(rows: number, seed: number): (number | string)[][] {
  const random = seededRandom(seed).uniform;
  return Array.from({ length: rows }, () => row(random));
}
const jsonlOf = (rows: readonly (readonly (number | string)[])[]): string =>
  rows.map((one) => `${JSON.stringify(Object.fromEntries(one.map((x, i) => [columns[i], x])))}\n`).join('');

/** Writes name.csv as name.parquet. */
async function storeAsParquet(folder: string, files: readonly string[]): Promise<void> {
  const engine = await openEngine({ library: duckdbLibrary, temp: folder, allowedFolders: [folder] });
  for (const name of files) {
    const [from, to] = ['csv', 'parquet'].map((extension) => quoteText(join(folder, `${name}.${extension}`)));
    await engine.run(`COPY (FROM read_csv(${from!}, header = true)) TO ${to!} (FORMAT parquet)`);
  }
  await engine.close();
}

const specOf = (extension: string): string => `name: m
task: multiclass-classification
data:
  contract: contract.yaml
  train: t.${extension}
  holdout: h.${extension}
  outliers: { columns: ${entries(() => '{ ignore: true }')} }
train: { run: 'true' }
evaluate:
  run: 'true'
  label: label
  score: ${entries((name) => `score ${name}`)}
  gates: [{ metric: accuracy, min: 0.1 }, { metric: log_loss, max: 9 }]
  slices: [__proto__, [hasOwnProperty, prototype]]
  min-slice-rows: 5
  search: {}
drift:
  current: h.${extension}
  reference: t.${extension}
  multivariate: { rows: 60 }
  columns: ${entries(() => '{ effect: 0.5 }')}
`;

describe('names that JavaScript has a meaning for', () => {
  let journey: Journey;
  afterEach(() => journey.close());

  it.each([
    ['csv', 'odcs'],
    ['jsonl', 'frictionless'],
    ['parquet', 'odcs'],
  ] as const)(
    'are columns, classes and slices of %s, described by %s, in every action',
    async (extension, format) => {
      const [train, holdout] = [tableOf(500, 1), tableOf(500, 2)];
      const text = (rows: (number | string)[][]): string =>
        extension === 'jsonl' ? jsonlOf(rows) : csvOf(columns, rows);
      const scores = holdout.map((one) => names.map((name) => (one.at(-1) === name ? 0.5 : 0.1)));
      journey = startJourney({
        [`t.${extension === 'jsonl' ? 'jsonl' : 'csv'}`]: text(train),
        [`h.${extension === 'jsonl' ? 'jsonl' : 'csv'}`]: text(holdout),
        'model.yml': specOf(extension),
        'p.csv': csvOf(
          names.map((name) => `score ${name}`),
          scores,
        ),
      });
      if (extension === 'parquet') await storeAsParquet(journey.folder, ['t', 'h']);
      const contract = await journey.infer([`t.${extension}`], format);
      for (const name of names) expect(contract).toContain(`name: ${name}\n`);

      const validation = await journey.run('validate-data');
      const { datasets } = v.parse(validationSchema, validation.result);
      expect(datasets.flatMap(({ findings }) => findings)).toEqual([]);

      const { result: drift } = await journey.run('drift-check', {
        reference: `t.${extension}`,
        current: `h.${extension}`,
      });
      const checked = v.parse(driftSchema, drift);
      expect(checked.columns.map(({ name }) => name).sort()).toEqual([...columns].sort());
      expect(checked.sections.filter(({ state }) => state === 'broken')).toEqual([]);

      const { result } = await journey.run('evaluate-gate', { predictions: 'p.csv' });
      const decision = v.parse(decisionSchema, result);
      expect(decision.metrics.accuracy).toBe(1);
      const slices = JSON.stringify(decision.slices);
      for (const name of names) expect(slices).toContain(name);
    },
    120_000,
  );

  it('are classes of a multilabel model', async () => {
    const random = seededRandom(5).uniform;
    const truth = Array.from({ length: 300 }, () => names.map(() => Number(random() < 0.4)));
    journey = startJourney({
      'model.yml': `name: m
task: multilabel-classification
data: { contract: c.yaml, train: h.csv, holdout: h.csv }
train: { run: 'true' }
evaluate:
  run: 'true'
  labels: ${entries((name) => name)}
  score: ${entries((name) => name)}
  gates: [{ metric: f1_macro, min: 0.1 }]
`,
      'h.csv': csvOf(names, truth),
      // Two of the six classes are never right.
      'p.csv': csvOf(
        names,
        truth.map((one) => one.map((x, c) => (c < 2 ? 1 - x : x))),
      ),
    });
    const { result } = await journey.run('evaluate-gate', { predictions: 'p.csv' });
    expect(v.parse(decisionSchema, result).metrics.f1_macro).toBeCloseTo(4 / 6, 12);
  });
});

describe('keys that JavaScript has a meaning for', () => {
  const spec = (train: string): string => `name: m
task: regression
data: { contract: c, train: t, holdout: h }
train: ${train}
evaluate: { run: x, label: y, prediction: p, gates: [{ metric: mae, max: 1 }] }
`;

  it('are parameters of model.yml in the order of the file, and of what is written', () => {
    const located = parseYaml(spec(`{ run: x, params: ${entries(() => '1')} }`), specSchema, 'model.yml');
    expect(Object.keys(located.value.train.params)).toEqual(names);
    const given = Object.fromEntries(names.map((name) => [name, '2']));
    const parameters = resolveParameters(located, given);
    expect(Object.entries(parameters)).toEqual(names.map((name) => [name, 2]));
    const written: unknown = JSON.parse(canonicalJson({ ...parameters }));
    expect(Object.keys(written as object).sort()).toEqual([...names].sort());
  });

  it('are no parameters of a spec that does not name them', () => {
    const located = parseYaml(spec('{ run: x }'), specSchema, 'model.yml');
    for (const name of names) {
      const given = Object.fromEntries([[name, '2']]);
      expect(() => resolveParameters(located, given)).toThrow(`the spec has no parameter "${name}"`);
    }
  });

  it('are held to the schema of their values, each at its place', () => {
    const text = spec(`\n  run: x\n  params:\n    constructor: [1]\n    __proto__: { a: 1 }`);
    expect(() => parseYaml(text, specSchema, 'model.yml')).toThrow(
      /model\.yml:7:5: train\.params\.constructor.*\n.*model\.yml:8:5: train\.params\.__proto__/s,
    );
  });
});
