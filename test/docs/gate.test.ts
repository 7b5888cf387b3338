import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { findMeasure } from '../../src/evaluation/fairness/measures.js';
import { families, metrics } from '../../src/evaluation/metrics/registry.js';
import { readRules } from '../../src/evaluation/rules.js';
import { loadSpec } from '../../src/spec/load.js';
import { specSchema } from '../../src/spec/schema.js';

const page = readFileSync(new URL('../../docs/gate.md', import.meta.url), 'utf8');
const blocks = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => text!);
const examples = blocks.filter((text) => !text.startsWith('jobs:'));

/** What the task needs, where an example shows something else. */
const base: Record<string, object> = {
  'binary-classification': { label: 'y', score: 'p', gates: [{ metric: 'log_loss', max: 0.5 }] },
  'multiclass-classification': { label: 'y' },
  regression: { label: 'y', prediction: 'v' },
  'example-scores': {},
};

describe('the page on the gate', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'gate-page-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(examples.map((text) => [text.split('\n').slice(0, 3).join(' ').trim(), text]))(
    'writes what model.yml may hold: %s',
    async (_, text) => {
      const own = parse(text) as { task?: string; evaluate: object };
      const { task = 'binary-classification' } = own;
      const spec = {
        name: 'm',
        task,
        data: { contract: 'c.yaml', train: 't.csv', holdout: 'h.csv' },
        train: { run: './train' },
        evaluate: { run: './predict', ...base[task], ...own.evaluate },
      };
      const file = join(folder, 'model.yml');
      writeFileSync(file, stringify(spec));
      const loaded = await loadSpec(file);
      const { evaluate, task: read } = loaded.value;
      for (const key of ['gates', 'slice-gates'] as const) {
        readRules(evaluate[key] ?? [], read, (path) => loaded.at(['evaluate', key, ...path]));
      }
      for (const { metric } of evaluate.fairness ?? []) {
        expect(findMeasure(metric, read)).toHaveProperty('measure');
      }
    },
  );

  it('names every key of evaluate, or links where it is named', () => {
    const words = new Set(page.match(/[a-z][a-z0-9-]*/g));
    const { evaluate } = specSchema.entries;
    expect(Object.keys(evaluate.entries).filter((key) => !words.has(key))).toEqual([]);
    expect(page).toContain('](behaviour.md)');
  });

  it('lists the metrics of each task, all of them and no other', () => {
    const section = page.split('\n## ').find((text) => text.startsWith('Metrics'))!;
    for (const line of section.split('\n').filter((text) => text.startsWith('| `'))) {
      const [, task = '', higher = '', lower = ''] = line.split('|');
      const name = task.replaceAll('`', '').trim();
      const listed = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map((found) => found[1]!);
      const known = (better: string): string[] => [
        ...metrics
          .filter((one) => one.better === better && one.tasks.some((of) => of === name))
          .map((one) => one.name),
        ...families.flatMap(({ tasks, example, of }) => {
          const metric = of(Number(example.split('@')[1]));
          return metric.better === better && tasks.some((task) => task === name) ? [example] : [];
        }),
      ];
      expect([name, listed(higher).sort()]).toEqual([name, known('higher').sort()]);
      expect([name, listed(lower).sort()]).toEqual([name, known('lower').sort()]);
    }
  });
});
