import { compareProfiles } from '../../src/drift/compare.js';
import { judgeAlarm, policyOf } from '../../src/drift/policy.js';
import type { ColumnType } from '../../src/formats/profile.js';
import { many, normal, profileOf, seeded } from './profiles.js';

type Value = number | string | null;
interface Column {
  readonly type: ColumnType;
  readonly values: readonly Value[];
}

const random = seeded(12);
const rows = 3_000;
const numbers = (draw: () => number, type: ColumnType = 'number'): Column => ({
  type,
  values: many(rows, draw),
});
const texts = (draw: () => string): Column => ({ type: 'string', values: many(rows, draw) });
const compare = (before: Record<string, Column>, now: Record<string, Column>) =>
  compareProfiles(profileOf(before), profileOf(now), {
    alpha: 0.05,
    columns: new Map(),
    optional: [],
    random,
  }).columns;
const celsius = (): number => 12 + 7 * normal(random);
const amount = (): number => Math.exp(3 + normal(random));
const round = (x: number): number => Math.round(x * 1e4) / 1e4;

describe('a fault of the data', () => {
  it.each<[string, () => number, (x: number) => number, RegExp]>([
    ['thousands', amount, (x) => x * 1_000, /1,000 times as large/],
    ['cents', amount, (x) => x / 100, /1\/100 of what they were/],
    ['Fahrenheit', celsius, (x) => 1.8 * x + 32, /Fahrenheit instead of Celsius/],
    ['kelvins', celsius, (x) => x + 273.15, /kelvins/],
    ['kilometres', amount, (x) => x * 1.609344, /miles and kilometres/],
    ['minutes', amount, (x) => x * 60, /units of time/],
  ])('is another unit: %s', (_, draw, convert, words) => {
    const [column] = compare(
      { x: numbers(() => round(draw())) },
      { x: numbers(() => round(convert(draw()))) },
    );
    expect(column).toMatchObject({ verdict: 'drift', alarm: true });
    expect(column!.fault).toMatch(words);
    expect(column!.reason).toMatch(/another unit\?; the values moved by/);
  });

  it.each<[string, () => number, () => number]>([
    ['a shift', celsius, () => celsius() + 5],
    ['a wider spread', celsius, () => 12 + 11 * normal(random)],
    ['growth by a third', amount, () => amount() * 1.33],
    ['growth to twice as much', amount, () => amount() * 2],
    ['another shape', amount, () => 20 + 15 * normal(random)],
    ['a shift of 273 of a wide column', () => 900 * normal(random), () => 900 * normal(random) + 273],
  ])('is no drift: %s', (_, before, now) => {
    const [column] = compare({ x: numbers(before) }, { x: numbers(now) });
    expect(column).toMatchObject({ verdict: 'drift', alarm: true });
    expect(column!.fault).toBeUndefined();
  });

  it('is texts that are written differently, and new texts are drift', () => {
    const country = (): string => ['DE', 'FR', 'IT', 'ES'][Math.floor(4 * random())]!;
    const [lower] = compare({ x: texts(country) }, { x: texts(() => `${country().toLowerCase()} `) });
    expect(lower!.fault).toMatch(/only written differently: "(DE|FR|IT|ES)" is now "(de|fr|it|es) "/);
    const [others] = compare({ x: texts(country) }, { x: texts(() => (random() < 0.3 ? 'PL' : country())) });
    expect(others).toMatchObject({ verdict: 'drift' });
    expect(others!.fault).toBeUndefined();
  });

  it.each([
    ['Unit Price', 'unit_price'],
    ['temperature', 'temprature'],
    ['amount', 'total_value_eur'],
  ])('is a column under another name: %s as %s', (old, fresh) => {
    const columns = compare(
      { [old]: numbers(amount), age: numbers(celsius) },
      { [fresh]: numbers(amount), age: numbers(celsius) },
    );
    const gone = columns.find(({ name }) => name === old)!;
    expect(gone).toMatchObject({ verdict: 'missing', alarm: true });
    expect(gone.reason).toContain(`it has a new column ${JSON.stringify(fresh)}: was it renamed?`);
    expect(gone.fault).toBeDefined();
  });

  it('is values that are missing, and another type', () => {
    const [sparse, typed] = compare(
      { a: numbers(celsius), b: numbers(celsius) },
      {
        a: { type: 'number', values: many(rows, () => (random() < 0.3 ? null : celsius())) },
        b: texts(() => (random() < 0.1 ? 'n/a' : String(round(celsius())))),
      },
    );
    expect(sparse!.fault).toBe('values are missing that used to be there');
    expect(typed).toMatchObject({ verdict: 'mixed' });
    expect(typed!.fault).toBe(typed!.reason);
  });

  it('opens an incident and asks for no retraining, nor does anything else of that window', () => {
    const broken = compare(
      { a: numbers(celsius), b: numbers(amount) },
      { a: numbers(() => celsius() + 9), b: numbers(() => amount() * 1_000) },
    );
    const together = {
      name: 'multivariate',
      kind: 'inputs' as const,
      state: 'checked' as const,
      verdict: 'fail' as const,
      reasons: [],
    };
    const responses = (columns: typeof broken) =>
      judgeAlarm(columns, [together], policyOf({}), []).findings.map(({ name, response }) => [
        name,
        response,
      ]);
    expect(responses(broken)).toEqual([
      ['a', 'incident'],
      ['b', 'incident'],
      ['multivariate', 'incident'],
    ]);
    const real = broken.map(({ fault: _, ...column }) => column);
    expect(responses(real).map(([, response]) => response)).toEqual(['retrain', 'retrain', 'retrain']);
    expect(judgeAlarm(broken, [], policyOf({ faults: 'warn' }), []).findings[1]!.response).toBe('warn');
  });
});
