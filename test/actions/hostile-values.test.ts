import { UserError } from '../../src/common/errors.js';
import { seededRandom } from '../../src/statistics/random.js';
import { type Journey, csvOf, startJourney } from './journey.js';

const spec = `name: m
task: regression
data:
  contract: contract.yaml
  train: t.csv
  holdout: h.csv
  outliers: { budget: 0 }
train: { run: 'true' }
evaluate:
  run: 'true'
  label: y
  prediction: p
  slices: [{ column: c }, { column: x, quantiles: 3 }]
  search: {}
  gates: [{ metric: mae, max: 1000 }]
drift:
  current: h.csv
  reference: t.csv
  multivariate: { rows: 60 }
`;

/** Numbers that are no finite ones, or so large that sums of them are none. */
const columns: Readonly<Record<string, readonly (number | string)[]>> = {
  'Inf and -Inf': ['Inf', '-Inf'],
  'Inf, -Inf and 0': ['Inf', '-Inf', 0, 1.5],
  'Inf and NaN': ['inf', 'nan', 3],
  'Inf alone': ['Infinity'],
  '-Inf and nothing': ['-inf', ''],
  'NaN alone': ['NaN'],
  'the largest numbers': [1.7976931348623157e308, -1.7976931348623157e308, 5e-324, 0],
  'more of the largest numbers than are listed one by one': [],
};

const fileOf = (values: readonly (number | string)[], rows: number, seed: number): string => {
  const random = seededRandom(seed).uniform;
  const any = (): number => (random() - 0.5) * 1.7e308 * 2;
  return csvOf(
    ['x', 'z', 'y', 'c'],
    Array.from({ length: rows }, () => {
      const z = Math.round(1000 * random()) / 10;
      const x = random() < 0.3 && values.length > 2 ? random() : values[Math.floor(random() * values.length)];
      return [x ?? any(), z, Math.round(10 * random() + z) / 10, 'abc'[Math.floor(3 * random())]!];
    }),
  );
};

describe('a column with numbers that are not finite', () => {
  let journey: Journey;
  afterEach(() => journey.close());

  it.each(Object.entries(columns))('of %s goes through every action', async (_name, values) => {
    const rows = values.length === 0 ? 12_000 : 400;
    journey = startJourney({
      'model.yml': spec,
      't.csv': fileOf(values, rows, 1),
      'h.csv': fileOf(values, rows, 2),
      'p.csv': csvOf(
        ['p'],
        Array.from({ length: rows }, (_, i) => [i % 7]),
      ),
    });
    await journey.infer(['t.csv']);
    for (const leakage of ['true', 'false']) {
      const { result } = await journey.run('validate-data', { leakage });
      expect(result.verdict).toBeDefined();
    }
    const drift = await journey.run('drift-check', { reference: 't.csv', current: 'h.csv' });
    expect((drift.result.sections as { state: string }[]).filter(({ state }) => state === 'broken')).toEqual(
      [],
    );
    const gate = await journey.run('evaluate-gate', { predictions: 'p.csv' });
    expect(gate.result.verdict).toBeDefined();
  });

  it.each(Object.entries(columns))(
    'of %s as label or prediction is judged, or refused in words',
    async (_name, values) => {
      const rows = 400;
      journey = startJourney({ 't.csv': fileOf(values, rows, 1), 'h.csv': fileOf(values, rows, 2) });
      journey.write({ 'p.csv': fileOf(values, rows, 2).replace('"x"', '"p"') });
      await journey.infer(['t.csv']);
      for (const label of ['x', 'y']) {
        journey.write({ 'model.yml': spec.replace('label: y', `label: ${label}`) });
        const steps = [journey.run('validate-data'), journey.run('evaluate-gate', { predictions: 'p.csv' })];
        for (const ended of await Promise.allSettled(steps)) {
          if (ended.status === 'rejected') expect(ended.reason).toBeInstanceOf(UserError);
          else expect(ended.value.result.verdict).toBeDefined();
        }
      }
    },
  );
});
