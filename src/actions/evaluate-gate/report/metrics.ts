import { formatNumber } from '../../../common/text.js';
import type { Decision } from '../../../formats/decision.js';
import type { Section } from '../../../report/model.js';

/** Every metric of both models. @param championName such as "the champion (v1.0.0)" */
export function metricsSection(
  { metrics, champion }: Pick<Decision, 'metrics' | 'champion'>,
  championName = 'the champion',
): Section[] {
  if (champion?.metrics === undefined) {
    return section(
      [],
      Object.entries(metrics).map(([name, value]) => [name, formatNumber(value, 5)]),
    );
  }
  const [own, theirs] = [metrics, champion.metrics].map((values) => new Map(Object.entries(values))) as [
    Map<string, number>,
    Map<string, number>,
  ];
  const title = championName.replace(/^the /, '');
  return section(
    [`${title.charAt(0).toUpperCase()}${title.slice(1)}`, 'Difference'],
    [...new Set([...own.keys(), ...theirs.keys()])].map((name) => {
      const [value, other] = [own.get(name), theirs.get(name)];
      const known = value !== undefined && other !== undefined;
      return [name, cell(value), cell(other), known ? formatSigned(value - other) : ''];
    }),
  );
}

const cell = (value: number | undefined): string =>
  value === undefined ? 'no value' : formatNumber(value, 5);

const formatSigned = (value: number): string => `${value > 0 ? '+' : ''}${formatNumber(value, 3)}`;

function section(columns: readonly string[], rows: readonly string[][]): Section[] {
  if (rows.length === 0) return [];
  return [
    {
      title: `Metrics (${rows.length})`,
      folded: true,
      blocks: [
        {
          kind: 'table',
          columns: [
            { title: 'Metric' },
            ...['Challenger', ...columns].map((title) => ({ title, align: 'right' as const })),
          ],
          rows,
          note: 'Values without intervals; the rules decide on intervals.',
        },
      ],
    },
  ];
}
