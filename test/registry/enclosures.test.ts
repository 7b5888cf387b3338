import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunRecord } from '../../src/formats/run-record.js';
import { lineageOf, readEvidence, readRunRecord, refuseFailed } from '../../src/registry/enclosures.js';
import { sha256 } from './shelf.js';

const folder = mkdtempSync(join(tmpdir(), 'enclosures-'));
afterAll(() => rmSync(folder, { recursive: true }));
const write = (name: string, value: unknown): string => {
  const file = join(folder, name);
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
  return file;
};

describe('reading evidence', () => {
  it('gives each result with what it says of itself, in the order of the files', async () => {
    const files = [
      write('evaluation.json', { kind: 'evaluation', model: 'late', verdict: 'fail', more: 1 }),
      write('profile.json', { kind: 'profile' }),
      write('drift-2.json', { kind: 'drift-2', verdict: 'inconclusive' }),
    ];
    const found = await readEvidence('late', files);
    expect(found.map(({ bytes: _, ...said }) => said)).toEqual([
      { kind: 'evaluation', verdict: 'fail' },
      { kind: 'profile' },
      { kind: 'drift-2', verdict: 'inconclusive' },
    ]);
    expect(Buffer.from(found[1]!.bytes).toString()).toBe('{"kind":"profile"}');
  });

  it('lists what waivers covered, and nothing where they covered nothing', async () => {
    const list = [{ covers: ['roc_auc', 'ece'] }, {}, { covers: ['f1'] }];
    const files = [
      write('waived.json', { kind: 'evaluation', verdict: 'pass', waivers: { list } }),
      write('unused.json', { kind: 'evaluation', verdict: 'pass', waivers: { list: [{}] } }),
    ];
    const [waived, unused] = await readEvidence('late', files);
    expect(waived!.waived).toEqual(['roc_auc', 'ece', 'f1']);
    expect(unused).not.toHaveProperty('waived');
  });

  it('names every file that is another model’s', async () => {
    const files = ['a', 'late', 'b'].map((model) => write(`${model}.json`, { kind: 'evaluation', model }));
    const read = readEvidence('late', files);
    await expect(read).rejects.toMatchObject({
      problems: ['a', 'b'].map((model) => ({
        message: `is of the model "${model}", not "late"`,
        where: { file: join(folder, `${model}.json`) },
        remedy: 'name the results of the same model',
      })),
    });
  });

  it('rejects what is no result of the chain', async () => {
    const capital = write('capital.json', { kind: 'Evaluation' });
    await expect(readEvidence('late', [capital])).rejects.toThrow(
      'must be lower-case letters, digits and hyphens',
    );
    await expect(readEvidence('late', [write('none.json', {})])).rejects.toThrow(/kind/);
    const verdict = write('verdict.json', { kind: 'evaluation', verdict: 'maybe' });
    await expect(readEvidence('late', [verdict])).rejects.toThrow(/verdict/);
    await expect(readEvidence('late', [join(folder, 'not-there.json')])).rejects.toThrow(
      'check the path, and that the step that writes this file ran before',
    );
  });
});

const recordOf = (change: Partial<RunRecord> = {}): RunRecord => ({
  ...{ kind: 'run-record', schemaVersion: 1, model: 'late', command: 'train' },
  ...{ parameters: { depth: 3 }, seed: 0, commit: 'c'.repeat(40) },
  run: { id: 5, attempt: 1, url: 'u' },
  dataDigest: sha256('data'),
  data: [],
  environment: {
    ...{ os: 'linux', arch: 'x64', node: '24', runner: 'r' },
    ...{ cpu: { model: 'c', cores: 2 }, memory: 1, gpus: [] },
  },
  resources: {
    ...{ intervalMs: 1, samples: 0, cpu: { mean: 0, max: 0 }, memory: { mean: 0, max: 0 } },
    ...{ gpus: [], series: { seconds: [], cpu: [], memory: [] } },
  },
  ...{ startedAt: '2001-01-01T00:00:00Z', durationMs: 1, exit: { code: 0, endedBy: 'itself' } },
  metrics: { auc: 0.7 },
  files: [{ path: 'model.bin', bytes: 5, sha256: sha256('model') }],
  ...change,
});
const modelFile = (path: string, text: string) => ({
  ...{ path, file: join(folder, path), size: text.length, sha256: sha256(text), pieces: [] },
});

describe('reading the run record', () => {
  it('gives the record, and its bytes as an enclosure', async () => {
    const file = write('run.json', recordOf());
    const files = [modelFile('model.bin', 'model'), modelFile('README.md', 'added after the training')];
    const { record, enclosure } = await readRunRecord('late', file, files);
    expect(record).toEqual(recordOf());
    expect(enclosure).toEqual({ kind: 'run-record', bytes: Buffer.from(JSON.stringify(recordOf())) });
  });

  it('tells of everything that does not fit, at once', async () => {
    const file = write('other.json', recordOf({ model: 'early', exit: { code: 3, endedBy: 'time-limit' } }));
    const read = readRunRecord('late', file, [modelFile('model.bin', 'changed')]);
    await expect(read).rejects.toMatchObject({
      problems: [
        { message: 'is of the model "early", not "late"', where: { file } },
        {
          message: 'the training that it records did not succeed (time-limit, code 3)',
          where: { file },
          remedy: 'train the model again, and register what a successful training wrote',
        },
        {
          message: `is not the file that the training wrote (${sha256('changed')}, the run record says ${sha256('model')})`,
          where: { file: join(folder, 'model.bin') },
          remedy: 'register the files of the training’s artifact as they are',
        },
      ],
    });
  });

  it('rejects a training that a signal ended', async () => {
    const file = write('killed.json', recordOf({ exit: { code: null, endedBy: 'cancellation' } }));
    await expect(readRunRecord('late', file, [])).rejects.toThrow('(cancellation, code null)');
  });
});

describe('the lineage of a model', () => {
  const run = { id: 9, attempt: 2, url: 'u' };
  it('tells what the run record knows', () => {
    expect(lineageOf(run, 'abc', recordOf())).toEqual({
      ...{ commit: 'abc', run, dataDigest: sha256('data'), parameters: { depth: 3 }, seed: 0 },
      metrics: { auc: 0.7 },
    });
  });

  it('is commit and run where there is no record', () => {
    const lineage = lineageOf(run, 'abc', undefined);
    expect(Object.keys(lineage)).toEqual(['commit', 'run']);
    expect(lineage).toEqual({ commit: 'abc', run });
  });
});

describe('evidence that says fail', () => {
  const enclosures = (['pass', 'fail', 'inconclusive', undefined, 'fail'] as const).map((verdict, i) => ({
    ...{ kind: `kind-${i}`, bytes: Buffer.from('{}') },
    ...(verdict !== undefined && { verdict }),
  }));

  it('is refused, every piece by its name', () => {
    expect(() => refuseFailed(enclosures, false)).toThrow(
      'the evidence "kind-1" says fail: the model is not registered → fix what it names, or set `allow-failed-evidence: true` if you know why\nthe evidence "kind-4" says fail',
    );
  });

  it('is let through where that is allowed, and where there is none', () => {
    expect(() => refuseFailed(enclosures, true)).not.toThrow();
    expect(() => refuseFailed([enclosures[0]!, enclosures[2]!, enclosures[3]!], false)).not.toThrow();
  });
});
