import { formatInteger, formatNumber, formatPercent, plural } from '../../common/text.js';
import type { ColumnSkew, PointInTime, SkewResult } from '../../formats/drift-skew.js';
import type { Block, Section, Text } from '../../report/model.js';

const mostColumns = 50;
const mostWitnessed = 5;
const mostExcluded = 20;

/** Where training and serving used different values, for the readers of the report. */
export function skewSections(result: SkewResult): Section[] {
  const { verdict, pointInTime } = result;
  return [
    {
      title: 'Training against serving',
      folded: verdict === 'pass',
      blocks: [coverage(result), ...columnTable(result), ...witnesses(result), ...leftOut(result)],
    },
    ...(pointInTime.length === 0
      ? []
      : [
          {
            title: 'Knowledge of the future',
            folded: pointInTime.every((rule) => rule.verdict === 'pass'),
            blocks: pointInTime.flatMap((rule) => timeBlocks(rule, result.id)),
          },
        ]),
  ];
}

function coverage({ rows, coverage: share, id, unmatchedExamples, ambiguousExamples }: SkewResult): Block {
  const items: Text[] = [
    [
      { bold: `${formatInteger(rows.joined)} of ${plural(rows.serving, 'logged row')}` },
      ` (${formatPercent(share)}) have the training row of the same ${id.join(', ')}, and are compared.`,
    ],
  ];
  const such = (examples: SkewResult['unmatchedExamples']): string =>
    examples.length === 0 ? '' : `, such as ${examples.map(named).join(', ')}`;
  if (rows.unmatched > 0) {
    items.push(`${formatInteger(rows.unmatched)} are not in the training data${such(unmatchedExamples)}.`);
  }
  if (rows.ambiguous > 0) {
    items.push(
      `${formatInteger(rows.ambiguous)} cannot be compared, since their ${id.join(', ')} is on several rows${such(ambiguousExamples)}.`,
    );
  }
  if (rows.withoutId > 0) items.push(`${formatInteger(rows.withoutId)} have no ${id.join(', ')}.`);
  return { kind: 'bullets', items };
}

const order = { fail: 0, inconclusive: 1, pass: 2 };

function columnTable({ columns, tolerance }: SkewResult): Block[] {
  if (columns.length === 0) return [];
  const sorted = [...columns].sort((a, b) => order[a.verdict] - order[b.verdict] || b.share - a.share);
  const shown = sorted.slice(0, mostColumns);
  return [
    {
      kind: 'table',
      columns: [
        { title: 'column' },
        { title: 'verdict' },
        { title: 'other values in', align: 'right' },
        { title: 'certain within', align: 'right' },
        { title: 'what they have in common' },
      ],
      rows: shown.map(({ name, verdict, share, lower, upper, pattern, distance, differing }) => [
        name,
        [{ verdict }],
        differing === 0 ? '0 %' : formatPercent(share),
        `${formatPercent(lower)} to ${formatPercent(upper)}`,
        pattern ?? (distance === undefined ? '' : `up to ${formatNumber(distance.largest)} apart`),
      ]),
      note: `${formatPercent(tolerance)} of the rows may differ.${
        shown.length < columns.length
          ? ` ${columns.length - shown.length} more columns are in the result.`
          : ''
      }`,
    },
  ];
}

function witnesses({ columns }: SkewResult): Block[] {
  const worst = columns.filter(({ verdict, examples }) => verdict !== 'pass' && examples.length > 0);
  const rows = worst
    .sort((a, b) => b.share - a.share)
    .slice(0, mostWitnessed)
    .flatMap(({ name, examples }: ColumnSkew) =>
      examples.map((example): Text[] => [
        name,
        named(example.id),
        example.training ?? 'none',
        example.serving ?? 'none',
      ]),
    );
  if (rows.length === 0) return [];
  return [
    {
      kind: 'table',
      columns: [{ title: 'for instance' }, { title: 'id' }, { title: 'training' }, { title: 'serving' }],
      rows,
    },
  ];
}

function timeBlocks({ reason, examples, data }: PointInTime, id: readonly string[]): Block[] {
  const text = `In ${data === 'training' ? 'the training data' : 'the serving logs'}, ${reason}.`;
  if (examples.length === 0) return [{ kind: 'paragraph', text }];
  return [
    { kind: 'paragraph', text },
    {
      kind: 'table',
      columns: [
        { title: 'row' },
        { title: id.join(', ') },
        { title: 'what it knows is of' },
        { title: 'must not be after' },
      ],
      rows: examples.map(({ file, line, id: names, time, notAfter }): Text[] => [
        [{ code: `${file}:${line}` }],
        named(names),
        time,
        notAfter,
      ]),
    },
  ];
}

function leftOut({ excluded }: SkewResult): Block[] {
  if (excluded.length === 0) return [];
  const shown = excluded.slice(0, mostExcluded).map(({ column, reason }) => `${column} (${reason})`);
  const more = excluded.length > shown.length ? `, and ${excluded.length - shown.length} more` : '';
  return [{ kind: 'paragraph', text: `Not compared: ${shown.join(', ')}${more}.` }];
}

const named = (id: readonly (string | null)[]): string => id.map((part) => part ?? 'none').join(' / ');
