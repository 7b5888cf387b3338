import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { parseYaml } from '../../../src/common/yaml.js';
import { specSchema } from '../../../src/spec/schema.js';

const page = readFileSync(new URL('../../../docs/behaviour.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/```yaml\n(.*?)```/gs)].map((match) => match[1]!);

const base = `name: loan
task: binary-classification
data: { contract: c.yaml, train: t.csv, holdout: h.csv }
train: { run: ./train }
evaluate:
  run: ./predict
  label: y
  score: p
  gates: [{ metric: roc_auc, min: 0.6 }]
`;

describe('the page on behaviour', () => {
  it.each(examples.map((text) => [text.split('\n').slice(1, 3).join(' ').trim(), text]))(
    'writes what model.yml may hold: %s',
    (_, text) => {
      const own = text.replace('evaluate:\n', '');
      const { value } = parseYaml(base + own, specSchema, 'model.yml');
      const asked = Object.keys((parse(text) as { evaluate: object }).evaluate);
      expect(Object.keys(value.evaluate)).toEqual(expect.arrayContaining(asked));
    },
  );

  it('names every key that there is', () => {
    const words = new Set(page.match(/[a-z][a-z0-9-]*/g));
    const { behaviour, importance, serving } = specSchema.entries.evaluate.entries;
    const keys = new Set<string>();
    const collect = (schema: unknown): void => {
      if (typeof schema !== 'object' || schema === null) return;
      const { entries, wrapped, item, pipe, options } = schema as Record<string, unknown>;
      for (const [key, inner] of Object.entries((entries as object | undefined) ?? {})) {
        keys.add(key);
        collect(inner);
      }
      for (const inner of [
        wrapped,
        item,
        (pipe as unknown[] | undefined)?.[0],
        ...((options as unknown[]) ?? []),
      ]) {
        collect(inner);
      }
    };
    [behaviour, importance, serving].forEach(collect);
    expect(keys.size).toBeGreaterThan(50);
    expect([...keys].filter((key) => !words.has(key))).toEqual([]);
  });
});
