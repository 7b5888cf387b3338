import { join } from 'node:path';
import { type Local, all, startLocal } from '../../github/local.js';
import { many, normal, seeded } from '../../drift/profiles.js';
import { Project } from './project.js';

const day = 86_400_000;
const begin = Date.UTC(2024, 0, 1);
const months = 24;
const usual = 1_500;

const contract = `fields:
  - { name: order_id, type: integer, mlops: { role: id } }
  - { name: at, type: datetime, mlops: { role: timestamp } }
  - { name: zip, type: string }
  - { name: amount, type: number }
  - { name: kind, type: string }
  - { name: city, type: string }
`;
const model = `name: shop
task: binary-classification
data: { contract: contract.yaml, train: reference.csv, holdout: reference.csv }
train: { run: ./train }
evaluate: { run: ./predict, label: late, score: p, id: order_id, gates: [{ metric: roc_auc, min: 0.6 }] }
drift:
  current: now.csv
  reference: reference.csv
  multivariate: false
  policy: { inputs: retrain }
  retrain: { workflow: train.yml, cool-down: 10d }
  performance:
    predictions: log.csv
    labels: labels.csv
    reference: known.csv
    time: at
    mature-after: 20d
    over: 30d
    rules: [{ metric: log_loss, max-increase: 0.08 }]
    concept: { margin: 0.06 }
`;

/** What is done to a month; the others are unchanged. */
interface Planted {
  readonly rows?: number;
  readonly amount?: (x: number) => number;
  readonly city?: (name: string, u: number) => string;
  readonly header?: (line: string) => string;
  readonly zip?: (zip: string) => string;
  /** Labels of the predictions of this month turn out the other way round. */
  readonly harm?: boolean;
  /** No label of the month before has come yet. */
  readonly labels?: 'none';
}
const planted = new Map<number, Planted>([
  [5, { amount: (x) => x * 1.5 + 4 }],
  [6, { amount: (x) => x * 1.5 + 4 }],
  [9, { amount: (x) => x * 1_000 }],
  [11, { zip: (zip) => String(Number(zip)) }],
  [12, { header: (line) => line.replace('city', 'City_Name') }],
  [14, { rows: 60 }],
  [15, { rows: 700 }],
  [16, { city: (name, u) => (u < 0.4 ? `new ${name}` : name) }],
  [17, { amount: (x) => x * 3 + 30 }],
  [18, { rows: 90 }],
  [20, { harm: true }],
  [23, { labels: 'none' }],
]);

interface Row {
  readonly id: number;
  readonly at: string;
  readonly p: number;
  readonly late: number;
  readonly line: string;
}

/** Orders of one month; the same distribution each month, but for what is planted. */
function orders(month: number, rows: number, plan: Planted = {}): Row[] {
  const random = seeded(100 + month);
  return many(rows, () => '').map((_, i) => {
    const id = 100_000 * (month + 1) + i;
    const at = new Date(begin + (30 * (month - 1) + (29.9 * i) / rows) * day).toISOString();
    const amount = (plan.amount ?? ((x) => x))(Math.exp(3 + 0.5 * normal(random)));
    const city = (plan.city ?? ((name) => name))(`c${Math.floor(400 * random() ** 3)}`, random());
    const zip = (plan.zip ?? ((code) => code))(String(300 + Math.floor(90 * random())).padStart(5, '0'));
    const kind = ['web', 'shop', 'phone', 'app'][Math.floor(4 * random() ** 1.5)]!;
    const p = Math.round(1e4 * (0.05 + 0.9 * random())) / 1e4;
    const late = (random() < p ? 1 : 0) ^ (plan.harm ? 1 : 0);
    return { id, at, p, late, line: `${id},${at},${zip},${amount.toFixed(3)},${kind},${city}` };
  });
}

const header = 'order_id,at,zip,amount,kind,city';
const csv = (head: string, lines: readonly string[]): string => `${[head, ...lines].join('\n')}\n`;

describe('24 months of drift-check on the local GitHub', () => {
  let local: Local;
  beforeAll(async () => {
    local = await startLocal();
  });
  afterAll(() => local.close());

  it('alarms in the months that something was planted in, asks for retraining for drift only, and closes its issues', async () => {
    const workflow = 'on: { workflow_dispatch: { inputs: { reason: { required: false } } } }\njobs: {}\n';
    const files = { '.github/workflows/train.yml': workflow };
    await local.repo.commit({ branch: local.repo.defaultBranch, files, message: 'Train' });
    const known = orders(0, 5_000);
    const project = new Project(join(local.folder, 'checkout'), join(local.folder, 'temp'), {
      'model.yml': model,
      'contract.yaml': contract,
      'reference.csv': csv(
        header,
        known.map(({ line }) => line),
      ),
      'known.csv': csv(
        'order_id,at,p,late',
        known.map(({ id, at, p, late }) => `${id},${at},${p},${late}`),
      ),
    });
    const found: { month: number; alarms: string[]; asked: boolean; issue: string; verdict: string }[] = [];
    let before = orders(0, usual);
    for (let month = 1; month <= months; month++) {
      const plan = planted.get(month) ?? {};
      const now = orders(month, plan.rows ?? usual, plan);
      const logged = [...before, ...now];
      const labelled = plan.labels === 'none' ? [] : before;
      project.write(
        'now.csv',
        csv(
          (plan.header ?? ((line) => line))(header),
          now.map(({ line }) => line),
        ),
      );
      project.write(
        'log.csv',
        csv(
          'order_id,at,p',
          logged.map(({ id, at, p }) => `${id},${at},${p}`),
        ),
      );
      project.write(
        'labels.csv',
        csv(
          'order_id,late',
          labelled.map(({ id, late }) => `${id},${late}`),
        ),
      );
      // The month before is mature ten days before this one ends.
      project.now = () => new Date(begin + (30 * month - 10 + 0.01) * day);
      const { result, outputs, failure } = await project.check(month, () => local.client(), {});
      expect({ month, failure }).toEqual({ month, failure: undefined });
      const raised = result.alarm.findings.filter((one) => one.raised).map(({ name }) => name);
      found.push({
        month,
        alarms: raised,
        asked: outputs['retrain-requested'] === true,
        issue: result.incident?.action ?? '',
        verdict: result.verdict,
      });
      before = now;
    }
    const seen = (of: (one: (typeof found)[number]) => unknown) =>
      found.filter(of).map(({ month, alarms }) => [month, ...alarms]);
    expect(seen(({ alarms }) => alarms.length > 0)).toEqual([
      [5, 'amount'],
      [6, 'amount'],
      [9, 'amount'],
      [11, 'zip'],
      [12, 'city'],
      [16, 'city'],
      [17, 'amount'],
      [21, 'performance'],
    ]);
    expect(found.filter(({ asked }) => asked).map(({ month }) => month)).toEqual([5, 6, 16, 17, 21]);
    const issues = found.filter(({ issue }) => issue !== '').map(({ month, issue }) => [month, issue]);
    // The local GitHub closes issues by the real clock, so that each comes back within `reopen-within`.
    expect(issues).toEqual([
      [5, 'opened'],
      [6, 'updated'],
      [7, 'closed'],
      [9, 'reopened'],
      [10, 'closed'],
      [11, 'reopened'],
      [12, 'updated'],
      [13, 'closed'],
      [16, 'reopened'],
      [17, 'updated'],
      [18, 'closed'],
      [21, 'reopened'],
      [22, 'closed'],
    ]);
    expect((await all(local.client().issues.list({ state: 'open' }))).length).toBe(0);
    // In month 19 the mature predictions are the 90 of month 18, which are too few to judge the model by.
    const quiet = found.filter(
      ({ month }) => !planted.has(month) && ![7, 10, 13, 19, 21, 22].includes(month),
    );
    expect(quiet.map(({ month, verdict }) => [month, verdict]).filter(([, v]) => v !== 'pass')).toEqual([]);
  }, 240_000);
});
