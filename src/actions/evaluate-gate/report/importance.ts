import { formatNumber, plural } from '../../../common/text.js';
import type { ImportanceRecord } from '../../../formats/decision-behaviour.js';
import type { Section, Text } from '../../../report/model.js';

/** More are no chart. */
const mostShown = 20;

/** What the model leans on, the most important column first. */
export function importanceReport(record: ImportanceRecord): Section[] {
  const { columns, title, value, rows, repeats, repeated } = record;
  const limited = columns.some(({ limit }) => limit !== null);
  const failed = columns.filter(({ verdict }) => verdict === 'fail').length;
  const measured = columns.filter(({ importance }) => importance !== null).slice(0, mostShown);
  return [
    {
      title: `What the model leans on${failed > 0 ? ` (${plural(failed, 'column')} too much)` : ''}`,
      folded: record.verdict === null || record.verdict === 'pass',
      blocks: [
        {
          kind: 'table',
          columns: [
            { title: 'Column' },
            { title: `${title} gets worse by`, align: 'right' },
            ...(limited ? [{ title: 'Allowed', align: 'right' as const }, { title: 'Verdict' }] : []),
          ],
          rows: columns.map(({ name, columns: own, importance, limit, verdict }): Text[] => [
            own.length === 1 && own[0] === name ? name : `${name} (${own.join(', ')})`,
            importance === null
              ? 'no value'
              : `${formatNumber(importance.value, 3)} (${bound(importance.lower, '−∞')} … ${bound(importance.upper, '∞')})`,
            ...(limited
              ? [limit === null ? '' : formatNumber(limit), verdict === null ? '' : ([{ verdict }] as Text)]
              : []),
          ]),
          note: `How much ${title} (${formatNumber(value)} on ${plural(rows, 'sampled row')}) gets worse when a column is shuffled among the rows, ${repeats === 1 ? 'once' : `over ${repeats} shuffles`}. Columns that stand in for each other share their importance.${repeated.changed > 0 ? ` The model does not repeat itself: asked again, ${plural(repeated.changed, 'unchanged row')} were answered otherwise.` : ''}`,
        },
        ...(measured.length < 2
          ? []
          : [
              {
                kind: 'forest' as const,
                title: `Importance: ${title} lost by shuffling`,
                axis: `${title} gets worse by`,
                lines: [{ name: 'no importance', at: 0 }],
                items: measured.map(({ name, importance, verdict }) => ({
                  title: name,
                  note: '',
                  value: importance!.value,
                  lower: importance!.lower,
                  upper: importance!.upper,
                  ...(verdict !== null && { verdict }),
                })),
              },
            ]),
      ],
    },
  ];
}

const bound = (value: number | null, open: string): string =>
  value === null ? open : formatNumber(value, 3);
