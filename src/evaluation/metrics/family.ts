import type { Metric, Task } from './metric.js';

/** Metrics that differ by a number, written after the name: `ndcg@10`. */
export interface Family {
  readonly name: string;
  readonly tasks: readonly Task[];
  readonly parameter: Parameter;
  readonly example: string;
  of(parameter: number): Metric;
}

interface Parameter {
  /** As in "is no …". */
  readonly words: string;
  fits(value: number): boolean;
}

export function wholeNumber(of: string, least: number, most = Number.MAX_SAFE_INTEGER): Parameter {
  const range = most === Number.MAX_SAFE_INTEGER ? `at least ${least}` : `from ${least} to ${most}`;
  return {
    words: `number of ${of}: write a whole number, ${range}`,
    fits: (value) => Number.isInteger(value) && value >= least && value <= most,
  };
}

// One object for a name, so that rules with the same metric are known to ask for the same.
const made = new WeakMap<Family, Map<number, Metric>>();

export function memberOf(family: Family, parameter: number): Metric {
  let members = made.get(family);
  if (members === undefined) made.set(family, (members = new Map<number, Metric>()));
  let metric = members.get(parameter);
  if (metric === undefined) members.set(parameter, (metric = family.of(parameter)));
  return metric;
}
