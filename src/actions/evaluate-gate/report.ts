import { formatNumber, formatPercent, plural } from '../../common/text.js';
import { rocCurve } from '../../evaluation/curves.js';
import { reliability } from '../../evaluation/metrics/calibration.js';
import type { EvaluationRows } from '../../evaluation/rows.js';
import type { Decision, EstimateRecord, RuleDecision, SliceDecision } from '../../formats/decision.js';
import { parts } from './sections.js';
import type { Block, Inline, LineChart, Report, Section, Text } from '../../report/model.js';

export interface GateReportOptions {
  /** "the champion (v1.0.0)"; undefined when nothing was compared with. */
  readonly championName: string | undefined;
  readonly challenger: EvaluationRows;
  readonly champion: EvaluationRows | undefined;
  readonly minSliceRows: number;
}

/** The decision for people: the verdict and why, the numbers behind it, and what the gate could not see. */
export function gateReport(decision: Decision, options: GateReportOptions): Report {
  const { model, verdict, rules, data, challenger, champion } = decision;
  const sections: Section[] = [
    { title: 'Rules', blocks: [rulesTable(decision, options)] },
    ...sliceSection(decision.slices, options),
    ...partSections(decision),
    { title: 'What the gate could not see', folded: true, blocks: [blindSpots(decision, options)] },
    { title: 'Metrics', folded: true, blocks: [metricsTable(decision)] },
    ...chartSection(options),
  ];
  const passed = rules.filter((rule) => rule.verdict === 'pass').length;
  const applied = rules.filter((rule) => rule.verdict !== 'not-applicable').length;
  return {
    key: `evaluate-gate:${model}`,
    title: `Evaluation of ${model}`,
    verdict,
    headline: {
      pass: `${model} passes: ${passed} of ${plural(applied, 'rule')} on ${plural(data.rows, 'hold-out row')}`,
      fail: `${model} does not pass: ${passed} of ${plural(applied, 'rule')} met on ${plural(data.rows, 'hold-out row')}`,
      inconclusive: `${plural(data.rows, 'hold-out row')} cannot tell whether ${model} is good enough`,
    }[verdict],
    reasons: decision.reasons,
    sections,
    footer: [
      { name: 'Data', value: data.files.map(({ path }) => path).join(', ') },
      ...(data.group === undefined
        ? []
        : [
            {
              name: 'Groups',
              value: `${formatNumber(data.group.count)} by ${data.group.column}, each counted as one piece of evidence`,
            },
          ]),
      ...(data.sampleWeight === undefined ? [] : [{ name: 'Weights', value: data.sampleWeight }]),
      ...(challenger.digest === null ? [] : [{ name: 'Challenger', value: [{ code: challenger.digest }] }]),
      ...(champion?.version ? [{ name: 'Champion', value: `v${champion.version}` }] : []),
      { name: 'Confidence', value: `${formatPercent(decision.confidence)} for each bound` },
    ],
  };
}

/** What the parts beyond rules and slices found. */
function partSections(decision: Decision): Section[] {
  return parts.flatMap((part) => {
    const record = decision[part.key];
    return record === undefined ? [] : [...part.report(record, decision)];
  });
}

function rulesTable({ rules }: Decision, { championName }: GateReportOptions): Block {
  const compares = rules.some((rule) => rule.versus !== null && rule.difference !== null);
  return {
    kind: 'table',
    columns: [
      { title: 'Metric' },
      { title: 'Challenger', align: 'right' },
      ...(compares
        ? [
            { title: capital(championName ?? 'Champion'), align: 'right' as const },
            { title: 'Difference', align: 'right' as const },
          ]
        : []),
      { title: 'Rule' },
      { title: 'Verdict' },
    ],
    rows: rules.map((rule) => [
      rule.title,
      interval(rule.challenger),
      ...(compares
        ? [rule.champion === null ? '' : formatNumber(rule.champion.value), interval(rule.difference, true)]
        : []),
      ruleText(rule),
      verdictText(rule.verdict),
    ]),
  };
}

function sliceSection(slices: readonly SliceDecision[], { minSliceRows }: GateReportOptions): Section[] {
  if (slices.length === 0) return [];
  const order = ['fail', 'inconclusive', 'pass', 'described', 'insufficient'];
  const sorted = [...slices].sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
  const judged = sorted.filter(({ verdict }) => verdict !== 'insufficient');
  const few = sorted.length - judged.length;
  const rows = judged.flatMap((slice) =>
    slice.results.map((result, i): Text[] => [
      i === 0 ? `${slice.column} = ${slice.value ?? '(empty)'}` : '',
      i === 0 ? formatNumber(slice.rows) : '',
      result.metric,
      result.note ?? interval(result.challenger),
      interval(result.difference, true),
      result.adjustedP === null ? '' : formatNumber(result.adjustedP, 2),
      i === 0 ? verdictText(slice.verdict) : '',
    ]),
  );
  const failed = sorted.filter(({ verdict }) => verdict === 'fail').length;
  return [
    {
      title:
        failed === 0
          ? `Slices (${slices.length})`
          : `Slices (${failed} of ${slices.length} worse than tolerated)`,
      folded: failed === 0,
      blocks: [
        {
          kind: 'table',
          columns: [
            { title: 'Slice' },
            { title: 'Rows', align: 'right' },
            { title: 'Metric' },
            { title: 'Challenger', align: 'right' },
            { title: 'Difference', align: 'right' },
            { title: 'p, corrected', align: 'right' },
            { title: 'Verdict' },
          ],
          rows,
          ...(few > 0 && {
            note: `${plural(few, 'slice')} with fewer than ${plural(minSliceRows, 'row')}, or without a value, not judged.`,
          }),
        },
        {
          kind: 'paragraph',
          text: 'A slice fails the gate only where it is worse than its rule tolerates, at the given confidence and after correction for all slices (Benjamini–Hochberg). An inconclusive slice is one that is neither shown worse nor shown good enough.',
        },
      ],
    },
  ];
}

function blindSpots(
  { rules, data, slices }: Decision,
  { minSliceRows, championName }: GateReportOptions,
): Block {
  const compared = rules.filter((rule) => rule.detectable !== null);
  const insufficient = slices.filter(({ verdict }) => verdict === 'insufficient').length;
  return {
    kind: 'bullets',
    items: [
      ...compared.map(
        (rule) =>
          `${rule.title}: on these ${plural(data.rows, 'row')}, a loss of less than about ${rule.relative === undefined ? formatNumber(rule.detectable!, 2) : formatPercent(rule.detectable!, 2)} against ${rule.versus === 'champion' ? (championName ?? 'the champion') : rule.versus} would be missed more often than one time in five.`,
      ),
      ...(insufficient > 0
        ? [
            `${plural(insufficient, 'slice')} below ${plural(minSliceRows, 'row')}: what happens there is unknown.`,
          ]
        : []),
      ...(compared.length === 0
        ? ['Nothing was compared: a model can meet every limit and still be worse than what serves now.']
        : []),
      'Only the hold-out rows: how the model does on requests that are unlike them, and how fast it answers, the canary must show.',
    ],
  };
}

function metricsTable({ metrics }: Decision): Block {
  return {
    kind: 'table',
    columns: [{ title: 'Metric' }, { title: 'Challenger', align: 'right' }],
    rows: Object.entries(metrics).map(([name, value]) => [name, formatNumber(value, 5)]),
    note: 'Points only; the rules decide on intervals.',
  };
}

const rocPoints = 21;

function chartSection({ challenger, champion }: GateReportOptions): Section[] {
  const models = [
    { name: 'challenger', rows: challenger },
    ...(champion === undefined ? [] : [{ name: 'champion', rows: champion }]),
  ];
  const blocks: LineChart[] = [];
  if (
    challenger.task === 'binary-classification' &&
    challenger.labels.includes(1) &&
    challenger.labels.includes(0)
  ) {
    blocks.push({
      kind: 'line-chart',
      title: 'ROC curve',
      x: {
        label: 'False positive rate',
        values: Array.from({ length: rocPoints }, (_, k) => k / (rocPoints - 1)),
      },
      y: { label: 'True positive rate', min: 0, max: 1 },
      series: models.flatMap(({ name, rows }) =>
        rows.task === 'binary-classification' ? [{ name, values: rocCurve(rows, rocPoints) }] : [],
      ),
    });
  }
  const probable =
    challenger.task === 'binary-classification' ||
    (challenger.task === 'multiclass-classification' && challenger.probabilities !== undefined);
  if (probable) {
    const points = reliability(challenger);
    blocks.push({
      kind: 'line-chart',
      title: 'Calibration of the challenger',
      x: {
        label: 'Claimed probability (bins of equal size)',
        values: points.map(({ claimed }) => Number(claimed.toFixed(3))),
      },
      y: { label: 'Share that came true', min: 0, max: 1 },
      series: [
        { name: 'came true', values: points.map(({ came }) => came) },
        { name: 'claimed', values: points.map(({ claimed }) => claimed) },
      ],
    });
  }
  return blocks.length === 0 ? [] : [{ title: 'Curves', folded: true, blocks }];
}

function interval(estimate: EstimateRecord | null, signed = false): string {
  if (estimate === null) return '';
  const show = (x: number | null, open: string): string => (x === null ? open : formatNumber(x));
  const plus = signed && estimate.value > 0 ? '+' : '';
  return `${plus}${formatNumber(estimate.value)} (${show(estimate.lower, '−∞')} … ${show(estimate.upper, '∞')})`;
}

function ruleText({ kind, limit, versus }: RuleDecision): string {
  return versus === null ? `${kind} ${limit}` : `${kind} ${limit} versus ${versus}`;
}

function verdictText(verdict: RuleDecision['verdict'] | SliceDecision['verdict']): Text {
  const shown: Inline =
    verdict === 'pass' || verdict === 'fail' || verdict === 'inconclusive'
      ? { verdict }
      : verdict.replace('-', ' ');
  return [shown];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
