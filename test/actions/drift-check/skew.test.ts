import { join } from 'node:path';
import { renderMarkdown } from '../../../src/report/markdown.js';
import { type Local, startLocal } from '../../github/local.js';
import { normal, seeded } from '../../drift/profiles.js';
import { Project, specOf } from './project.js';

const random = seeded(6);
const trips = Array.from({ length: 700 }, (_, i) => ({
  trip: `t${i}`,
  km: Number((5 + normal(random)).toFixed(3)),
  known: i === 41 ? '2024-05-02T09:00:00' : '2024-05-01T09:00:00',
}));
const csv = (rows: readonly object[]): string =>
  `${[Object.keys(rows[0]!), ...rows.map((row) => Object.values(row))].map((cells) => cells.join(',')).join('\n')}\n`;
const drift = `current: data/train.csv
multivariate: false
skew:
  training: data/train.csv
  serving: logs/*.jsonl
  id: trip
  columns: [km]
  point-in-time: [{ column: known, not-after: at }]`;

describe('skew in a drift check', () => {
  let local: Local;
  beforeAll(async () => {
    local = await startLocal();
  });
  afterAll(() => local.close());

  it('is found between a CSV of training and logs in JSONL, and told with files and lines', async () => {
    const training = trips.map((row) => ({ ...row, at: '2024-05-01T12:00:00' }));
    const logged = trips.map(({ trip, km }, i) =>
      JSON.stringify({ trip, km: i % 10 === 0 ? km / 1000 : km }),
    );
    const project = new Project(join(local.folder, 'checkout'), join(local.folder, 'temp'), {
      'model.yml': specOf(drift),
      'data/train.csv': csv(training),
      'logs/1.jsonl': `${logged.slice(0, 400).join('\n')}\n`,
      'logs/2.jsonl': `${logged.slice(400).join('\n')}\n`,
    });
    const { result, report } = await project.check(1, () => local.client({ permissions: 'write-all' }), {
      reference: 'data/train.csv',
      issue: 'false',
    });
    expect(result.sections.find(({ name }) => name === 'skew')).toMatchObject({
      state: 'checked',
      verdict: 'fail',
    });
    expect(result.skew!.columns).toMatchObject([
      { name: 'km', verdict: 'fail', differing: 70, pattern: 'serving is 0.001 times training' },
    ]);
    expect(result.skew!.pointInTime).toMatchObject([
      { data: 'training', violations: 1, examples: [{ file: 'data/train.csv', line: 43, id: ['t41'] }] },
    ]);
    const text = renderMarkdown(report!, { budget: 60_000 });
    expect(text).toMatch(/km \| ❌.fail \| 10 % .*serving is 0\.001 times training/);
    expect(text).toMatch(/data\/train\.csv:43/);
  });
});
