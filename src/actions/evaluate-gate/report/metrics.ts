import { formatNumber } from '../../../common/text.js';
import type { Decision } from '../../../formats/decision.js';
import type { Section } from '../../../report/model.js';

export function metricsSection({ metrics }: Decision): Section[] {
  const rows = Object.entries(metrics).map(([name, value]) => [name, formatNumber(value, 5)]);
  if (rows.length === 0) return [];
  return [
    {
      title: `Metrics (${rows.length})`,
      folded: true,
      blocks: [
        {
          kind: 'table',
          columns: [{ title: 'Metric' }, { title: 'Challenger', align: 'right' }],
          rows,
          note: 'Points only; the rules decide on intervals.',
        },
      ],
    },
  ];
}
