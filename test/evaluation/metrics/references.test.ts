import { families, findMetric, metricsOf } from '../../../src/evaluation/metrics/registry.js';
import type { Task } from '../../../src/evaluation/metrics/metric.js';
import { gateReference } from './rows.js';

/** Where test/reference/gate-metrics.json holds the values of a task; peers.test.ts compares every one of them. */
const kinds: Readonly<Record<Exclude<Task, 'example-scores'>, string>> = {
  'binary-classification': 'binary',
  'multiclass-classification': 'multiclass',
  'multilabel-classification': 'multilabel',
  regression: 'regression',
  ranking: 'ranking',
};

/** Metrics of a task whose value no other program gives, and why: `task name`. None so far. */
const exceptions: Readonly<Record<string, string>> = {};

interface Reference {
  readonly plain?: Readonly<Record<string, number>>;
  readonly weighted?: Readonly<Record<string, number>>;
  readonly intervals?: Readonly<Record<string, readonly number[]>>;
}

/** Names of our metrics that the reference has values of; weighted ones, too, but for rankings. */
function namesOf(task: Task): Set<string> {
  const cases = gateReference[kinds[task as keyof typeof kinds]] as readonly Reference[];
  const written = cases.flatMap(({ plain, weighted, intervals }) => {
    const names = Object.keys(plain ?? intervals ?? {});
    return weighted === undefined ? names : names.filter((name) => name in weighted);
  });
  return new Set(
    written.map((name) => {
      const found = findMetric(name, task);
      if ('wrong' in found) throw new Error(found.wrong);
      return found.metric.name;
    }),
  );
}

describe.each(Object.keys(kinds) as (keyof typeof kinds)[])('the metrics of %s', (task) => {
  const names = namesOf(task);

  it('each have a value of scikit-learn, scipy or numpy to be held against, or a reason why not', () => {
    const without = metricsOf(task)
      .map(({ name }) => name)
      .filter((name) => !names.has(name) && !Object.hasOwn(exceptions, `${task} ${name}`));
    expect(without).toEqual([]);
  });

  it('with a number in their name each have such a value for some number', () => {
    const without = families
      .filter(({ tasks }) => tasks.includes(task))
      .map(({ name }) => name)
      .filter((name) => ![...names].some((one) => one.startsWith(`${name}@`)))
      .filter((name) => !Object.hasOwn(exceptions, `${task} ${name}@`));
    expect(without).toEqual([]);
  });
});

describe('the metrics of example-scores', () => {
  it('are none but the mean of a column, which test/evaluation/metrics/registry.test.ts takes', () => {
    expect(metricsOf('example-scores')).toEqual([]);
    expect(families.filter(({ tasks }) => tasks.includes('example-scores'))).toEqual([]);
  });
});
