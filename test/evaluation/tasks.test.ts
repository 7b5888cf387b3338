import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { type Engine, openEngine } from '../../src/engine/engine.js';
import { decideGate } from '../../src/evaluation/gate.js';
import { readLabels } from '../../src/evaluation/labels.js';
import { readPredictions } from '../../src/evaluation/predictions.js';
import { readRules } from '../../src/evaluation/rules.js';
import { loadSpec } from '../../src/spec/load.js';
import { specSchema } from '../../src/spec/schema.js';
import { duckdbLibrary } from '../engine/library.js';

const at = (path: readonly (string | number)[]) => ({ file: 'model.yml', line: 1 + path.length });

describe('rows of every task', () => {
  let folder: string;
  let engine: Engine;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tasks-'));
    engine = await openEngine({
      library: duckdbLibrary,
      temp: join(folder, 'temp'),
      allowedFolders: [folder],
    });
  });
  afterAll(async () => {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function read(task: string, labels: string, predictions: string, evaluate: Record<string, unknown>) {
    const spec = v.parse(specSchema, {
      name: 'm',
      task,
      data: { contract: 'c', train: 't', holdout: 'h' },
      train: { run: 'x' },
      evaluate: { run: 'x', gates: [{ metric: 'm', min: 1 }], ...evaluate },
    });
    const [truth, guess] = [join(folder, 'labels.csv'), join(folder, 'predictions.csv')];
    await writeFile(truth, labels);
    await writeFile(guess, predictions);
    try {
      const known = await readLabels(engine, [truth], spec.task, spec.evaluate, at);
      const rows = await readPredictions(engine, guess, known, spec.task, spec.evaluate, at);
      return { spec, rows, error: '' };
    } catch (error) {
      return { error: (error as Error).message.replaceAll(`${folder}/`, '') };
    }
  }
  const several = { labels: { cat: 'is_cat', dog: 'is_dog' }, score: { dog: 'p_dog', cat: 'p_cat' } };

  it('weights, clusters and means of columns, matched by id', async () => {
    const { rows } = await read(
      'binary-classification',
      'k,y,w,who\na,1,2,7\nb,0,0.5,8\nc,1,1,7\n',
      'k,p,cost\nc,0.3,30\na,0.1,10\nb,0.2,20\n',
      {
        label: 'y',
        id: 'k',
        score: 'p',
        'sample-weight': 'w',
        group: 'who',
        gates: [{ 'mean-of': 'cost', max: 100 }],
      },
    );
    expect(rows).toMatchObject({
      scores: Float64Array.of(0.1, 0.2, 0.3),
      weights: Float64Array.of(2, 0.5, 1),
      clusters: Uint32Array.of(0, 1, 0),
      extras: new Map([['cost', Float64Array.of(10, 20, 30)]]),
    });
  });

  it('several labels, as numbers or as words', async () => {
    const { rows } = await read(
      'multilabel-classification',
      'is_cat,is_dog\n1,true\n0,false\n0,true\n',
      'p_cat,p_dog\n0.9,0.2\n0.5,0.1\n0.4,0.7\n',
      several,
    );
    expect(rows).toEqual({
      task: 'multilabel-classification',
      classes: ['cat', 'dog'],
      labels: Uint8Array.of(1, 1, 0, 0, 0, 1),
      scores: Float64Array.of(0.9, 0.2, 0.5, 0.1, 0.4, 0.7),
      predicted: Uint8Array.of(1, 0, 1, 0, 0, 1),
    });
  });

  it('rankings', async () => {
    const { rows } = await read('ranking', 'q,gain\nx,2\ny,0\nx,1\n', 's\n5\n-1\n7\n', {
      label: 'gain',
      query: 'q',
      score: 's',
    });
    expect(rows).toEqual({
      task: 'ranking',
      relevance: Float64Array.of(2, 0, 1),
      scores: Float64Array.of(5, -1, 7),
      queries: Uint32Array.of(0, 1, 0),
    });
  });

  const weighted = { label: 'y', score: 'p', 'sample-weight': 'w' };
  it.each<[string, string, string, string, Record<string, unknown>, RegExp]>([
    [
      'weight 0',
      'binary-classification',
      'y,w\n1,1\n0,0\n',
      'p\n0.1\n0.2\n',
      weighted,
      /labels\.csv:3: 0 in column "w" is no weight/,
    ],
    [
      'weight missing',
      'binary-classification',
      'y,w\n1,\n0,1\n',
      'p\n0.1\n0.2\n',
      weighted,
      /labels\.csv:2: nothing in column "w" is no weight/,
    ],
    [
      'group missing',
      'binary-classification',
      'y,g\n1,\n0,b\n',
      'p\n0.1\n0.2\n',
      { label: 'y', score: 'p', group: 'g' },
      /labels\.csv:2: nothing in column "g"/,
    ],
    [
      'no such group',
      'binary-classification',
      'y,g\n1,\n0,b\n',
      'p\n0.1\n0.2\n',
      { label: 'y', score: 'p', group: 'h' },
      /there is no column "h"/,
    ],
    [
      'a label of 2',
      'multilabel-classification',
      'is_cat,is_dog\n1,0\n2,1\n',
      'p_cat,p_dog\n0.9,0.2\n0.5,0.1\n',
      several,
      /labels\.csv:3: "2" in column "is_cat" is neither 0 nor 1/,
    ],
    [
      'a score above 1',
      'multilabel-classification',
      'is_cat,is_dog\n1,0\n0,1\n',
      'p_cat,p_dog\n0.9,0.2\n1.5,0.1\n',
      several,
      /predictions\.csv:3: 1\.5 in column "p_cat" is no probability/,
    ],
    [
      'an infinite rank',
      'ranking',
      'q,gain\nx,2\ny,0\n',
      's\n5\ninf\n',
      { label: 'gain', query: 'q', score: 's' },
      /predictions\.csv:3: .* in column "s" is no score/,
    ],
    [
      'negative relevance',
      'ranking',
      'q,gain\nx,2\ny,-1\n',
      's\n5\n1\n',
      { label: 'gain', query: 'q', score: 's' },
      /labels\.csv:3: -1 in column "gain" is no relevance/,
    ],
    [
      'an empty mean',
      'example-scores',
      'text\na\nb\n',
      'judge,x\n5,1\n,2\n',
      { gates: [{ 'mean-of': 'judge', min: 1 }], slices: ['text'] },
      /predictions\.csv:3: nothing, or NaN, in column "judge" is no number/,
    ],
  ])('%s is an error at its place', async (_, task, labels, predictions, evaluate, message) => {
    expect((await read(task, labels, predictions, evaluate)).error).toMatch(message);
  });

  it('example scores, judged by the direction that the rule says', async () => {
    const [n, lines] = [300, ['judge']];
    for (let i = 0; i < n; i++) lines.push(String(3 + (i % 3)));
    const texts = Array.from({ length: n }, (_, i) => `t${i % 2}`).join('\n');
    const { spec, rows } = await read('example-scores', `kind\n${texts}\n`, `${lines.join('\n')}\n`, {
      gates: [
        { 'mean-of': 'judge', min: 3.8 },
        { 'mean-of': 'judge', 'max-drop': 0.1, versus: 'champion' },
      ],
      slices: ['kind'],
    });
    const decision = decideGate({
      rules: readRules(spec!.evaluate.gates, spec!.task, at),
      challenger: rows!,
      baselineOf: () => ({ rows: rows!, name: 'the champion' }),
      slices: [],
      minSliceRows: 10,
      confidence: 0.95,
      seed: 1,
      withoutChampion: 'absolute-only',
    });
    expect(decision.verdict).toBe('pass');
    expect(decision.reasons.others[0]).toMatch(
      /^Mean of judge is 4, at least 3\.92\d* with 95 % confidence; the rule asks for 3\.8$/,
    );
    expect(decision.rules[1]!.reason).toMatch(/that of the champion 4: lower by at most 0\.0\d+ with/);
  });

  it('what a task needs is told at once, and what it cannot use', async () => {
    const file = join(folder, 'model.yml');
    const problems = async (task: string, evaluate: string) => {
      await writeFile(
        file,
        `name: m\ntask: ${task}\ndata: { contract: c, train: t, holdout: h }\ntrain: { run: x }\nevaluate:\n  run: x\n${evaluate}`,
      );
      return loadSpec(file).then(
        () => '',
        (error: unknown) => (error as Error).message,
      );
    };
    const gates = '  gates: [{ mean-of: cost, max: 3 }]\n';
    expect(await problems('example-scores', gates)).toBe('');
    expect(await problems('ranking', gates)).toMatch(
      /evaluate\.label is missing[^]*evaluate\.query is missing/,
    );
    expect(await problems('multilabel-classification', gates)).toContain('evaluate.labels is missing');
    expect(
      await problems('multilabel-classification', `  labels: { a: x, b: y }\n  score: { a: p }\n${gates}`),
    ).toContain('evaluate.score names no column for b');
    expect(await problems('regression', `  label: y\n  prediction: p\n  query: q\n${gates}`)).toContain(
      'evaluate.query belongs to task: ranking',
    );
    expect(await problems('example-scores', '  gates: [{ mean-of: cost, metric: mae, max: 3 }]\n')).toContain(
      'a gate needs a metric, or mean-of',
    );
  });
});
