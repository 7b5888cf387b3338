import { formatNumber, formatPercent, plural } from '../../common/text.js';
import type {
  DomainClassifier,
  MultivariateDrift,
  Reconstruction,
} from '../../formats/drift-multivariate.js';
import type { Block, Section, Text } from '../../report/model.js';

const mostExcluded = 20;

/** The comparison of all columns together, for the readers of the report. */
export function multivariateSections(result: MultivariateDrift): Section[] {
  const { notRun, verdict, classifier, reconstruction } = result;
  if (notRun !== undefined) {
    return [
      {
        title: 'Columns together: not looked at',
        folded: true,
        blocks: [{ kind: 'paragraph', text: `${capital(notRun)}.` }, ...leftOut(result)],
      },
    ];
  }
  return [
    {
      title: 'Columns together',
      folded: verdict === 'pass',
      blocks: [
        ...(classifier === null ? [] : [overview(result, classifier, reconstruction)]),
        ...(classifier === null ? [] : classifierBlocks(classifier)),
        ...(reconstruction === null ? [] : reconstructionBlocks(reconstruction)),
        ...leftOut(result),
      ],
    },
  ];
}

function overview(
  { threshold, reference, current }: MultivariateDrift,
  classifier: DomainClassifier,
  reconstruction: Reconstruction | null,
): Block {
  const row = (question: string, found: DomainClassifier | Reconstruction): Text[] => [
    question,
    [{ verdict: found.verdict }],
    formatNumber(found.auc, 3),
    `${formatNumber(found.lower, 3)} to ${formatNumber(found.upper, 3)}`,
    formatNumber(threshold),
    found.detectable === null ? '' : formatNumber(found.detectable, 3),
  ];
  const drawn = (side: MultivariateDrift['reference']): string =>
    side === null
      ? ''
      : `${plural(side.rows, 'row')}${side.rows < side.of ? ` of ${plural(side.of, 'row')}` : ''}`;
  return {
    kind: 'table',
    columns: [
      { title: 'question' },
      { title: 'verdict' },
      { title: 'AUC', align: 'right' },
      { title: 'certain within', align: 'right' },
      { title: 'matters from', align: 'right' },
      { title: 'can be seen from', align: 'right' },
    ],
    rows: [
      row('Can a classifier tell current rows from the reference?', classifier),
      ...(reconstruction === null
        ? []
        : [row('Do columns go together as they did (principal components)?', reconstruction)]),
    ],
    note: `0.5 is no difference, 1 is a complete one. Drawn by chance: ${drawn(reference)} of the reference, ${drawn(current)} of current data.`,
  };
}

function classifierBlocks({ reason, verdict, drivers, pairs }: DomainClassifier): Block[] {
  const blocks: Block[] = [{ kind: 'paragraph', text: `${capital(reason)}.` }];
  if (pairs.length > 0) {
    blocks.push({
      kind: 'bullets',
      items: pairs.map(({ columns: [a, b], share }): Text => [
        { bold: `${a} with ${b}` },
        `: ${formatPercent(share, 2)} of what it learned comes from the two together. Their relation changed, whatever each does by itself.`,
      ]),
    });
  }
  if (verdict !== 'pass' && drivers.length > 0) {
    blocks.push({
      kind: 'bar-chart',
      title: 'What it tells them apart by: AUC lost without the column',
      categories: drivers.map(({ column }) => column.slice(0, 24)),
      y: { label: 'AUC lost' },
      series: [{ name: 'AUC lost', values: drivers.map(({ loss }) => round(loss, 1000)) }],
    });
  }
  return blocks;
}

function reconstructionBlocks({
  reason,
  verdict,
  shares,
  drivers,
  reference,
  current,
}: Reconstruction): Block[] {
  const blocks: Block[] = [{ kind: 'paragraph', text: `${capital(reason)}.` }];
  if (verdict === 'pass') return blocks;
  blocks.push({
    kind: 'bar-chart',
    title: 'Error of rebuilding a row: share of rows, before and now',
    categories: shares.map(({ label }) => label),
    y: { label: 'share of rows, %' },
    series: [
      { name: 'reference', values: shares.map((share) => round(share.reference * 100, 100)) },
      { name: 'current', values: shares.map((share) => round(share.current * 100, 100)) },
    ],
  });
  blocks.push({
    kind: 'table',
    columns: [
      { title: 'column' },
      { title: 'reference', align: 'right' },
      { title: 'current', align: 'right' },
      { title: 'change', align: 'right' },
    ],
    rows: [
      [
        'all, of a row',
        formatNumber(reference.mean, 3),
        formatNumber(current.mean, 3),
        signed(current.mean - reference.mean),
      ],
      ...drivers.map((driver) => [
        driver.column,
        formatNumber(driver.reference, 3),
        formatNumber(driver.current, 3),
        signed(driver.current - driver.reference),
      ]),
    ],
    note: 'Mean error in standard deviations for a row, in variances for a column; the largest change first.',
  });
  return blocks;
}

function leftOut({ excluded }: MultivariateDrift): Block[] {
  if (excluded.length === 0) return [];
  const shown = excluded.slice(0, mostExcluded).map(({ column, reason }) => `${column} (${reason})`);
  const more = excluded.length > shown.length ? `, and ${excluded.length - shown.length} more` : '';
  return [{ kind: 'paragraph', text: `Left out: ${shown.join(', ')}${more}.` }];
}

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
const round = (value: number, unit: number): number => Math.round(value * unit) / unit;
const signed = (value: number): string => `${value > 0 ? '+' : ''}${formatNumber(value, 3)}`;
