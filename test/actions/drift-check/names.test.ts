import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GitHub } from '../../../src/github/types.js';
import { renderMarkdown } from '../../../src/report/markdown.js';
import { many, normal, seeded } from '../../drift/profiles.js';
import { Project, specOf } from './project.js';

const nobody = (): GitHub => {
  throw new Error('GitHub is not asked');
};
const raw = { issue: 'false', history: 'false', retrain: 'false' };

/** Names that SQL, JavaScript, or our own queries have a meaning for. */
const hostile = [
  ...[
    'v',
    't',
    'n',
    'x',
    'h',
    'y',
    's',
    'w',
    'id',
    'rows',
    'select',
    'window',
    'season',
    'number',
    'place',
    'value',
    'key',
  ],
  ...['before', 'now', 'all', 'from', 'column 0', 'a"b', "a'b", 'a,b'],
  ...['a b', 'V', 'größe', '名前', '💥', 'null'],
  ...['constructor', 'toString', '__proto__', 'hasOwnProperty'],
];

describe('drift-check of columns with any names', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'drift-names-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
  /** Hours of rows; the last column moves. */
  const csv = (names: readonly string[], hours: number, shift: number, seed: number): string => {
    const random = seeded(seed);
    const lines = many(hours * 12, () => '').map((_, i) => {
      const time = new Date(Date.UTC(2026, 0, 1) + Math.floor(i / 12) * 3_600_000).toISOString();
      const values = names.slice(1).map((_name, k) => {
        if (k % 3 === 2 && k < names.length - 2) return `c${Math.floor(6 * random())}`;
        return String(Math.round(100 * (normal(random) + (k === names.length - 2 ? shift : 0))) / 100);
      });
      return [time, ...values].join(',');
    });
    return `${names.map(quoted).join(',')}\n${lines.join('\n')}\n`;
  };

  it.each(['v', 'a"b'])(
    'works in every section, with the time in %s',
    async (time) => {
      const names = [time, ...hostile.filter((name) => name !== time && name !== 'null'), 'null'];
      const drift = `current: now.csv
reference: before.csv
multivariate: { rows: 60 }
windows: { time: ${JSON.stringify(time)}, every: 1d, last: 1, season: [weekend] }
skew: { training: before.csv, serving: before.csv, id: ${JSON.stringify(time)} }
columns: { select: { effect: 0.2 } }`;
      const project = new Project(
        join(folder, `p${names.indexOf('n')}-${time.length}`),
        join(folder, 'temp'),
        {
          'model.yml': specOf(drift),
          'before.csv': csv(names, 24 * 14, 0, 1),
          'now.csv': csv(names, 24 * 4, 1, 2),
        },
      );
      const { result, report } = await project.check(1, nobody, raw);
      const broken = result.sections.filter(({ state }) => state === 'broken');
      expect(broken).toEqual([]);
      expect(result.columns.map(({ name }) => name).sort()).toEqual([...names].sort());
      const alarms = result.columns.filter(({ alarm }) => alarm).map(({ name }) => name);
      expect(alarms).toEqual(['null']);
      expect(result.windows!.windows.at(-1)!.plain.drifted).toEqual(['null']);
      expect(renderMarkdown(report!, { budget: 60_000 })).toContain('null');
    },
    60_000,
  );

  it('reads predictions and labels whose columns are named like our own', async () => {
    const random = seeded(3);
    const scores = many(3_000, () => random());
    const lines = (header: string, line: (p: number, i: number) => string): string =>
      `${header}\n${scores.map(line).join('\n')}\n`;
    const project = new Project(join(folder, 'logs'), join(folder, 'temp'), {
      'model.yml': specOf(`current: now.csv
reference: now.csv
multivariate: false
performance:
  predictions: log.csv
  labels: labels.csv
  reference: reference.csv
  id: t
  time: id
  label: v
  score: y
  rules: [{ metric: log_loss, max: 0.6 }]`),
      'now.csv': csv(['v', 'n'], 48, 0, 1),
      'log.csv': lines(
        't,id,y,l,p',
        (p, i) => `r${i},${new Date(1.7e12 + 1000 * i).toISOString()},${p.toFixed(4)},1,2`,
      ),
      'labels.csv': lines('v,t,id', (p, i) => `${random() < p ? 1 : 0},r${i},7`),
      'reference.csv': lines(
        'v,t,id,y',
        (p, i) => `${random() < p ? 1 : 0},q${i},2023-01-01T00:00:00Z,${p.toFixed(4)}`,
      ),
    });
    const { result } = await project.check(1, nobody, raw);
    expect(result.sections.filter(({ state }) => state === 'broken')).toEqual([]);
    expect(result.performance!.realised).toMatchObject({ verdict: 'pass' });
    expect(result.performance!.realised!.maturity.labelled).toBe(3_000);
  });
});
