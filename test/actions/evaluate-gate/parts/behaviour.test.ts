import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { openEngine } from '../../../../src/engine/engine.js';
import { duckdbLibrary } from '../../../engine/library.js';
import { type Loans, csvOf, loans, openLoans, rows, specOf } from './model.js';

describe('behaviour tests, by running the model', () => {
  let project: Loans;
  beforeAll(async () => {
    project = await openLoans();
  });
  afterAll(() => project.close());

  const invariance = `behaviour:
  invariance:
    - { columns: sex, values: [f, m], max-share: 2% }
    - { name: notes do not matter, columns: [note], replace-words: { boat: yacht, Mary: John }, tolerance: 0.01, max-share: 5% }`;

  it('lets a model pass that does not look at what must not matter', async () => {
    const { decision, markdown } = await project.gate(invariance);
    expect(decision.verdict).toBe('pass');
    const [sex, note] = decision.behaviour!.tests;
    expect(sex).toMatchObject({ verdict: 'pass', rows, share: { value: 0 }, seed: 2, witnesses: [] });
    // Notes without these words are not tested.
    expect(note).toMatchObject({ verdict: 'pass', rows: rows / 4, name: 'notes do not matter', seed: null });
    expect(decision.behaviour!.repeated).toEqual({ rows, changed: 0 });
    expect(decision.reasons).toContain('2 behaviour tests passed');
    expect(markdown).toContain('Behaviour (2 tests passed)');
  });

  it('fails one that does, and shows the rows', async () => {
    const { decision, markdown, html } = await project.gate(invariance, { female: -1.5, boat: 2 });
    expect(decision.verdict).toBe('fail');
    const [sex, note] = decision.behaviour!.tests;
    expect(sex!.verdict).toBe('fail');
    expect(sex!.reason).toMatch(/^sex: another of f, m: the answer changes in \d+ % of 600 rows, at least/);
    expect(note).toMatchObject({ verdict: 'fail', share: { value: 1 } });
    expect(sex!.witnesses).toHaveLength(5);
    const { place, changes, before, after } = sex!.witnesses[0]!;
    const line = Number(/^holdout\.csv:(\d+)$/.exec(place)![1]);
    const own = loans[line - 2]!.sex;
    expect(changes).toEqual([{ column: 'sex', before: own, after: own === 'f' ? 'm' : 'f' }]);
    expect([before, after].map((text) => text.slice(0, 1)).sort()).toEqual(['0', '1']);
    expect(markdown).toContain('loan does not pass on 600 hold-out rows: 2 of 2 behaviour tests fail');
    expect(markdown).toContain('Behaviour (2 of 2 tests failed)');
    expect(html).toContain(place);
  });

  it('draws rows among those that a change touches, however rare', async () => {
    const { decision } = await project.gate(
      `when-inconclusive: needs-review
behaviour:
  rows: 30
  invariance:
    - { columns: note, replace: { 'old house, two rooms': flat }, max-share: 20% }
    - { columns: [sex, note], replace-words: { car: bus }, max-share: 20% }
    - { columns: sex, values: [f, m], max-share: 20% }`,
      { female: -1.5 },
    );
    // A quarter of the rows have either note: 30 are drawn for each test, and 30 of all.
    expect(decision.behaviour).toMatchObject({ rows: 30, repeated: { changed: 0 } });
    expect(decision.behaviour!.tests.map((test) => test.rows)).toEqual([30, 30, 30]);
  });

  it('knows the right direction from the wrong', async () => {
    const direction = (answer: string) => `behaviour:
  direction:
    - { column: income, add: 1, answer: ${answer}, max-share: 1% }
    - { column: term, multiply: 2, answer: not-higher, max: 100, max-share: 1% }`;
    const right = await project.gate(direction('not-lower'), { term: -0.02 });
    expect(right.decision.behaviour!.tests.map((test) => test.verdict)).toEqual(['pass', 'pass']);
    // Terms of 60 months would be 120, and are not tested.
    expect(right.decision.behaviour!.tests[1]!.rows).toBe((rows * 4) / 5);
    const wrong = await project.gate(direction('not-higher'), { term: 0.02 });
    expect(wrong.decision.behaviour!.tests.map((test) => test.verdict)).toEqual(['fail', 'fail']);
    expect(wrong.decision.behaviour!.tests[0]!.reason).toContain('income + 1: the answer rises in');
  });

  it('asks for cases that any model must get right', async () => {
    await project.write({
      'cases.csv': csvOf([
        {
          income: 30,
          term: 12,
          note: 'rich',
          expected: 1,
          expected_min: 0.9,
          expected_max: '',
          case: 'rich',
        },
        { income: 1, term: 12, note: 'poor', expected: 0, expected_min: '', expected_max: 0.2, case: 'poor' },
        { income: 6, term: 36, note: 'boat', expected: 1, expected_min: '', expected_max: '', case: '=1+1' },
      ]),
    });
    const of = (share: string) =>
      `behaviour:\n  minimum-functionality: [{ file: cases.csv, min-share: ${share} }]`;
    const { decision } = await project.gate(of('100%'), { boat: -1 });
    const [test] = decision.behaviour!.tests;
    expect(test).toMatchObject({
      verdict: 'fail',
      rows: 3,
      reason: 'cases.csv: 2 of 3 cases are answered as expected; all must be',
      columns: ['income', 'term', 'note'],
      witnesses: [
        {
          place: 'cases.csv:4',
          changes: [{ column: 'case', before: null, after: '=1+1' }],
          before: '1',
          after: '0 (0.2689)',
        },
      ],
    });
    expect((await project.gate(of('60%'), { boat: -1 })).decision.verdict).toBe('pass');
    await project.write({ 'cases.csv': 'incme,expected\n1,1\n' });
    await expect(project.gate(of('1'))).rejects.toThrow(
      /cases\.csv:1: the hold-out data have no column "incme" → did you mean "income"\?/,
    );
    await project.write({ 'cases.csv': 'income,expected\n1,yes\n2,\n' });
    await expect(project.gate(of('1'))).rejects.toThrow(/cases\.csv:3: this case says nothing/);
    await project.write({ 'cases.csv': 'income,expected\n1,yes\n' });
    await expect(project.gate(of('1'))).rejects.toThrow(/"yes" is no class of this model → there are 1, 0/);
  });

  it('measures the harm that noise, typos and missing values do', async () => {
    const { decision, markdown } = await project.gate(
      `behaviour:
  robustness:
    - { columns: income, noise: 0.05, max-share: 10% }
    - { columns: income, missing: 50%, metric: roc_auc, max-drop: 0.01 }
    - { columns: [income, term], missing: 10%, metric: log_loss, max-increase: 0.5 }
    - { columns: note, typos: 2, tolerance: 0.001, max-share: 50% }`,
      { boat: 0.5 },
    );
    const [noise, missing, loss, typos] = decision.behaviour!.tests;
    expect(noise!.verdict).toBe('pass');
    expect(noise!.share!.value).toBeGreaterThan(0);
    expect(missing).toMatchObject({ verdict: 'fail', rows, metric: { name: 'roc_auc' } });
    expect(missing!.metric!.difference.value).toBeLessThan(-0.05);
    expect(missing!.reason).toMatch(
      /^income: empty in 50 % of rows: ROC AUC is 0\.\d+, that of the same rows unchanged 0\.\d+: lower by at least/,
    );
    expect(loss!.verdict).toBe('pass');
    // Empty notes cannot be mistyped, and a second slip may undo the first; some slips hide "boat".
    expect(typos!.verdict).toBe('pass');
    expect(typos!.rows).toBeLessThanOrEqual((rows * 3) / 4);
    expect(typos!.rows).toBeGreaterThan(rows / 2);
    expect(typos!.share!.value).toBeGreaterThan(0);
    expect(markdown).toContain('at most 0.01 lower');
  });

  it('says that it cannot tell: of few rows, and of none', async () => {
    const { decision } = await project.gate(
      `when-inconclusive: needs-review
behaviour:
  rows: 100
  invariance:
    - { columns: sex, permute: true, max-share: 1% }
    - { columns: sex, replace: { x: y }, max-share: 1% }`,
    );
    expect(decision.verdict).toBe('inconclusive');
    const [few, none] = decision.behaviour!.tests;
    expect(few).toMatchObject({ verdict: 'inconclusive', share: { value: 0 }, rowsNeeded: 300 });
    expect(none).toMatchObject({ verdict: 'inconclusive', rows: 0, share: null });
  });

  it('repeats bit for bit, and says of a model that it does not repeat itself', async () => {
    const [one, other] = [await project.gate(invariance), await project.gate(invariance)];
    expect(one.decision).toEqual(other.decision);
    const random = await project.gate(invariance, { random: 3 });
    expect(random.decision.behaviour!.repeated.changed).toBeGreaterThan(rows / 2);
    expect(random.decision.reasons.join()).toContain('it is random, or looks at other rows');
  });

  it.each(['jsonl', 'jsonl.gz', 'tsv', 'csv.gz', 'parquet'])(
    'writes %s as the hold-out data are',
    async (kind) => {
      const file = `kinds/holdout.${kind}`;
      const text = kind.startsWith('jsonl')
        ? loans
            .map((row) => JSON.stringify({ ...row, income: Number(row.income), tags: ['a', 1] }))
            .join('\n') + '\n'
        : csvOf(loans);
      if (kind === 'parquet') {
        await project.write({ 'kinds/plain.csv': text });
        const engine = await openEngine({
          library: duckdbLibrary,
          temp: join(project.folder, 'temp'),
          allowedFolders: [project.folder],
        });
        await engine.run(
          `COPY (SELECT * REPLACE (CAST(income AS DECIMAL(8, 2)) AS income), DATE '2024-02-29' AS day FROM read_csv('${project.folder}/kinds/plain.csv', nullstr = '', allow_quoted_nulls = false)) TO '${project.folder}/${file}' (FORMAT parquet)`,
        );
        await engine.close();
      } else {
        const plain = kind === 'tsv' ? text.replaceAll(',', '\t').replaceAll('house\t', 'house,') : text;
        await project.write({ [file]: kind.endsWith('gz') ? gzipSync(plain) : plain });
      }
      // A program that reads this kind, by way of the one that reads CSV or JSONL.
      const via = kind.startsWith('jsonl') ? 'jsonl' : 'csv';
      await project.write({
        'convert.mjs': `
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
const file = process.env.MLOPS_DATA;
if (!file.endsWith('.${kind}')) throw new Error(file);
let bytes = readFileSync(file);
if (file.endsWith('.gz')) bytes = gunzipSync(bytes);
if (file.endsWith('.tsv')) bytes = Buffer.from(bytes.toString().split('\\n').map((line) => line.split('\\t').map((f) => f.includes(',') ? '"' + f + '"' : f).join(',')).join('\\n'));
if (file.endsWith('.parquet')) {
  const { DuckDBInstance } = await import(${JSON.stringify(createRequire(import.meta.url).resolve('@duckdb/node-api'))});
  const c = await (await DuckDBInstance.create()).connect();
  const types = (await (await c.run("DESCRIBE SELECT * FROM '" + file + "'")).getRowObjectsJS()).map((r) => r.column_type).join();
  if (types !== 'VARCHAR,BIGINT,DECIMAL(8,2),BIGINT,VARCHAR,VARCHAR,DATE') throw new Error(types);
  await c.run("COPY (SELECT * FROM '" + file + "') TO '" + process.env.MLOPS_PREDICTIONS + ".via.csv'");
  bytes = readFileSync(process.env.MLOPS_PREDICTIONS + '.via.csv');
}
if (/jsonl/.test(file) && !bytes.toString().split('\\n').slice(0, -1).every((l) => { const r = JSON.parse(l); return typeof r.income === 'number' && r.tags[1] === 1; })) throw new Error('types');
const via = process.env.MLOPS_PREDICTIONS + '.via.${via}';
writeFileSync(via, bytes);
process.exitCode = spawnSync('node', ['predict.mjs'], { stdio: 'inherit', env: { ...process.env, MLOPS_DATA: via } }).status;
`,
      });
      const spec = specOf(invariance, file).replace('node predict.mjs', 'node convert.mjs');
      const { decision } = await project.gate('', { female: -1.5 }, { spec });
      const plain = await project.gate(invariance, { female: -1.5 });
      expect(decision.behaviour!.tests.map((test) => [test.verdict, test.rows, test.share])).toEqual(
        plain.decision.behaviour!.tests.map((test) => [test.verdict, test.rows, test.share]),
      );
      expect(decision.behaviour!.repeated.changed).toBe(0);
    },
  );

  it.each<[string, string, RegExp]>([
    [
      'an unknown column',
      'invariance: [{ columns: sexx, permute: true, max-share: 1% }]',
      /model\.yml:\d+:\d+: the hold-out data have no column "sexx" → did you mean "sex"\?/,
    ],
    [
      'noise for texts',
      'robustness: [{ columns: note, noise: 1, max-share: 1% }]',
      /noise changes numbers, and column "note" is of type string/,
    ],
    [
      'a half of a whole number',
      'direction: [{ column: term, add: 0.5, answer: not-lower, max-share: 1% }]',
      /holds whole numbers, and add is 0\.5/,
    ],
    [
      'a loss the wrong way',
      'robustness: [{ columns: term, noise: 1, metric: log_loss, max-drop: 0.1 }]',
      /log_loss is better when it is lower/,
    ],
    [
      'a class there is not',
      'direction: [{ column: income, add: 1, class: rich, answer: not-lower, max-share: 1% }]',
      /no number for "rich": there are 1/,
    ],
    ['two changes', 'invariance: [{ columns: sex, permute: true, set: f, max-share: 1% }]', /exactly one of/],
    ['no room at all', 'invariance: [{ columns: sex, permute: true, max-share: 0 }]', /must be above 0/],
    ['no test', 'rows: 100', /needs a test/],
  ])('refuses %s', async (_, tests, message) => {
    await expect(project.gate(`behaviour:\n  ${tests}`)).rejects.toThrow(message);
  });

  it('keeps a threshold that was chosen', async () => {
    const { decision } = await project.gate(`threshold: { maximise: f1 }\n${invariance}`);
    expect(decision.behaviour).toMatchObject({ verdict: 'pass', repeated: { changed: 0 } });
    expect(decision.behaviour!.tests[0]!.share!.value).toBe(0);
  });

  it('takes waivers of single tests', async () => {
    const waived = (until: string) => `${invariance}
waivers: [{ gate: notes do not matter, reason: boats are rare, by: ann, until: ${until} }]`;
    const { decision } = await project.gate(waived('2999-01-01'), { boat: 2 });
    expect(decision.behaviour!.tests.map((test) => test.verdict)).toEqual(['pass', 'fail']);
    expect(decision.verdict).toBe('pass');
    expect((await project.gate(waived('2020-01-01'), { boat: 2 })).decision.verdict).toBe('fail');
  });

  it('is cancelled with the job', async () => {
    const cancelling = new AbortController();
    const spec = specOf(invariance).replace(
      'node predict.mjs',
      () => `'case $MLOPS_DATA in */changed/*) echo $$ > asked; sleep 300;; *) node predict.mjs;; esac'`,
    );
    const running = project.gate('', {}, { spec, signal: cancelling.signal });
    running.catch(() => undefined);
    const asked = join(project.folder, 'asked');
    while (!existsSync(asked) || (await readFile(asked, 'utf8')) === '') await delay(20);
    const leader = Number(await readFile(asked, 'utf8'));
    cancelling.abort(new Error('cancelled'));
    await expect(running).rejects.toThrow('cancelled');
    // A killed child stays a moment until init has taken its status.
    const lives = () => {
      try {
        return process.kill(-leader, 0);
      } catch {
        return false;
      }
    };
    for (let i = 0; i < 100 && lives(); i++) await delay(50);
    expect(lives()).toBe(false);
  });

  it('wants the model, and ends with its program', async () => {
    await project.write({ 'p.csv': `id,p\n${loans.map(({ id }) => `${id},0.5`).join('\n')}\n` });
    await expect(
      project.gate(invariance, {}, { inputs: { candidate: '', predictions: 'p.csv' } }),
    ).rejects.toThrow(/model\.yml:\d+:\d+: evaluate\.behaviour runs the model on other rows/);
    const spec = specOf(invariance).replace(
      'node predict.mjs',
      `'case $MLOPS_DATA in */changed/*) exit 3;; *) node predict.mjs;; esac'`,
    );
    await expect(project.gate('', {}, { spec })).rejects.toThrow(/ended with exit code 3 for the challenger/);
  });
});
