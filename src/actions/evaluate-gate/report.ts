import { formatInteger, formatNumber, formatPercent, plural } from '../../common/text.js';
import type { EvaluationRows } from '../../evaluation/rows.js';
import type { Decision } from '../../formats/decision.js';
import type { Fact, Report, Section, Text } from '../../report/model.js';
import { curvesSection } from './report/curves.js';
import { foldsSection } from './report/folds.js';
import { metricsSection } from './report/metrics.js';
import { repeatsSection } from './report/repeats.js';
import { rulesSection, waiversSection } from './report/rules.js';
import { slicesSection } from './report/slices.js';
import { unseenSection } from './report/unseen.js';
import { waysOutSection } from './report/ways-out.js';
import { parts } from './sections.js';

export interface GateReportOptions {
  /** "the champion (v1.0.0)"; undefined when nothing was compared with. */
  readonly championName: string | undefined;
  readonly challenger: EvaluationRows;
  readonly champion: EvaluationRows | undefined;
  readonly minSliceRows: number;
}

/** The decision for people: the verdict and why, the numbers behind it, and what the gate could not see. */
export function gateReport(decision: Decision, options: GateReportOptions): Report {
  const { model, verdict } = decision;
  return {
    key: `evaluate-gate:${model}`,
    title: `Evaluation of ${model}`,
    verdict,
    headline: headline(decision),
    reasons: shortReasons(decision.reasons),
    sections: [
      rulesSection(decision, options.championName),
      ...waysOutSection(decision),
      ...waiversSection(decision),
      ...foldsSection(decision),
      ...repeatsSection(decision),
      ...partSections(decision, 'changes'),
      ...slicesSection(decision, options.minSliceRows),
      ...partSections(decision),
      unseenSection(decision, options),
      ...curvesSection(options.challenger, options.champion),
      ...metricsSection(decision, options.championName),
    ],
    footer: footer(decision),
  };
}

function headline(decision: Decision): string {
  const { model, verdict, rules, data, folds } = decision;
  const applied = rules.filter((rule) => rule.verdict !== 'not-applicable');
  const waived = applied.filter((rule) => rule.waived === true).length;
  const training = folds === undefined ? '' : ` and ${plural(folds.rows, 'training row')}`;
  const rows = `${plural(data.rows, 'hold-out row')}${training}`;
  if (verdict === 'pass') {
    const passed = applied.filter((rule) => rule.verdict === 'pass').length;
    const but = waived > 0 ? `, ${waived} waived,` : '';
    return `${model} passes: ${passed} of ${plural(applied.length, 'rule')}${but} on ${rows}`;
  }
  const found = whatIs(verdict, decision);
  const facts = [...found, ...(waived > 0 ? [`${waived} waived`] : [])].join(', ');
  const end = facts === '' ? '' : `: ${facts}`;
  return verdict === 'fail'
    ? `${model} does not pass on ${rows}${end}`
    : `${rows} cannot tell whether ${model} is good enough${end}`;
}

/** What fails, or what is open, part by part. */
function whatIs(verdict: 'fail' | 'inconclusive', decision: Decision): string[] {
  const { rules, slices, search, fairness, behaviour, importance, serving } = decision;
  const ruled = rules.filter((rule) => rule.verdict === verdict && rule.waived !== true).length;
  const sliced = verdict === 'fail' ? slices.filter((slice) => slice.verdict === 'fail').length : 0;
  const does = (count: number): string =>
    verdict === 'fail' ? (count === 1 ? 'fails' : 'fail') : count === 1 ? 'is open' : 'are open';
  const counted = (all: readonly { readonly verdict: string | null }[] = [], noun: string): string[] => {
    const judged = all.filter((one) => one.verdict !== null);
    const count = judged.filter((one) => one.verdict === verdict).length;
    return count > 0 ? [`${count} of ${plural(judged.length, noun)} ${does(count)}`] : [];
  };
  return [
    ...(ruled > 0 ? [`${ruled} of ${plural(rules.length, 'rule')} ${does(ruled)}`] : []),
    ...(sliced > 0 ? [`${sliced} of ${plural(slices.length, 'slice')} ${does(sliced)}`] : []),
    ...(verdict === 'fail' && search?.fail === true && search.findings.length > 0
      ? [`${plural(search.findings.length, 'weak slice')} found`]
      : []),
    ...counted(fairness, 'fairness rule'),
    ...counted(behaviour?.tests, 'behaviour test'),
    ...counted(importance?.columns, 'importance limit'),
    ...counted(serving?.checks, 'serving check'),
  ];
}

const mostReasons = 8;

/** A reader wants the first ones; the sections have all. */
function shortReasons(reasons: readonly string[]): Text[] {
  if (reasons.length <= mostReasons) return [...reasons];
  const left = reasons.length - (mostReasons - 1);
  return [...reasons.slice(0, mostReasons - 1), `${formatInteger(left)} more, in the sections below`];
}

/** What the parts beyond rules and slices found: the one of this key, or all others. */
function partSections(decision: Decision, only?: 'changes'): Section[] {
  return parts.flatMap((part) => {
    const record = decision[part.key];
    if (record === undefined || (part.key === 'changes') !== (only === 'changes')) return [];
    return [...part.report(record, decision)];
  });
}

function footer({ data, challenger, champion, baselines = [], confidence, holdoutUse }: Decision): Fact[] {
  return [
    { name: 'Data', value: data.files.map(({ path }) => path).join(', ') },
    ...(data.group === undefined
      ? []
      : [
          {
            name: 'Groups',
            value: `${formatNumber(data.group.count)} by ${data.group.column}, each counted as one piece of evidence`,
          },
        ]),
    ...thresholdFact({ challenger, champion }),
    ...(data.sampleWeight === undefined ? [] : [{ name: 'Weights', value: data.sampleWeight }]),
    ...(challenger.digest === null
      ? []
      : [{ name: 'Challenger', value: [{ code: challenger.digest.slice(0, 19) }] }]),
    ...(champion?.version ? [{ name: 'Champion', value: `v${champion.version}` }] : []),
    ...(baselines.length === 0
      ? []
      : [{ name: 'Baselines', value: baselines.map(({ path }) => path).join(', ') }]),
    ...(holdoutUse === undefined ? [] : [{ name: 'Use of these rows', value: `number ${holdoutUse.use}` }]),
    { name: 'Confidence', value: `${formatPercent(confidence)} for each bound` },
  ];
}

/** Where the threshold was chosen: what a model that serves would use. */
function thresholdFact({ challenger, champion }: Pick<Decision, 'challenger' | 'champion'>): Fact[] {
  const { threshold } = challenger;
  if (threshold === undefined) return [];
  const other =
    champion?.threshold === undefined ? '' : ` (the champion’s ${formatNumber(champion.threshold.value)})`;
  return [
    {
      name: 'Threshold',
      value: `${formatNumber(threshold.value)}${other} makes ${threshold.maximises} largest; each row was judged at the one that other rows chose`,
    },
  ];
}
