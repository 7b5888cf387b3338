import { readFileSync } from 'node:fs';
import { adwin, adwinStart } from '../../src/statistics/adwin.js';
import { ddm, ddmStart } from '../../src/statistics/ddm.js';
import { pageHinkley, pageHinkleyStart } from '../../src/statistics/page-hinkley.js';
import { outcomes } from './outcomes.js';

interface Case {
  readonly method: 'page-hinkley' | 'adwin' | 'ddm';
  readonly stream: 'errors' | 'steady' | 'values';
  readonly settings: Record<string, number>;
  readonly alarms: readonly number[];
  readonly warnings: number;
  readonly trail: readonly (readonly number[])[];
}
const reference = JSON.parse(readFileSync(new URL('../reference/concept.json', import.meta.url), 'utf8')) as {
  sums: Record<string, number>;
  detectors: readonly Case[];
};

/** A detector whose state goes through JSON now and then, as it does between runs. */
function detector({ method, settings }: Pick<Case, 'method' | 'settings'>) {
  let state = { 'page-hinkley': pageHinkleyStart, adwin: adwinStart, ddm: ddmStart }[method]();
  const options = Object.keys(settings).length === 0 ? undefined : settings;
  const step = { 'page-hinkley': pageHinkley, adwin, ddm }[method];
  return {
    update: (x: number): boolean => step(state as never, x, options as never),
    keep: () => void (state = JSON.parse(JSON.stringify(state)) as typeof state),
    get state(): Record<string, never> {
      return state as never;
    },
  };
}

describe('detectors of concept drift, step by step as river', () => {
  it('see the same streams', () => {
    for (const name of ['errors', 'steady', 'values'] as const) {
      const sum = outcomes(name).reduce((total, x) => total + x, 0);
      expect(sum).toBeCloseTo(reference.sums[name]!, 9);
    }
  });

  it.each(reference.detectors)('$method on $stream, $settings', (one) => {
    const made = detector(one);
    const alarms: number[] = [];
    let warnings = 0;
    const trail: number[][] = [];
    outcomes(one.stream).forEach((x, i) => {
      if (made.update(x)) alarms.push(i);
      const state = made.state as Record<string, number>;
      if (state.warning) warnings++;
      if (i % 97 === 0) made.keep();
      if (i % 250 !== 249) return;
      if (one.method === 'adwin') trail.push([state.width!, state.total!, state.variance!]);
      else if (one.method === 'ddm')
        trail.push([state.mean!, state.leastMean ?? 0, state.leastDeviation ?? 0]);
      else trail.push([state.mean!, state.increase!, state.decrease!]);
    });
    expect(alarms).toEqual(one.alarms);
    if (one.method === 'ddm') expect(warnings).toBe(one.warnings);
    trail.forEach((values, i) =>
      values.forEach((value, j) => expect(value).toBeCloseTo(one.trail[i]![j]!, 9)),
    );
    expect(trail).toHaveLength(one.trail.length);
  });
});
