import { formatNumber, plural } from '../../common/text.js';
import { worst } from '../../common/verdict.js';
import type { Realised } from '../../formats/drift-performance.js';
import { labelledOutcomes, type Reading } from './outcomes.js';
import type { LogRows } from './read.js';
import { type Bounded, type Limit, boundConfidence, judgeLimit, measureRows, percent } from './rules.js';
import type { Scope } from './scope.js';

export interface RealisedOptions {
  readonly log: LogRows;
  readonly reading: Reading;
  readonly scope: Scope;
  readonly limits: readonly Limit[];
  /** The metric on the reference, or why there is none. */
  reference(limit: Limit): Bounded | string;
  readonly confidence: number;
  readonly seed: number;
}

/**
 * Performance on the mature predictions whose label is known. Where too few of them are, the verdict is inconclusive
 * whatever the metrics say: which labels come first is seldom chance.
 */
export function checkRealised(options: RealisedOptions): {
  result: Realised;
  measured: Map<string, Bounded>;
} {
  const { log, reading, scope, limits, seed } = options;
  const { maturity, labelled } = scope;
  const confidence = boundConfidence(options.confidence, limits.length);
  const rows = labelledOutcomes(log, labelled, reading);
  const measured = new Map<string, Bounded>();
  const why =
    labelled.length > 0
      ? undefined
      : maturity.mature === 0
        ? 'no prediction is mature yet'
        : 'no mature prediction has a label yet';
  const rules = limits.map((limit) => {
    const found = why ?? measureRows(limit.measure, rows, { confidence, seed });
    if (typeof found !== 'string') measured.set(limit.measure.name, found);
    return judgeLimit(limit, found, options.reference(limit));
  });
  const reasons: string[] = [];
  const covered = maturity.mature > 0 && maturity.coverage >= maturity.minCoverage;
  if (maturity.mature > 0 && !covered) {
    reasons.push(
      `${percent(maturity.coverage)} of ${plural(maturity.mature, 'mature prediction')} have a label, and ${percent(maturity.minCoverage)} are wanted: the labels that came may not be those of a fair sample.`,
    );
  }
  const { labelledAlike, meanScore } = maturity;
  if (labelledAlike !== null && labelledAlike < 0.01 && meanScore !== null) {
    reasons.push(
      `Labels came for other predictions than they are missing for: their mean score is ${formatNumber(meanScore.labelled)}, and ${formatNumber(meanScore.unlabelled)} where there is no label.`,
    );
  }
  const order = { fail: 0, inconclusive: 1, pass: 2 };
  const sorted = [...rules].sort((a, b) => order[a.verdict] - order[b.verdict]);
  reasons.push(...(why === undefined ? sorted.map(({ reason }) => reason) : [sentence(why)]));
  const verdict = covered ? worst(rules.map((rule) => rule.verdict)) : 'inconclusive';
  return { result: { verdict, reasons, maturity, rules }, measured };
}

const sentence = (clause: string): string => `${clause.slice(0, 1).toUpperCase()}${clause.slice(1)}.`;
