import { formatNumber, plural } from '../../../common/text.js';
import { groupName } from '../../../evaluation/fairness/sentences.js';
import type { EstimateRecord } from '../../../formats/decision-estimate.js';
import type { FairnessDecision } from '../../../formats/decision-fairness.js';
import type { Block, Forest, Section, Table } from '../../../report/model.js';
import { interval, verdictText } from './words.js';

/** Groups of one table or chart; a report is no listing. */
const maxGroups = 50;
const maxDrawn = 20;
const maxForests = 4;

/** The rules that compare groups, and below them what each group has. */
export function fairnessReport(decisions: readonly FairnessDecision[]): Section[] {
  const open = decisions.some(({ verdict }) => verdict === 'fail' || verdict === 'inconclusive');
  const groupings = sameGroups(decisions);
  const blocks: Block[] = [
    rulesTable(decisions),
    ...groupings.flatMap((same) => forests(same)).slice(0, maxForests),
    ...groupings.map((same) => groupTable(same)),
  ];
  return [{ title: 'Fairness', folded: !open, blocks }];
}

function rulesTable(decisions: readonly FairnessDecision[]): Table {
  const champion = decisions.some((one) => one.champion !== null);
  const chance = decisions.some((one) => one.byChance !== null);
  return {
    kind: 'table',
    columns: [
      { title: 'Measure' },
      { title: 'Groups' },
      { title: 'Challenger', align: 'right' },
      ...(champion ? [{ title: 'Champion', align: 'right' as const }] : []),
      ...(chance ? [{ title: 'By chance alone', align: 'right' as const }] : []),
      { title: 'Rule' },
      { title: 'Verdict' },
    ],
    rows: decisions.map((one) => [
      one.title,
      one.column,
      interval(one.challenger),
      ...(champion ? [interval(one.champion)] : []),
      ...(chance ? [one.byChance === null ? '' : `about ${formatNumber(one.byChance, 2)}`] : []),
      `${one.kind} ${one.limit}${one.versus === null ? '' : ` versus ${one.versus}`}`,
      verdictText(one.verdict),
    ]),
    ...(chance && {
      note: 'Groups are apart in any sample: “by chance alone” is what equal groups of these sizes would show on average. Verdicts use the ends of the interval, which allow for it.',
    }),
  };
}

/** Rules that have the same groups share what is shown of them. */
function sameGroups(decisions: readonly FairnessDecision[]): FairnessDecision[][] {
  const found = new Map<string, FairnessDecision[]>();
  for (const decision of decisions) {
    const { column, minRows, groups } = decision;
    const key = JSON.stringify([column, minRows, groups.map(({ parts }) => parts)]);
    found.set(key, [...(found.get(key) ?? []), decision]);
  }
  return [...found.values()];
}

/** The metrics of groups, each with the estimates of those that it is known of. */
function metricsOf(decisions: readonly FairnessDecision[]): Map<string, (EstimateRecord | undefined)[]> {
  const found = new Map<string, (EstimateRecord | undefined)[]>();
  for (const { groups } of decisions) {
    groups.forEach(({ metrics }, place) => {
      for (const [name, estimate] of Object.entries(metrics)) {
        const estimates = found.get(name) ?? Array<undefined>(groups.length).fill(undefined);
        estimates[place] = estimate;
        found.set(name, estimates);
      }
    });
  }
  return found;
}

function forests(decisions: readonly FairnessDecision[]): Forest[] {
  const { column, groups } = decisions[0]!;
  return [...metricsOf(decisions)].map(([name, estimates]) => ({
    kind: 'forest',
    title: `${name.replaceAll('_', ' ')} by ${column}`,
    axis: name.replaceAll('_', ' '),
    lines: [],
    items: ends(
      estimates.flatMap((estimate, place) =>
        estimate === undefined
          ? []
          : [
              {
                ...shape(estimate),
                title: groupName(groups[place]!),
                note: formatNumber(groups[place]!.rows),
              },
            ],
      ),
    ),
  }));
}

const shape = ({ value, lower, upper }: EstimateRecord): Omit<EstimateRecord, 'method'> => ({
  value,
  lower,
  upper,
});

/** By rising value; of many, those at both ends, which are what a rule is about. */
function ends(items: Forest['items']): Forest['items'] {
  const sorted = [...items].sort((a, b) => a.value - b.value);
  if (sorted.length <= maxDrawn) return sorted;
  return [...sorted.slice(0, maxDrawn / 2), ...sorted.slice(-maxDrawn / 2)];
}

function groupTable(decisions: readonly FairnessDecision[]): Table {
  const { column, groups, minRows, leftOut } = decisions[0]!;
  const metrics = [...metricsOf(decisions)];
  const stateOf = (place: number): string => {
    const { state, note } = groups[place]!;
    if (state === 'small') return `fewer than ${plural(minRows, 'row')}`;
    if (state === 'no-value') return note ?? 'no value';
    return state === 'absent' ? 'no row' : '';
  };
  const judged = groups.every(({ state }) => state === 'judged');
  // Those that decided come first, then the large ones.
  const apart = new Set(decisions.flatMap(({ between }) => between));
  const order = groups
    .map((_, place) => place)
    .sort(
      (a, b) => Number(apart.has(b)) - Number(apart.has(a)) || groups[b]!.rows - groups[a]!.rows || a - b,
    );
  const left = (leftOut?.groups ?? 0) + Math.max(0, order.length - maxGroups);
  return {
    kind: 'table',
    columns: [
      { title: column },
      { title: 'Rows', align: 'right' },
      ...metrics.map(([name]) => ({ title: name.replaceAll('_', ' '), align: 'right' as const })),
      ...(judged ? [] : [{ title: 'Not judged' }]),
    ],
    rows: order
      .slice(0, maxGroups)
      .map((place) => [
        apart.has(place) ? [{ bold: groupName(groups[place]!) }] : groupName(groups[place]!),
        formatNumber(groups[place]!.rows),
        ...metrics.map(([, estimates]) => interval(estimates[place] ?? null)),
        ...(judged ? [] : [stateOf(place)]),
      ]),
    ...(left > 0 && { note: `${plural(left, 'smaller group')} not shown.` }),
  };
}
