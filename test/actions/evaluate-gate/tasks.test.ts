import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Dependencies } from '../../../src/actions/dependencies.js';
import { definition } from '../../../src/actions/evaluate-gate/inputs.js';
import { main } from '../../../src/actions/evaluate-gate/main.js';
import { readInputs } from '../../../src/actions/inputs.js';
import { systemClock } from '../../../src/common/clock.js';
import { RecordingLogger } from '../../../src/common/logger.js';
import { decisionSchema } from '../../../src/formats/decision.js';
import { renderHtml } from '../../../src/report/html.js';
import { renderMarkdown } from '../../../src/report/markdown.js';
import { duckdbLibrary } from '../../engine/library.js';

describe('evaluate-gate, from files to the report', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gate-tasks-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const lines = (header: string, row: (i: number) => string) =>
    [header, ...Array.from({ length: 600 }, (_, i) => row(i))].join('\n') + '\n';

  it.each([
    {
      task: 'multilabel-classification',
      evaluate:
        '  labels: { cat: cat, dog: dog }\n  score: { cat: p, dog: q }\n  gates: [{ metric: f1_macro, min: 0.5 }, { metric: hamming_loss, max-increase: 0.2, versus: champion }]',
      holdout: lines('cat,dog,who', (i) => `${i % 2},${i % 3 === 0 ? 1 : 0},w${i % 60}`),
      predictions: lines('p,q', (i) => `${i % 2 === 0 ? 0.1 : 0.9},${i % 4 === 0 ? 0.8 : 0.3}`),
      methods: ['cluster-bootstrap-bca', 'student-t-clusters'],
    },
    {
      task: 'binary-classification',
      evaluate:
        '  label: late\n  score: p\n  threshold: { maximise: f1 }\n  gates: [{ metric: f1, min: 0.5 }, { metric: f1, max-drop: 0.2, versus: champion }]',
      holdout: lines('late,who', (i) => `${i % 5 === 0 ? 1 : 0},w${i % 60}`),
      predictions: lines('p', (i) => String((i % 5 === 0 ? 0.2 : 0.1) + ((i * 37) % 100) / 1000)),
      methods: ['clopper-pearson-clusters', 'clopper-pearson-clusters'],
      shows: 'makes f1 largest; each row was judged at the one that other rows chose',
    },
    {
      task: 'ranking',
      evaluate:
        '  label: gain\n  query: who\n  score: p\n  gates: [{ metric: ndcg@5, min: 0.4 }, { metric: mrr, max-drop: 0.2, versus: champion }]',
      holdout: lines('gain,who', (i) => `${i % 7 === 0 ? 2 : i % 3 === 0 ? 1 : 0},w${i % 60}`),
      predictions: lines('p', (i) => String((i * 37) % 101)),
      methods: ['student-t-clusters', 'student-t-clusters'],
    },
    {
      task: 'example-scores',
      evaluate:
        '  gates: [{ mean-of: judge, min: 2 }, { mean-of: judge, max-drop: 0.5, versus: champion }]\n  slices: [who]',
      holdout: lines('who', (i) => `w${i % 60}`),
      predictions: lines('judge', (i) => String(1 + ((i * 13) % 5))),
      methods: ['student-t-clusters', 'student-t-clusters'],
    },
  ])('$task', async ({ task, evaluate, holdout, predictions, methods, shows = '' }) => {
    const workspace = join(folder, task);
    await mkdir(workspace, { recursive: true });
    const spec = `name: m\ntask: ${task}\ndata: { contract: c, train: t, holdout: h.csv }\ntrain: { run: x }\nevaluate:\n  run: x\n  group: who\n${evaluate}\n`;
    await writeFile(join(workspace, 'model.yml'), spec);
    await writeFile(join(workspace, 'h.csv'), holdout);
    await writeFile(join(workspace, 'p.csv'), predictions);
    const inputs = readInputs(
      definition.inputs,
      (name) =>
        ({ token: 't', comment: 'false', predictions: 'p.csv', 'champion-predictions': 'p.csv' })[name],
    );
    const { result, report } = await main(inputs, {
      run: { workspace, temp: join(workspace, 'temp'), event: {} },
      logger: new RecordingLogger(),
      clock: systemClock,
      signal: new AbortController().signal,
      environment: {},
      duckdb: () => Promise.resolve(duckdbLibrary),
    } as unknown as Dependencies);
    const decision = v.parse(decisionSchema, JSON.parse(JSON.stringify(result)));
    expect(decision.reasons.join('\n')).toMatch(/(lower|higher) by at most 0\.\d+ with/);
    expect(decision.rules.map((rule) => rule.challenger?.method)).toEqual(methods);
    expect(decision.rules.map((rule) => rule.verdict)).toEqual(['pass', 'pass']);
    expect(decision.data.group).toEqual({ column: 'who', count: 60 });
    const markdown = renderMarkdown(report!, { budget: 60_000 });
    expect(markdown).toContain('60 by who, each counted as one piece of evidence');
    expect(markdown).toContain(shows);
    expect(renderHtml(report!)).toContain(decision.rules[0]!.title);
  });
});
