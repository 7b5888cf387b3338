import { formatNumber, plural } from '../../../common/text.js';
import { groupName } from '../../../evaluation/fairness/sentences.js';
import type { EstimateRecord } from '../../../formats/decision-estimate.js';
import type { FairnessDecision } from '../../../formats/decision-fairness.js';
import type { Inline, Section, Table, Text } from '../../../report/model.js';

/** Groups of one table; a report is not a listing. */
const maxGroups = 50;

/** The rules that compare groups, and below them what each group has. */
export function fairnessReport(decisions: readonly FairnessDecision[]): Section[] {
  const open = decisions.some(({ verdict }) => verdict === 'fail' || verdict === 'inconclusive');
  return [{ title: 'Fairness', folded: !open, blocks: [rulesTable(decisions), ...groupTables(decisions)] }];
}

function rulesTable(decisions: readonly FairnessDecision[]): Table {
  const champion = decisions.some((one) => one.champion !== null);
  return {
    kind: 'table',
    columns: [
      { title: 'Measure' },
      { title: 'Groups' },
      { title: 'Challenger', align: 'right' },
      ...(champion ? [{ title: 'Champion', align: 'right' as const }] : []),
      { title: 'By chance alone', align: 'right' },
      { title: 'Rule' },
      { title: 'Verdict' },
    ],
    rows: decisions.map((one) => [
      one.title,
      one.column,
      interval(one.challenger),
      ...(champion ? [interval(one.champion)] : []),
      one.byChance === null ? '' : `about ${formatNumber(one.byChance, 2)}`,
      `${one.kind} ${one.limit}${one.versus === null ? '' : ` versus ${one.versus}`}`,
      verdictText(one.verdict),
    ]),
    note: 'The groups that are furthest apart in a sample are so by chance too: "by chance alone" is what equal groups of these sizes would show on average. Verdicts use the ends of the interval, which allow for it.',
  };
}

/** One table for rules that have the same groups. */
function groupTables(decisions: readonly FairnessDecision[]): Table[] {
  const tables = new Map<string, FairnessDecision[]>();
  for (const decision of decisions) {
    const key = JSON.stringify([
      decision.column,
      decision.minRows,
      decision.groups.map(({ parts }) => parts),
    ]);
    tables.set(key, [...(tables.get(key) ?? []), decision]);
  }
  return [...tables.values()].map((same) => groupTable(same));
}

function groupTable(decisions: readonly FairnessDecision[]): Table {
  const { column, groups, minRows } = decisions[0]!;
  const metrics = [
    ...new Set(decisions.flatMap((one) => one.groups.flatMap((group) => Object.keys(group.metrics)))),
  ];
  const estimateOf = (place: number, metric: string): EstimateRecord | null =>
    decisions.map((one) => one.groups[place]!.metrics[metric]).find((found) => found !== undefined) ?? null;
  const stateOf = (place: number): string => {
    const { state, note } = groups[place]!;
    if (state === 'small') return `fewer than ${plural(minRows, 'row')}`;
    if (state === 'no-value') return note ?? 'no value';
    return state === 'absent' ? 'no row' : '';
  };
  // Those that decided come first, then the large ones.
  const apart = new Set(decisions.flatMap(({ between }) => between));
  const order = groups
    .map((_, place) => place)
    .sort(
      (a, b) => Number(apart.has(b)) - Number(apart.has(a)) || groups[b]!.rows - groups[a]!.rows || a - b,
    );
  const left = (decisions[0]!.leftOut?.groups ?? 0) + Math.max(0, order.length - maxGroups);
  return {
    kind: 'table',
    columns: [
      { title: column },
      { title: 'Rows', align: 'right' },
      ...metrics.map((title) => ({ title, align: 'right' as const })),
      { title: '' },
    ],
    rows: order
      .slice(0, maxGroups)
      .map((place) => [
        apart.has(place) ? [{ bold: groupName(groups[place]!) }] : groupName(groups[place]!),
        formatNumber(groups[place]!.rows),
        ...metrics.map((metric) => interval(estimateOf(place, metric))),
        stateOf(place),
      ]),
    ...(left > 0 && { note: `${plural(left, 'smaller group')} not shown.` }),
  };
}

function interval(estimate: EstimateRecord | null): string {
  if (estimate === null) return '';
  const show = (bound: number | null, open: string): string =>
    bound === null ? open : formatNumber(bound, 3);
  return `${formatNumber(estimate.value, 3)} (${show(estimate.lower, '−∞')} … ${show(estimate.upper, '∞')})`;
}

function verdictText(verdict: FairnessDecision['verdict']): Text {
  const shown: Inline = verdict === 'not-applicable' ? 'not applicable' : { verdict };
  return [shown];
}
