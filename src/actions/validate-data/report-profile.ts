import { formatInteger, formatNumber, formatPercent, plural } from '../../common/text.js';
import { quantile, topValues } from '../../dataset/profile/derive.js';
import { deviation } from '../../dataset/profile/moments.js';
import type { ColumnProfile, Profile } from '../../formats/profile.js';
import type { Section, Text } from '../../report/model.js';

/** What the columns of a data set look like. */
export function profileSection(name: string, { rows, columns }: Profile): Section {
  return {
    title: `Columns of ${name} (${plural(rows, 'row')})`,
    folded: true,
    blocks: [
      {
        kind: 'table',
        columns: [
          { title: 'Column' },
          { title: 'Type' },
          { title: 'Missing', align: 'right' },
          { title: 'Distinct', align: 'right' },
          { title: 'Mean ± deviation', align: 'right' },
          { title: 'Smallest … quartiles … largest' },
          { title: 'Most frequent' },
        ],
        rows: columns.map((column): Text[] => [
          [{ code: column.name }],
          column.type,
          column.nulls === 0 ? '0' : `${formatInteger(column.nulls)} (${formatPercent(column.nulls / rows)})`,
          `${column.distinct.exact ? '' : '≈ '}${formatInteger(column.distinct.value)}`,
          center(column),
          spread(column),
          frequent(column),
        ]),
      },
    ],
  };
}

const isTime = ({ type }: ColumnProfile): boolean => type === 'date' || type === 'timestamp';

function show(column: ColumnProfile, value: number | string): string {
  if (typeof value === 'string') return value;
  if (!isTime(column)) return formatNumber(value);
  const at = new Date(value * 1000);
  if (Number.isNaN(at.getTime())) return String(value);
  return column.type === 'date'
    ? at.toISOString().slice(0, 10)
    : at.toISOString().slice(0, 16).replace('T', ' ');
}

function center(column: ColumnProfile): string {
  const { moments, count } = column;
  if (moments === undefined || isTime(column)) return '';
  const spread = deviation(moments, count - moments.nonFinite);
  return `${formatNumber(moments.mean)} ± ${Number.isFinite(spread) ? formatNumber(spread) : 'not finite'}`;
}

function spread(column: ColumnProfile): string {
  const { moments, lengths } = column;
  if (moments === undefined) {
    if (lengths === undefined) return '';
    return lengths.min === lengths.max
      ? plural(lengths.min, 'character')
      : `${lengths.min}–${lengths.max} characters`;
  }
  const quartiles = [0.25, 0.5, 0.75].map((p) => show(column, quantile(column, p) ?? 0));
  return `${show(column, moments.min)} … ${quartiles.join(' · ')} … ${show(column, moments.max)}`;
}

function frequent(column: ColumnProfile): Text {
  if (column.values.kind === 'rounded' || column.values.kind === 'grid') return '';
  return topValues(column, 3).flatMap(([value, n], i) => [
    i === 0 ? '' : ', ',
    { code: show(column, value) },
    ` ${formatPercent(n / column.count, 2)}`,
  ]);
}
