import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'valibot';
import { readInputs } from '../../../src/actions/inputs.js';
import action from '../../../src/actions/validate-data/index.js';
import { validateDataset } from '../../../src/dataset/checks/validate.js';
import { type Contract } from '../../../src/dataset/contract/contract.js';
import { parseContract } from '../../../src/dataset/contract/load.js';
import { quantile } from '../../../src/dataset/profile/derive.js';
import { mergeProfiles } from '../../../src/dataset/profile/merge.js';
import { profileTables } from '../../../src/dataset/profile/profile.js';
import type { SparkAnswer } from '../../../src/dataset/spark/job.js';
import { runSpark } from '../../../src/dataset/spark/run.js';
import {
  type SparkChecked,
  type SparkData,
  planSpark,
  readAnswer,
} from '../../../src/dataset/spark/validate.js';
import { type Engine, openEngine } from '../../../src/engine/engine.js';
import { quoteText } from '../../../src/engine/sql.js';
import { type Profile, profileSchema } from '../../../src/formats/profile.js';
import { type Finding, type ValidatedSet, validationSchema } from '../../../src/formats/validation.js';
import { dependenciesIn } from '../../actions/merge-profiles/dependencies.js';
import { duckdbLibrary } from '../../engine/library.js';
import { pythonWith, skipped } from '../../python.js';

const python = pythonWith('pyspark');
const java = spawnSync('java', ['-version']).status === 0;
const missing = python === undefined ? 'pyspark' : java ? undefined : 'java';
if (missing !== undefined) skipped(missing);

/** For a few thousand rows, compiling takes longer than counting. */
const quick = [
  "--master 'local[2]'",
  "--driver-java-options '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC'",
  ...[
    'ui.enabled=false',
    'sql.shuffle.partitions=2',
    'sql.codegen.wholeStage=false',
    'sql.codegen.factoryMode=NO_CODEGEN',
    'sql.adaptive.enabled=false',
  ].map((setting) => `--conf spark.${setting}`),
];

const contractOf = (properties: string, quality = ''): string => `apiVersion: v3.1.0
kind: DataContract
id: x
version: 1.0.0
status: active
schema:
  - name: rows
    ${quality}
    properties:
${properties}`;
/** What RE2 and Java would read differently, were they given the same text. */
const patterns = [
  '^a$',
  'two.lines',
  'two\\slines',
  '^(?:[^a]|.*x)$',
  '(?i)Ü X',
  '(?m)^lines$',
  'o[^x]k',
  'lines$|😀',
];
const flights = contractOf(`      - { name: id, logicalType: integer, required: true, unique: true }
      - { name: date, logicalType: timestamp, required: true }
      - { name: delay, logicalType: integer, logicalTypeOptions: { minimum: -60, maximum: 600 } }
      - { name: distance, logicalType: number, logicalTypeOptions: { exclusiveMinimum: 100 } }
      - { name: fare, logicalType: number }
      - { name: origin, logicalType: string, logicalTypeOptions: { pattern: '^[A-M][A-Z]{2}$' } }
      - { name: tail, logicalType: string, logicalTypeOptions: { minLength: 6, maxLength: 6 } }
      - { name: note, logicalType: string }
      - { name: late, logicalType: boolean, required: true }
`);
const dirty = contractOf(
  `      - name: id
        logicalType: integer
        unique: true
        quality: [{ type: library, metric: missingValues, arguments: { missingValues: ['-1'] }, mustBe: 0 }]
      - { name: x, logicalType: number, required: true, logicalTypeOptions: { minimum: 0 } }
      - name: s
        logicalType: string
        quality:
          - { type: library, metric: invalidValues, arguments: { validValues: [a, 'ü x', ''] }, mustBe: 0 }
${patterns.map((pattern) => `          - { type: library, metric: invalidValues, arguments: { pattern: '${pattern}' }, mustBe: 0 }`).join('\n')}
      - { name: b, logicalType: boolean }
      - { name: d, logicalType: date, logicalTypeOptions: { minimum: '2001-01-01' } }
      - { name: t, logicalType: timestamp }
`,
  'quality: [{ type: library, metric: duplicateValues, arguments: { properties: [s, b] }, mustBe: 0 }, { type: library, metric: rowCount, mustBeGreaterThan: 1000 }]',
);

/** Texts that one engine or the other might take for a value. */
const numbers = [
  '1',
  '1.5',
  '-2e3',
  '+4',
  '.5',
  '5.',
  ' 7 ',
  'nan',
  'NaN',
  'inf',
  '-Infinity',
  '1d',
  '1f',
  '0x1F',
  '1_0',
];
const others = [
  '',
  '1,000',
  'abc',
  '1e',
  '--1',
  '١',
  '9007199254740993',
  '1e400',
  '-0',
  '0.1',
  '1L',
  'true',
  '12345678901234567890',
];
const days = [
  '2001-01-01',
  '1969-12-31',
  '2001-02-30',
  '2001-1-2',
  '2001-01-02T10',
  ' 2001-01-03',
  '20010101',
  '0001-01-01',
  '9999-12-31',
];
const times = [
  '2001-01-01 10:00',
  '2001-01-01T10:00:00',
  '2001-01-01 10:00:00.123456',
  '2001-01-01T10:00:00Z',
  '2001-01-01 10:00:00+02:00',
  '2001-01-01',
  '2001-01-01 25:00:00',
  '1960-06-01T00:00:00.5',
  'now',
];
const truths = ['true', 'FALSE', '1', '0', 'yes', 'T', ''];
const texts = [
  'a',
  '""',
  'ü x',
  '"q ""in"" it"',
  '"two\nlines"',
  '😀',
  '',
  "o'k",
  'back\\slash',
  '"a,b"',
  ' a ',
];

const dirtyRows = (from: number, n: number): string[] =>
  Array.from({ length: n }, (_, k) => {
    const i = from + k;
    const pick = (list: readonly string[]): string => list[i % list.length]!;
    const number = pick([...numbers, ...others]);
    return [
      i % 17 === 0 ? '-1' : i % 50 === 0 ? number : String(i % 240),
      number.includes(',') ? `"${number}"` : number,
      pick(texts),
      pick(truths),
      pick(days),
      pick(times),
    ].join(',');
  });

/** What makes two findings the same, whichever engine counted: places are lines here and rows there. */
const said = (findings: readonly Finding[]) =>
  findings
    // How a file is written is looked at by the engine that reads it byte by byte.
    .filter(({ rule }) => !/^(ragged-row|bad-quote|delimiter|decimal-comma)$/.test(rule))
    .map(({ rule, severity, column, message, remedy, count, examples }) => ({
      ...{ rule, severity, column, message, remedy, count },
      files: [...new Set(examples.map(({ file }) => file))],
    }))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

function compare(spark: Profile, duckdb: Profile): void {
  expect(spark.rows).toBe(duckdb.rows);
  expect(spark.columns.map(({ name }) => name)).toEqual(duckdb.columns.map(({ name }) => name));
  for (const [i, column] of spark.columns.entries()) {
    const other = duckdb.columns[i]!;
    const known = ({ name, type, count, nulls, lengths, values }: typeof other) => ({
      ...{ name, type, count, nulls, values },
      ...(lengths && { lengths: { ...lengths, mean: 0 } }),
    });
    if (column.values.kind === 'top' && other.values.kind === 'top') {
      // Those of DuckDB are lists of each file, joined: what they lack is within the error that they state.
      const { error } = other.values;
      const [own, listed] = [new Map(column.values.counts), new Map(other.values.counts)];
      for (const text of [...own.keys(), ...listed.keys()]) {
        expect(Math.abs((own.get(text) ?? 0) - (listed.get(text) ?? 0))).toBeLessThanOrEqual(error);
      }
      const shown = column.values.counts.reduce((sum, [, n]) => sum + n, 0);
      expect(shown + column.values.others).toBe(column.count);
      expect(known({ ...column, values: other.values })).toEqual(known(other));
    } else expect(known(column)).toEqual(known(other));
    if (column.distinct.exact) expect(column.distinct).toEqual(other.distinct);
    else expect(column.distinct.value / other.distinct.value).toBeCloseTo(1, 1);
    expect(column.lengths?.mean ?? 0).toBeCloseTo(other.lengths?.mean ?? 0, 9);
    const [a, b] = [column.moments, other.moments];
    expect([a?.min, a?.max, a?.nonFinite]).toEqual([b?.min, b?.max, b?.nonFinite]);
    const scale = Math.max(1e-9, Math.abs(b?.min ?? 0), Math.abs(b?.max ?? 0));
    expect((a?.mean ?? 0) / scale).toBeCloseTo((b?.mean ?? 0) / scale, 9);
    expect((a?.m2 ?? 0) / (scale * scale * duckdb.rows)).toBeCloseTo(
      (b?.m2 ?? 0) / (scale * scale * duckdb.rows),
      9,
    );
    const size = (words: typeof a | typeof other.words) => (words === undefined ? 'none' : 'some');
    expect(size(column.words)).toBe(size(other.words));
  }
}

(missing === undefined ? describe : describe.skip)('Spark', () => {
  const folder = mkdtempSync(join(tmpdir(), 'spark-test-'));
  const at = (...names: string[]): string => join(folder, ...names);
  const now = new Date('2026-01-01T00:00:00Z');
  const spark: Record<string, SparkChecked> = {};
  const duckdb: Record<string, { set: ValidatedSet; profile: Profile }> = {};
  let engine: Engine;
  let answer: SparkAnswer;

  beforeAll(async () => {
    for (const name of ['csv', 'jsonl', 'flights', 'tmp']) mkdirSync(at(name));
    const allowedFolders = [folder, resolve('node_modules/vega-datasets/data')];
    engine = await openEngine({ library: duckdbLibrary, temp: at('tmp'), allowedFolders });
    await writeData();
    const contracts: Readonly<Record<string, Contract>> = {
      train: parseContract(flights, at('flights.yaml')),
      holdout: parseContract(flights, at('flights.yaml')),
      csv: parseContract(dirty, at('dirty.yaml')),
      jsonl: parseContract(dirty, at('dirty.yaml')),
    };
    const files: Readonly<Record<string, { files: string[]; data: SparkData }>> = {
      train: {
        files: [at('flights/a.parquet'), at('flights/b [1].parquet')],
        data: of('train', 'flights/[ab]*.parquet', 'parquet'),
      },
      holdout: {
        files: [at('flights/holdout.parquet')],
        data: of('holdout', 'flights/holdout.parquet', 'parquet'),
      },
      csv: {
        files: ['1.csv', '2.csv', '3.csv', '4.csv'].map((name) => at('csv', name)),
        data: of('csv', 'csv/*.csv', 'csv'),
      },
      jsonl: { files: [at('jsonl/1.jsonl')], data: of('jsonl', 'jsonl/*.jsonl', 'jsonl') },
    };
    // One session for all, since it takes longer to start than to count.
    const plans = Object.entries(files).map(([name, { data }]) => ({
      name,
      plan: planSpark(contracts[name]!, [data], true),
    }));
    answer = await runSpark(
      { ...plans[0]!.plan.job, sets: plans.flatMap(({ plan }) => plan.job.sets), overlap: [0, 1] },
      {
        submit: `${join(dirname(python!), 'spark-submit')} ${quick.join(' ')}`,
        where: {},
        temp: at('tmp'),
        cwd: folder,
        environment: environment(),
        signal: new AbortController().signal,
      },
    );
    for (const [i, { name, plan }] of plans.entries()) {
      const one = { ...answer, sets: [answer.sets[i]!] };
      spark[name] = readAnswer(plan, one, contracts[name]!, { folder, now })[0]!;
      const options = { engine, contract: contracts[name]!, name, files: files[name]!.files, folder, now };
      const { set, tables } = await validateDataset(options);
      const columns = contracts[name]!.columns.map(({ name: column, type }) => ({
        ...{ name: column, type },
        values: tables.map((table) => table.columns.find((c) => c.name === column)!.value),
      }));
      duckdb[name] = { set, profile: await profileTables(engine, tables, columns) };
    }
    const [train, holdout] = await Promise.all(
      ['train', 'holdout'].map(async (name) => {
        const options = { engine, contract: contracts.train!, name, files: files[name]!.files, folder, now };
        return validateDataset(options);
      }),
    );
    const hashes = [train!, holdout!].map(({ tables }) =>
      tables
        .map(({ columns, source }) => {
          const values = contracts.train!.columns.map(
            ({ name }) => columns.find((c) => c.name === name)!.value,
          );
          return `SELECT hash(${values.join(', ')}) AS h FROM ${source}`;
        })
        .join(' UNION ALL '),
    );
    const [both] = await engine.rows(
      `SELECT count(*) AS n FROM (${hashes[1]}) SEMI JOIN (${hashes[0]}) AS b USING (h)`,
    );
    expect(answer.overlap).toBe(both!.n);
    expect(answer.overlap).toBeGreaterThan(0);
  }, 600_000);
  afterAll(async () => {
    await engine.close();
    rmSync(folder, { recursive: true });
  });

  const of = (name: string, pattern: string, format: SparkData['format']): SparkData => ({
    ...{ name, format },
    patterns: [`file:${at(pattern)}`],
  });
  const environment = (): Record<string, string> => ({
    PATH: `${dirname(python!)}:${process.env.PATH ?? ''}`,
    HOME: folder,
    ...(process.env.JAVA_HOME && { JAVA_HOME: process.env.JAVA_HOME }),
    PYSPARK_PYTHON: python!,
    PYSPARK_DRIVER_PYTHON: python!,
    SPARK_LOCAL_IP: '127.0.0.1',
  });

  async function writeData(): Promise<void> {
    const source = resolve('node_modules/vega-datasets/data/flights-3m.parquet');
    await engine.run(
      `CREATE TEMP TABLE f AS SELECT CASE WHEN n % 5000 = 7 THEN n - 1 ELSE n END AS id, date, CASE WHEN n % 97 = 0 THEN NULL ELSE delay::INTEGER END AS delay,
         distance::FLOAT AS distance, exp(sin(n::DOUBLE) * 5) - 20 + CASE WHEN n % 9999 = 0 THEN 'nan'::DOUBLE ELSE 0 END AS fare, origin, 'N' || lpad((CASE WHEN n % 2 = 0 THEN n % 50 ELSE (n * 7919) % 30011 END)::VARCHAR, 5, '0') AS tail,
         concat('gate ', n % 90, ' was ', ['late', 'early', 'closed'][n % 3 + 1], ' on flight ', n) AS note, delay > 15 AS late
       FROM (SELECT *, row_number() OVER (ORDER BY date, origin, destination, delay) AS n FROM (SELECT * FROM read_parquet(${quoteText(source)}) LIMIT 36000))`,
    );
    const copy = (where: string, file: string): Promise<void> =>
      engine.run(
        `COPY (SELECT * FROM f WHERE ${where} ORDER BY id, note) TO ${quoteText(at('flights', file))} (FORMAT parquet)`,
      );
    await copy('id % 3 = 0', 'a.parquet');
    await copy('id % 3 = 1', 'b [1].parquet');
    await copy('id % 3 = 2 OR id % 600 = 0', 'holdout.parquet');
    const header = 'id,x,s,b,d,t';
    writeFileSync(at('csv/1.csv'), `\ufeff${header}\n${dirtyRows(0, 400).join('\n')}\n`);
    writeFileSync(at('csv/2.csv'), `${header}\r\n${dirtyRows(400, 100).join('\r\n')}\r\n`);
    writeFileSync(at('csv/3.csv'), `t;d;b;s;x;id;more\n2001-01-01;2001-01-01;1;a;1.5;7;x\n;;;;;;\n`);
    writeFileSync(at('csv/4.csv'), `${header}\n1,2\n${dirtyRows(500, 50).join('\n')}\n1,2,3,4,5,6,7\n`);
    const rows = Array.from({ length: 200 }, (_, i) =>
      JSON.stringify({
        ...{ id: i % 190, x: i % 7 === 0 ? null : i / 8, s: ['a', 'ü x', '', 'line\nbreak', '"'][i % 5] },
        ...(i % 3 > 0 && { b: i % 2 === 0 }),
        ...{ d: days[i % days.length], t: times[i % times.length] },
      }),
    );
    writeFileSync(at('jsonl/1.jsonl'), `${rows.join('\n')}\n{"id": 1, "x":\n`);
  }

  it.each(['train', 'holdout', 'csv', 'jsonl'])(
    'finds in %s what DuckDB finds, in the same words',
    (name) => {
      expect(said(spark[name]!.set.findings)).toEqual(said(duckdb[name]!.set.findings));
      expect(spark[name]!.set.findings.length).toBeGreaterThan(0);
    },
  );

  it.each(['train', 'holdout', 'csv', 'jsonl'])('counts rows, and names the content of %s, alike', (name) => {
    const { files, rows, digest } = duckdb[name]!.set;
    expect(spark[name]!.set).toMatchObject({ rows, digest });
    expect(spark[name]!.set.files).toEqual(
      files.map(({ path, bytes, sha256, rows, rejected }) => ({ path, bytes, sha256, rows, rejected })),
    );
  });

  it.each(['train', 'holdout', 'csv', 'jsonl'])('makes the same profile of %s', (name) => {
    compare(parse(profileSchema, spark[name]!.profile), duckdb[name]!.profile);
  });

  it('names the rows that fail', () => {
    const rows = (set: ValidatedSet, rule: string): unknown[] =>
      set.findings
        .find((f) => f.rule === rule)!
        .examples.map(({ file, row, value }) => ({ file, row, value }));
    for (const rule of ['minimum', 'pattern', 'unique']) {
      expect(rows(spark.train!.set, rule)).toEqual(rows(duckdb.train!.set, rule));
    }
  });

  it('has the kinds of columns that profiles tell apart, and quantiles within their error', () => {
    const { columns } = spark.train!.profile!;
    expect(Object.fromEntries(columns.map(({ name, values }) => [name, values.kind]))).toMatchObject({
      ...{ id: 'rounded', date: 'exact', fare: 'rounded', origin: 'exact', tail: 'top', note: 'top' },
    });
    const fare = columns.find(({ name }) => name === 'fare')!;
    const other = duckdb.train!.profile.columns.find(({ name }) => name === 'fare')!;
    for (const p of [0.01, 0.5, 0.99]) expect(quantile(fare, p)).toBe(quantile(other, p));
  });

  it('is what the action runs', async () => {
    const saved = at('tmp/answer.json');
    writeFileSync(saved, JSON.stringify({ ...answer, sets: answer.sets.slice(0, 2) }));
    writeFileSync(at('flights.yaml'), flights);
    writeFileSync(
      at('model.yml'),
      `name: late
task: regression
data:
  contract: flights.yaml
  train: flights/[ab]*.parquet
  holdout: flights/holdout.parquet
  engine: spark
  spark: { submit: 'cp ${saved} "$MLOPS_SPARK_ANSWER" #' }
train: { run: 'true' }
evaluate: { run: 'true', label: late, prediction: p, gates: [{ metric: rmse, max: 1 }] }
`,
    );
    const run = (inputs: Readonly<Record<string, string>>) =>
      action.main(
        readInputs(action.definition.inputs, (name) => inputs[name]),
        dependenciesIn(folder, at('tmp')),
      );
    const { outputs, result, failure } = await run({});
    const validation = parse(validationSchema, result);
    expect(outputs).toMatchObject({
      verdict: 'fail',
      rows: duckdb.train!.set.rows,
      digest: duckdb.train!.set.digest,
    });
    expect(failure).toMatch(/does not keep its contract/);
    expect(validation.engine).toBe(`spark ${answer.spark}`);
    expect(validation.reasons.join()).toMatch(/nobody looked at leakage but for equal rows, outliers/);
    expect(validation.datasets[1]!.findings.map(({ rule }) => rule)).toContain('overlap');
    const written = JSON.parse(readFileSync(String(outputs.profile), 'utf8')) as unknown;
    expect(parse(profileSchema, written)).toEqual(spark.train!.profile);
    await expect(run({ shard: '1/2' })).rejects.toThrow(/"shard" and engine: spark do not go together/);
    await expect(run({ train: 's3a://lake/flights/' })).rejects.toThrow(/names of train do not tell/);
  });

  it('merges its profiles with its like, not with DuckDB’s', () => {
    const [train, holdout] = [spark.train!.profile!, spark.holdout!.profile!];
    const both = mergeProfiles(train, holdout);
    expect(both.rows).toBe(train.rows + holdout.rows);
    expect(() => mergeProfiles(train, duckdb.holdout!.profile)).toThrow(/different engines/);
  });
});

it('names every check that Spark cannot make in the same way, at its place', () => {
  const text = contractOf(
    `      - { name: s, logicalType: string, logicalTypeOptions: { pattern: '\\bx' } }
      - { name: x, logicalType: number, quality: [{ type: sql, query: 'SELECT 1', mustBe: 1 }] }
`,
  );
  const contract = parseContract(text, 'contract.yaml');
  const data: SparkData = { name: 'train', patterns: ['s3a://b/*'], format: 'parquet' };
  let message = '';
  try {
    planSpark(contract, [data], true);
  } catch (error) {
    message = (error as Error).message;
  }
  expect(message).toMatch(/contract.yaml:10:\d+: pattern cannot be checked with engine: spark: the pattern/);
  expect(message).toMatch(/contract.yaml:11:\d+: sql cannot be checked with engine: spark/);
});

describe('a command that fails', () => {
  const run = (submit: string): Promise<unknown> =>
    runSpark(
      { sets: [], profile: true, exactLimit: 1, keptRows: 1, wordRows: 1, wordCharacters: 1 },
      {
        ...{ submit, where: { file: 'model.yml', line: 5 }, temp: tmpdir(), cwd: tmpdir() },
        ...{ environment: { PATH: process.env.PATH ?? '' }, signal: new AbortController().signal },
      },
    );

  it.each([
    ['no-such-spark-submit', /model.yml:5: Spark ended with exit code 127: .* → install Spark on the runner/],
    [
      `sh -c 'echo "java.io.IOException: no space" >&2; exit 1' --`,
      /exit code 1: java.io.IOException: no space/,
    ],
    ['true', /its answer is not on this machine → run the driver here/],
    [`sh -c 'echo "{}" > "$2"'`, /answer.json: .*spark/s],
  ])('%s says what to do', async (submit, message) => {
    await expect(run(submit)).rejects.toThrow(message);
  });
});
