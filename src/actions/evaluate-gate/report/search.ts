import { formatNumber, plural } from '../../../common/text.js';
import { findingWords } from '../../../evaluation/search/sentences.js';
import type { SearchDecision } from '../../../formats/decision-search.js';
import type { Block, Section } from '../../../report/model.js';
import { interval, pText } from './words.js';

/** Findings of one table; the record has all. */
const maxFindings = 20;

/** The slices that were found, the worst first, and how they were looked for. */
export function searchReport(search: SearchDecision): Section[] {
  const { findings } = search;
  return [
    {
      title:
        findings.length === 0
          ? 'Search for weak slices'
          : `Weak slices that nobody named (${formatNumber(findings.length)})`,
      folded: findings.length === 0 || !search.fail,
      blocks: [...(findings.length > 0 ? [table(search)] : []), { kind: 'paragraph', text: method(search) }],
    },
  ];
}

function table({ findings, title }: SearchDecision): Block {
  const left = findings.length - maxFindings;
  return {
    kind: 'table',
    columns: [
      { title: 'Slice' },
      { title: 'Rows', align: 'right' },
      { title: 'Worse than' },
      { title, align: 'right' },
      { title: 'Other', align: 'right' },
      { title: 'Difference', align: 'right' },
      { title: 'p, corrected', align: 'right' },
    ],
    rows: findings
      .slice(0, maxFindings)
      .map((one) => [
        findingWords(one),
        formatNumber(one.rows),
        one.than === 'rest' ? 'the other rows' : 'the champion',
        formatNumber(one.challenger.value),
        formatNumber(one.other.value),
        interval(one.difference, { signed: true }),
        pText(one.adjustedP),
      ]),
    ...(left > 0 && { note: `${plural(left, 'more finding')} in result.json.` }),
  };
}

function method(search: SearchDecision): string {
  const { columns, columnsLeftOut, lookedAt, foundOn, confirmedOn, candidates, findings, thresholds, title } =
    search;
  if (search.note !== undefined) return `Nothing was searched: ${search.note}.`;
  const worse = `worse by more than ${formatNumber(thresholds.rest ?? 0, 2)} than the other rows${thresholds.champion === null ? '' : ` or by more than ${formatNumber(thresholds.champion, 2)} than the champion`}`;
  const none = findings.length === 0 ? `No slice was found where the model is ${worse}. ` : '';
  const left =
    columnsLeftOut.length === 0
      ? ''
      : ` Not looked at: ${columnsLeftOut
          .slice(0, 5)
          .map(({ column, why }) => `${column} (${why})`)
          .join(', ')}${columnsLeftOut.length > 5 ? ` and ${columnsLeftOut.length - 5} more columns` : ''}.`;
  return `${none}${plural(lookedAt, 'slice')} of one and two of ${plural(columns.length, 'column')} were looked at for ${title}${search.foundBy === undefined ? '' : ` (by ${search.foundBy})`}${findings.length === 0 ? '' : ` ${worse}`}, on one half of the rows (${formatNumber(foundOn)}). The ${plural(candidates, 'slice')} that looked worst were tested on the other half (${formatNumber(confirmedOn)}), which gives the numbers above: so looking at many slices makes none of them look worse than it is.${left}`;
}
