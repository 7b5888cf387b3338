import { formatInteger, formatNumber, formatPercent, plural } from '../../common/text.js';
import type {
  Concept,
  Estimated,
  MetricEstimate,
  Performance,
  PerformanceRuleResult,
  PredictionDrift,
  Realised,
} from '../../formats/drift-performance.js';
import type { Block, Section, Text } from '../../report/model.js';
import { clip } from './report-columns.js';

/** How the model does: by labels, by its scores alone, by its errors one after the other, and what it says. */
export function performanceSections({ realised, estimated, concept, predictions }: Performance): Section[] {
  return [
    ...(realised === null ? [] : [realisedSection(realised)]),
    ...(estimated === null ? [] : [estimatedSection(estimated)]),
    ...(concept === null ? [] : [conceptSection(concept)]),
    ...(predictions === null ? [] : [predictionSection(predictions)]),
  ];
}

function realisedSection({ verdict, maturity, rules }: Realised): Section {
  const { mature, labelled, coverage, minCoverage, until, predictions, labelledAlike, meanScore } = maturity;
  const items: Text[] = [
    [
      { bold: `${formatInteger(labelled)} of ${plural(mature, 'mature prediction')}` },
      ` (${formatPercent(coverage)}) have a label; ${formatPercent(minCoverage)} are wanted.`,
    ],
  ];
  if (until !== null && mature < predictions) {
    items.push(
      `Mature are predictions made until ${minute(until)}: of younger ones the early labels are no fair sample. The log has ${plural(predictions, 'prediction')}.`,
    );
  }
  if (meanScore !== null && labelledAlike !== null) {
    const alike = labelledAlike >= 0.01 ? 'no sign of a choice' : 'labels came for other predictions';
    items.push(
      `Mean score with a label ${formatNumber(meanScore.labelled)}, without ${formatNumber(meanScore.unlabelled)} (${alike}).`,
    );
  }
  return {
    title: 'Performance, by labels',
    folded: verdict === 'pass',
    blocks: [{ kind: 'bullets', items }, ruleTable(rules, 'now')],
  };
}

function estimatedSection({ verdict, assumptions, rows, rules, heldAgainst }: Estimated): Section {
  const blocks: Block[] = [
    {
      kind: 'paragraph',
      text: `From the scores of ${plural(rows, 'prediction')} whose labels are not needed for it. The estimate is right if:`,
    },
    { kind: 'bullets', items: assumptions },
    ruleTable(rules, 'estimated'),
  ];
  if (heldAgainst.length > 0) {
    blocks.push({
      kind: 'table',
      columns: [
        { title: 'where labels are known' },
        { title: 'estimated', align: 'right' },
        { title: 'came', align: 'right' },
        { title: '' },
      ],
      rows: heldAgainst.map(({ metric, estimated, realised, agrees }) => [
        metric,
        interval(estimated),
        formatNumber(realised.value),
        agrees ? 'agrees' : [{ bold: 'does not agree' }],
      ]),
    });
  }
  return { title: 'Performance, estimated without labels', folded: verdict === 'pass', blocks };
}

function ruleTable(rules: readonly PerformanceRuleResult[], now: string): Block {
  return {
    kind: 'table',
    columns: [
      { title: 'metric' },
      { title: 'verdict' },
      { title: now, align: 'right' },
      { title: 'reference', align: 'right' },
      { title: 'wanted' },
    ],
    rows: rules.map(({ title, verdict, current, reference, rule }) => [
      title,
      [{ verdict }],
      current === null ? '' : interval(current),
      reference === null ? '' : formatNumber(reference.value),
      rule,
    ]),
    note: 'In brackets the interval that decides: a rule fails when all of it is beyond the limit.',
  };
}

function conceptSection(concept: Concept): Section {
  const { verdict, reasons, loss, accepted, margin, alpha, path, threshold, outcomes, added } = concept;
  const title = loss === 'error' ? 'share of errors' : 'mean absolute error';
  const x = { label: 'outcomes so far', values: path.map(({ n }) => n) };
  const charts: Block[] =
    path.length < 3
      ? []
      : [
          {
            kind: 'line-chart',
            title: `${title.slice(0, 1).toUpperCase()}${title.slice(1)}, newest outcomes`,
            x,
            y: { label: title },
            series: [{ name: title, values: path.map(({ mean }) => mean) }],
            lines: [{ name: 'accepted, with its margin', y: accepted + margin }],
          },
          {
            kind: 'line-chart',
            title: 'Evidence (natural logarithm)',
            x,
            y: { label: 'ln E' },
            series: [{ name: 'ln E', values: path.map(({ logEvidence }) => logEvidence) }],
            lines: [{ name: `enough, at an error rate of ${formatPercent(alpha)}`, y: threshold }],
          },
        ];
  return {
    title: 'Errors, one after the other',
    folded: verdict === 'pass',
    blocks: [
      {
        kind: 'bullets',
        items: [
          ...reasons,
          `${plural(added, 'outcome')} are new, ${formatInteger(outcomes)} in all. The evidence may be looked at after each of them: a model in order ever alarms with a probability of at most ${formatPercent(alpha)}. After an alarm it is gathered for the opposite, which ends it.`,
        ],
      },
      ...charts,
      detectorTable(concept),
    ],
  };
}

const detectors = { 'page-hinkley': 'Page–Hinkley', adwin: 'ADWIN', ddm: 'DDM' };

function detectorTable({ detectors: found }: Concept): Block {
  return {
    kind: 'table',
    columns: [
      { title: 'also watched' },
      { title: 'alarms', align: 'right' },
      { title: 'the last' },
      { title: 'mean since', align: 'right' },
    ],
    rows: found.map(({ method, alarms, last, estimate }) => [
      detectors[method],
      formatInteger(alarms),
      last === null ? '' : minute(last),
      estimate === null ? '' : formatNumber(estimate),
    ]),
    note: 'Shown, not decided by: how often these alarm without a change nobody can say.',
  };
}

function predictionSection({ verdict, reasons, columns, rows }: PredictionDrift): Section {
  return {
    title: 'What the model says',
    folded: verdict === 'pass',
    blocks: [
      { kind: 'bullets', items: reasons.map((reason) => clip(reason, 600)) },
      {
        kind: 'table',
        columns: [{ title: 'column' }, { title: 'verdict' }, { title: 'why' }],
        rows: columns.map(({ name, verdict: own, reason }) => [clip(name, 60), own, clip(reason, 300)]),
        note: `${plural(rows.current, 'prediction')}, held against ${formatInteger(rows.reference)} of the reference.`,
      },
    ],
  };
}

function interval({ value, lower, upper }: MetricEstimate): string {
  const end = (bound: number | null, infinite: string): string =>
    bound === null ? infinite : formatNumber(bound);
  return `${formatNumber(value)} (${end(lower, '−∞')} to ${end(upper, '∞')})`;
}

const minute = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`;
