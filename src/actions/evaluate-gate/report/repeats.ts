import { ownValue } from '../../../common/own.js';
import { formatNumber } from '../../../common/text.js';
import type { Decision } from '../../../formats/decision.js';
import type { Section, Text } from '../../../report/model.js';
import { metricTitle } from './words.js';

/** How each repeat did, and how far they lie apart. */
export function repeatsSection(decision: Decision): Section[] {
  const { repeats } = decision;
  if (repeats === undefined) return [];
  const { kind, list } = repeats;
  const names = [...new Set(list.flatMap(({ metrics }) => Object.keys(metrics)))];
  const cell = (value: number | undefined): string =>
    value === undefined ? 'no value' : formatNumber(value);
  const rows = list.map(({ seed, metrics }, i): Text[] => [
    seed === undefined ? `${i + 1}` : `${i + 1} (seed ${seed})`,
    ...names.map((name) => cell(ownValue(metrics, name))),
  ]);
  const range = names.map((name) => {
    const values = list.flatMap(({ metrics }) => ownValue(metrics, name) ?? []);
    return values.length === 0 ? '' : formatNumber(Math.max(...values) - Math.min(...values), 3);
  });
  return [
    {
      title: `Repeats (${list.length})`,
      folded: true,
      blocks: [
        {
          kind: 'table',
          columns: [
            { title: kind === 'models' ? 'Model' : 'Evaluation' },
            ...names.map((name) => ({ title: metricTitle(name, decision), align: 'right' as const })),
          ],
          rows: [...rows, [[{ bold: 'Largest less smallest' }], ...range]],
          note:
            kind === 'models'
              ? 'Models that were trained alike with other seeds. The rules decide on their mean, and their intervals hold how they differ.'
              : 'Evaluations of one model with other seeds. The rules decide on their mean, and their intervals hold how they differ.',
        },
      ],
    },
  ];
}
