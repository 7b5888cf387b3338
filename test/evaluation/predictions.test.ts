import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engine, openEngine } from '../../src/engine/engine.js';
import { readLabels } from '../../src/evaluation/labels.js';
import type { Task } from '../../src/evaluation/metrics/metric.js';
import { readPredictions } from '../../src/evaluation/predictions.js';
import type { BinaryRows, MulticlassRows } from '../../src/evaluation/rows.js';
import { specSchema } from '../../src/spec/schema.js';
import * as v from 'valibot';
import { duckdbLibrary } from '../engine/library.js';

const at = (path: readonly (string | number)[]) => ({ file: 'model.yml', line: 1 + path.length });

describe('predictions beside labels', () => {
  let folder: string;
  let engine: Engine;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'predictions-'));
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

  async function write(name: string, text: string): Promise<string> {
    const file = join(folder, name);
    await writeFile(file, text);
    return file;
  }

  /** Reads texts of files; answers the rows, or the error's message without the folder. */
  async function read(
    labels: string | readonly string[],
    predictions: string,
    evaluate: Record<string, unknown> = { score: 'p' },
    task: Task = 'binary-classification',
    extension = 'csv',
  ) {
    const spec = v.parse(specSchema, {
      name: 'm',
      task,
      data: { contract: 'c', train: 't', holdout: 'h' },
      train: { run: 'x' },
      evaluate: { run: 'x', label: 'y', gates: [{ metric: 'm', min: 1 }], ...evaluate },
    });
    try {
      const files = await Promise.all([labels].flat().map((text, i) => write(`labels-${i}.csv`, text)));
      const truth = await readLabels(engine, files, task, spec.evaluate, at);
      const file = await write(`predictions.${extension}`, predictions);
      return { truth, rows: await readPredictions(engine, file, truth, task, spec.evaluate, at), error: '' };
    } catch (error) {
      return { error: (error as Error).message.replaceAll(`${folder}/`, '') };
    }
  }
  const four = 'y\n1\n0\n1\n0\n';
  const scores = 'p\n0.9\n0.2\n0.5\n0.4\n';

  it('match by position, over several files', async () => {
    const { rows } = await read(['y\n1\n0\n', 'y\n1\n0\n'], scores);
    expect(rows).toEqual({
      task: 'binary-classification',
      labels: Uint8Array.of(1, 0, 1, 0),
      scores: Float64Array.of(0.9, 0.2, 0.5, 0.4),
      predicted: Uint8Array.of(1, 0, 1, 0),
    });
  });

  it('match by ids that are numbers of any size, however they are written', async () => {
    const long = (end: number): string => `1234567890123456789${end}`;
    const one = await read(
      `k,y\n${long(1)},1\n${long(2)},0\n${long(3)},1\n`,
      `k,p\n${long(3)},0.3\n${long(1)},0.1\n${long(2)},0.2\n`,
      { score: 'p', id: 'k' },
    );
    expect(one.error).toBe('');
    expect((one.rows as BinaryRows).scores).toEqual(Float64Array.of(0.1, 0.2, 0.3));
    const other = await read('k,y\n1,1\n2,0\n', 'k,p\n2.0,0.2\n1.0,0.1\n', { score: 'p', id: 'k' });
    expect((other.rows as BinaryRows).scores).toEqual(Float64Array.of(0.1, 0.2));
  });

  it('keep groups apart that no DOUBLE tells apart', async () => {
    const { rows } = await read(
      `g,y\n9007199254740993,1\n9007199254740992,0\n9007199254740993,1\n`,
      'p\n0.9\n0.2\n0.5\n',
      { score: 'p', group: 'g' },
    );
    expect(rows!.clusters).toEqual(Uint32Array.of(0, 1, 0));
  });

  it('are cut by ranges of days, and of numbers, as their column holds them', async () => {
    const data = 'y,day,size\n1,2026-01-10,1\n0,2026-02-10,5\n1,2026-02-20,9\n';
    const by = (column: string, ranges: readonly (string | number)[]) =>
      read(data, 'p\n0.9\n0.2\n0.5\n', { score: 'p', slices: [{ column, ranges }] });
    const { truth } = await by('day', ['2026-01-01', '2026-02-01']);
    expect(truth!.slices[0]!.slices.map(({ value, places }) => [value, places.length])).toEqual([
      ['2026-01-01 to 2026-02-01', 1],
      ['2026-02-01 or more', 2],
    ]);
    expect((await by('day', [5])).error).toMatch(/column "day" holds days or times.*2026-01-31/);
    expect((await by('size', ['2026-02-01'])).error).toMatch(/column "size" holds no days.*as numbers/);
  });

  it('match by id, whatever their order', async () => {
    const { rows, truth } = await read('k,y,place\na,1,x\nb,0,\nc,1,z\n', 'p,k\n0.3,c\n0.1,a\n0.2,b\n', {
      score: 'p',
      id: 'k',
      slices: ['place'],
    });
    expect((rows as BinaryRows).scores).toEqual(Float64Array.of(0.1, 0.2, 0.3));
    expect(truth!.slices[0]!.slices.map(({ value }) => value)).toEqual([null, 'x', 'z']);
  });

  it('are read from JSONL, and labels may be words', async () => {
    const { rows } = await read(
      'y\nlate\nontime\n',
      '{"p":0.7}\n{"p":0.1}\n',
      { score: 'p', positive: 'late' },
      'binary-classification',
      'jsonl',
    );
    expect((rows as BinaryRows).labels).toEqual(Uint8Array.of(1, 0));
  });

  it('of several classes: the most probable, or the one that is named', async () => {
    const score = { a: 'pa', b: 'pb', c: 'pc' };
    const probable = await read(
      'y\na\nb\nc\n',
      'pa,pb,pc\n0.5,0.3,0.2\n0.6,0.3,0.1\n0,0,1\n',
      { score },
      'multiclass-classification',
    );
    expect((probable.rows as MulticlassRows).predicted).toEqual(Uint16Array.of(0, 0, 2));
    const named = await read(
      'y\na\nb\na\n',
      'q\na\nd\nb\n',
      { prediction: 'q' },
      'multiclass-classification',
    );
    expect(named.rows).toMatchObject({ classes: ['a', 'b', 'd'], predicted: Uint16Array.of(0, 2, 1) });
  });

  it('of numbers', async () => {
    const { rows } = await read('y\n1.5\n-2\n', 'q\n1\n-3\n', { prediction: 'q' }, 'regression');
    expect(rows).toMatchObject({ targets: Float64Array.of(1.5, -2), predicted: Float64Array.of(1, -3) });
  });

  const binary = { score: 'p' };
  const byId = { score: 'p', id: 'k' };
  const keyed = 'k,y\na,1\nb,0\nc,1\n';
  it.each<[string, string, string, Record<string, unknown>, Task, RegExp]>([
    [
      'rows short',
      four,
      'p\n0.1\n',
      binary,
      'binary-classification',
      /predictions\.csv: 1 prediction for 4 hold-out rows → .*evaluate\.id/,
    ],
    [
      'above 1',
      four,
      'p\n0.1\n0.2\n1.2\n7\n',
      binary,
      'binary-classification',
      /predictions\.csv:4: 1\.2 in column "p" is no probability \(and 1 more\)/,
    ],
    [
      'NaN',
      four,
      'p\n0.1\nnan\n0.2\n0.3\n',
      binary,
      'binary-classification',
      /predictions\.csv:3: nothing, or NaN, in column "p"/,
    ],
    [
      'empty',
      four,
      'p,q\n0.1,\n,\n0.2,\n0.3,\n',
      binary,
      'binary-classification',
      /predictions\.csv:3: nothing/,
    ],
    [
      'text',
      four,
      'p\n0.1\nhigh\n0.2\n0.3\n',
      binary,
      'binary-classification',
      /predictions\.csv:3: .*"high" is not of type number/,
    ],
    [
      'other column',
      four,
      'prob\n1\n',
      { score: 'proba' },
      'binary-classification',
      /there is no column "proba" → did you mean "prob"\?/,
    ],
    [
      'label column',
      'label\n1\n',
      scores,
      binary,
      'binary-classification',
      /labels-0\.csv:1: there is no column "y" → the file has: label/,
    ],
    [
      'slice column',
      four,
      scores,
      { score: 'p', slices: ['place'] },
      'binary-classification',
      /there is no column "place"/,
    ],
    [
      'no label',
      'y,z\n1,\n,\n0,\n',
      scores,
      binary,
      'binary-classification',
      /labels-0\.csv:3: no label in column "y"/,
    ],
    ['three labels', 'y\n1\n0\n2\n', scores, binary, 'binary-classification', /has 3 labels \(0, 1, 2\)/],
    [
      'which is positive',
      'y\nyes\nno\n',
      scores,
      binary,
      'binary-classification',
      /which of the labels no and yes.*add evaluate\.positive: no, or evaluate\.positive: yes/,
    ],
    [
      'one label alone',
      'y\nno\nno\n',
      scores,
      binary,
      'binary-classification',
      /every hold-out row is labelled "no", so that the positive class cannot be told(?!.*positive: no)/,
    ],
    [
      'classes with blanks',
      'y\nb\nc\nb\n',
      'q\n b\nc\n b\n',
      { prediction: 'q' },
      'multiclass-classification',
      /predictions\.csv:2: " b" in column "q" is no label.*differs from "b" only by blanks \(and 1 more\)/,
    ],
    [
      'classes in capitals',
      'y\nb\nc\nb\n',
      'q\nB\nc\nB\n',
      { prediction: 'q' },
      'multiclass-classification',
      /"B" in column "q".*differs from "b" only by upper and lower case/,
    ],
    [
      'classes of something else',
      'y\nb\nc\nb\n',
      'q\nred\nblue\nred\n',
      { prediction: 'q' },
      'multiclass-classification',
      /no value in column "q" is a label of the hold-out data \(b, c\)/,
    ],
    [
      'a binary class with blanks',
      'y\nyes\nno\nno\n',
      'p,q\n0.9,yes \n0.1,no\n0.1,no\n',
      { score: 'p', prediction: 'q', positive: 'yes' },
      'binary-classification',
      /"yes " in column "q" is no label.*differs from "yes" only by blanks/,
    ],
    [
      'ids written otherwise',
      'k,y\na,1\nb,0\nc,1\n',
      'k,p\nA,0.9\nB,0.1\nC,0.5\n',
      { score: 'p', id: 'k' },
      'binary-classification',
      /with id "a".*\(and 2 more\); the predictions write it "A"/,
    ],
    [
      'positive unknown',
      'y\nyes\nno\n',
      scores,
      { score: 'p', positive: 'yess' },
      'binary-classification',
      /did you mean "yes"\?/,
    ],
    [
      'doubled id',
      keyed,
      'k,p\na,0.1\nb,0.2\na,0.3\nc,0.4\n',
      byId,
      'binary-classification',
      /predictions\.csv:4: id "a" is there already in line 2/,
    ],
    [
      'doubled label id',
      'k,y\na,1\na,0\n',
      'k,p\na,0.1\n',
      byId,
      'binary-classification',
      /labels-0\.csv:3: id "a" is there already/,
    ],
    [
      'missing id',
      keyed,
      'k,p\na,0.1\nb,0.2\n',
      byId,
      'binary-classification',
      /no prediction for the hold-out row with id "c", line 4/,
    ],
    [
      'unknown id',
      keyed,
      'k,p\na,0.1\nb,0.2\nc,0.3\nd,0.4\n',
      byId,
      'binary-classification',
      /predictions\.csv:5: id "d" is in no hold-out row/,
    ],
    ['empty file', four, '', binary, 'binary-classification', /predictions\.csv: the file is empty/],
    ['no rows', four, 'p\n', binary, 'binary-classification', /has no rows/],
    [
      'no class',
      'y\na\nb\n',
      'q\na\n""\n',
      { prediction: 'q' },
      'multiclass-classification',
      /predictions\.csv:3: nothing in column "q" is no class/,
    ],
    [
      'no column for a label',
      'y\na\nb\n',
      'pa\n1\n1\n',
      { score: { a: 'pa' } },
      'multiclass-classification',
      /names no column for the label "b"/,
    ],
    [
      'sum',
      'y\na\nb\n',
      'pa,pb\n1,0\n0.5,0.7\n',
      { score: { a: 'pa', b: 'pb' } },
      'multiclass-classification',
      /predictions\.csv:3: .* add up to 1\.2, not 1/,
    ],
    [
      'infinite',
      'y\n1\n2\n',
      'q\n1\ninf\n',
      { prediction: 'q' },
      'regression',
      /predictions\.csv:3: (Infinity|.*inf)/,
    ],
    ['infinite label', 'y\n1\ninf\n', 'q\n1\n1\n', { prediction: 'q' }, 'regression', /labels-0\.csv:3: /],
  ])('refuses: %s', async (_, labels, predictions, evaluate, task, message) => {
    const { error } = await read(labels, predictions, evaluate, task);
    expect(error).toMatch(message);
  });
});
