import { ownValue } from '../../../common/own.js';
import { formatNumber, plural } from '../../../common/text.js';
import { breaks } from '../../../evaluation/slices/judge.js';
import type { Decision, SliceDecision } from '../../../formats/decision.js';
import type { Block, Forest, ForestItem, Section, Text } from '../../../report/model.js';
import { interval, metricTitle, pText, sliceName, valueBeside, verdictText } from './words.js';

type Result = SliceDecision['results'][number];

/** The rules in every slice: drawn beside each other, then in numbers, the worst first. */
export function slicesSection(decision: Decision, minSliceRows: number): Section[] {
  const { slices } = decision;
  if (slices.length === 0) return [];
  const order = ['fail', 'inconclusive', 'pass', 'described', 'insufficient'];
  const sorted = [...slices].sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
  const judged = sorted.filter(({ verdict, named }) => verdict !== 'insufficient' || named === true);
  const failed = sorted.filter(({ verdict }) => verdict === 'fail').length;
  const compared = judged.some(({ verdict }) => verdict !== 'described');
  return [
    {
      title: failed === 0 ? `Slices (${slices.length})` : `Slices (${failed} of ${slices.length} fail)`,
      folded: failed === 0,
      blocks: [
        ...forests(judged, decision),
        table(judged, sorted.length - judged.length, minSliceRows, decision),
        ...(compared
          ? [
              {
                kind: 'paragraph',
                text: 'A slice fails the gate only where it is worse than its rule allows, at the given confidence and after correction for all slices (Benjamini–Hochberg). An inconclusive slice is one that is neither shown worse nor shown good enough.',
              } as const,
            ]
          : []),
      ],
    },
  ];
}

const mostForests = 3;

/** One for each rule that slices are held against; without any, one for each metric. */
function forests(slices: readonly SliceDecision[], decision: Decision): Block[] {
  const found = new Map<string, { result: Result; items: ForestItem[] }>();
  for (const slice of slices) {
    for (const result of slice.results) {
      const estimate = result.difference ?? result.challenger;
      if (estimate === null) continue;
      const key = `${result.rule ?? result.metric} ${result.difference === null}`;
      const entry = found.get(key) ?? { result, items: [] };
      entry.items.push({
        title: slice.parts === undefined ? sliceName(slice) : (slice.value ?? ''),
        note: formatNumber(slice.rows),
        ...{ value: estimate.value, lower: estimate.lower, upper: estimate.upper },
        ...verdictOf(slice, result, decision.confidence),
      });
      found.set(key, entry);
    }
  }
  return [...found.values()]
    .slice(0, mostForests)
    .map(({ result, items }) => forest(result, items, decision));
}

/** Only the result that fails a slice is drawn as failing. */
function verdictOf(
  { verdict, results }: SliceDecision,
  result: Result,
  confidence: number,
): Pick<ForestItem, 'verdict'> {
  if (verdict !== 'pass' && verdict !== 'fail' && verdict !== 'inconclusive') return {};
  if (verdict !== 'fail' || results.length === 1) return { verdict };
  return breaks(result, confidence) ? { verdict } : {};
}

function forest(result: Result, items: readonly ForestItem[], decision: Decision): Forest {
  const compares = result.difference !== null;
  const title = metricTitle(result.metric, decision);
  const whole = compares ? undefined : ownValue(decision.metrics, result.metric);
  const asked = askedBy(result.rule);
  const worse = asked === undefined ? '' : asked.above ? ' (right is worse)' : ' (left is worse)';
  const sign = asked?.above === true ? -1 : 1;
  return {
    kind: 'forest',
    title: compares ? `${title}: challenger less champion, by slice` : `${title} by slice`,
    axis: `${compares ? `Difference of ${title}` : title}${worse}`,
    lines: [
      ...(compares ? [{ name: 'no difference', at: 0 }] : []),
      ...(whole === undefined ? [] : [{ name: 'all rows', at: whole }]),
      ...(asked === undefined || asked.limit === undefined || asked.limit === 0
        ? []
        : [{ name: 'limit', at: asked.limit }]),
    ],
    items: [...items].sort((a, b) => sign * (a.value - b.value)),
  };
}

/** What a rule such as "roc_auc max-drop 0.02 versus champion" lets a slice be: not above a limit, or not below. */
function askedBy(rule: string | null): { above: boolean; limit: number | undefined } | undefined {
  const found = / (min|max|max-(?:relative-)?(?:drop|increase)) (\S+)/.exec(rule ?? '');
  if (found === null) return undefined;
  const [, kind = '', limit] = found;
  const above = kind === 'max' || kind.endsWith('increase');
  // Relative limits are shares, and the axis is in the metric's unit.
  if (kind.includes('relative')) return { above, limit: undefined };
  return { above, limit: (kind === 'max-drop' ? -1 : 1) * Number(limit) };
}

function table(
  judged: readonly SliceDecision[],
  few: number,
  minSliceRows: number,
  decision: Decision,
): Block {
  const { confidence } = decision;
  const titleOf = (metric: string): string => metricTitle(metric, decision).replaceAll(' ', '\u00a0');
  const differs = judged.some(({ results }) => results.some((result) => result.difference !== null));
  const tested = judged.some(({ results }) => results.some((result) => result.adjustedP !== null));
  const titles = new Set(judged.flatMap(({ results }) => results.map(({ metric }) => titleOf(metric))));
  const [only] = titles.size === 1 ? titles : [];
  return {
    kind: 'table',
    columns: [
      { title: 'Slice' },
      { title: 'Rows', align: 'right' },
      ...(only === undefined ? [{ title: 'Metric' }] : []),
      { title: only === undefined ? 'Challenger' : `${only} of the challenger`, align: 'right' },
      ...(differs ? [{ title: 'Difference', align: 'right' as const }] : []),
      ...(tested ? [{ title: 'p, corrected', align: 'right' as const }] : []),
      { title: 'Verdict' },
    ],
    rows: judged.flatMap((slice): Text[][] => {
      const about = (i: number): Text[] =>
        i === 0 ? [sliceName(slice), formatNumber(slice.rows)] : ['', ''];
      const verdict = verdictText(slice.verdict);
      const blank = [only === undefined, true, differs, tested].filter((is) => is).map(() => '');
      if (slice.results.length === 0) return [[...about(0), ...blank, verdict]];
      return slice.results.map((result, i): Text[] => [
        ...about(i),
        ...(only === undefined ? [titleOf(result.metric)] : []),
        result.note ??
          (result.difference === null
            ? interval(result.challenger)
            : valueBeside(result.challenger!, result.difference)),
        ...(differs ? [interval(result.difference, { signed: true })] : []),
        ...(tested ? [pCell(result, confidence)] : []),
        i === 0 ? verdict : '',
      ]);
    }),
    ...(few > 0 && {
      note: `${plural(few, 'slice')} with fewer than ${plural(minSliceRows, 'row')}, or without a value, not judged.`,
    }),
  };
}

/** What makes a slice fail stands out. */
function pCell(result: Result, confidence: number): Text {
  const { adjustedP: p } = result;
  if (p === null) return '';
  return breaks(result, confidence) ? [{ bold: pText(p) }] : pText(p);
}
