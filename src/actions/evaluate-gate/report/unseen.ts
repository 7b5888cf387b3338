import { formatNumber, formatPercent, plural } from '../../../common/text.js';
import type { Decision } from '../../../formats/decision.js';
import type { Section } from '../../../report/model.js';

/** What these rows could not have shown. */
export function unseenSection(
  decision: Decision,
  { minSliceRows, championName }: { minSliceRows: number; championName: string | undefined },
): Section {
  const { rules, data, slices, slicesLeftOut = [], holdoutUse } = decision;
  const compared = rules.filter((rule) => rule.detectable !== null);
  const insufficient = slices.filter(({ verdict }) => verdict === 'insufficient').length;
  const items = [
    ...compared.map((rule) => {
      const loss =
        rule.relative === undefined ? formatNumber(rule.detectable!, 2) : formatPercent(rule.detectable!, 2);
      const other = rule.versus === 'champion' ? (championName ?? 'the champion') : rule.versus;
      return `${rule.title}: on these ${plural(data.rows, 'row')}, a loss of less than about ${loss} against ${other} would be missed more often than one time in five.`;
    }),
    ...(compared.length === 0
      ? ['Nothing was compared: a model can meet every limit and still be worse than what serves now.']
      : []),
    ...(insufficient > 0
      ? [
          `${plural(insufficient, 'slice')} below ${plural(minSliceRows, 'row')}: what happens there is unknown.`,
        ]
      : []),
    ...slicesLeftOut.map(
      ({ column, slices: count, rows }) =>
        `${plural(count, 'more slice')} of ${column} (${plural(rows, 'row')}) were not judged one by one.`,
    ),
    ...(holdoutUse === undefined
      ? []
      : [
          `These hold-out rows have decided on ${plural(holdoutUse.use, 'model')} of this name; they are now worth about ${formatPercent(holdoutUse.worth, 2)} of as many unused rows${holdoutUse.wornOut ? ': the hold-out set is exhausted' : ''}.`,
        ]),
    'Only the hold-out rows: how the model does on requests that are unlike them, the canary must show.',
  ];
  return { title: 'What the gate could not see', folded: true, blocks: [{ kind: 'bullets', items }] };
}
