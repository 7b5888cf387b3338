import { formatNumber, formatPercent } from '../../../common/text.js';
import { worst } from '../../../common/verdict.js';
import type { Reuse } from '../../../evaluation/judge.js';
import { sliceColumns } from '../../../evaluation/slices/define.js';
import { readSlices } from '../../../evaluation/slices/read.js';
import { groupsOf } from '../../../spec/sections/evaluate-fairness.js';
import { fairnessReport } from '../report/fairness.js';
import type { GateContext } from '../context.js';
import type { GatePart, PartOutcome } from '../sections.js';

/** Whether groups of people, or of anything, are treated alike. */
export const fairnessPart: GatePart<'fairness'> = {
  key: 'fairness',
  columns: ({ fairness }) => fairness && sliceColumns(fairness.map(groupsOf)),
  decide,
  report: fairnessReport,
};

async function decide(context: GateContext, reuse?: Reuse): Promise<PartOutcome<'fairness'>> {
  const { spec, inputs, engine, labels, challenger, champion, fairness } = context;
  const { judgeFairness } = await import('../../../evaluation/fairness/judge.js');
  const { evaluate } = spec.value;
  const confidence = reuse?.corrected(evaluate.confidence) ?? evaluate.confidence;
  const sure =
    reuse !== undefined && reuse.use > 1
      ? `${formatPercent(evaluate.confidence)} confidence over all ${formatNumber(reuse.use)} uses of these rows`
      : undefined;
  const slicings = await readSlices(
    engine,
    labels.table,
    fairness.map((rule) => groupsOf(rule.spec)),
    labels.columns,
    (i) => spec.at(['evaluate', 'fairness', i]),
  );
  const beside = champion === undefined ? { none: '' } : { rows: champion.rows, name: champion.name };
  const record = fairness.map((rule, i) =>
    judgeFairness(
      rule,
      slicings[i]!,
      challenger.rows,
      rule.versus === null ? beside : context.baselineOf(rule.versus),
      { confidence, seed: inputs.seed, ...(sure && { sure }) },
    ),
  );
  const manual = evaluate['without-champion'] === 'manual';
  const verdicts = record.flatMap(({ verdict }) =>
    verdict !== 'not-applicable' ? [verdict] : manual ? (['inconclusive'] as const) : [],
  );
  const order = ['fail', 'inconclusive', 'not-applicable', 'pass'];
  const reasons = [...record].sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
  return {
    verdict: verdicts.length === 0 ? null : worst(verdicts),
    reasons: reasons.map(({ reason }) => reason),
    claims: record.map(({ rule, verdict, reason }) => ({
      names: [rule],
      verdict: verdict !== 'not-applicable' ? verdict : manual ? 'inconclusive' : null,
      reason,
    })),
    record,
  };
}
