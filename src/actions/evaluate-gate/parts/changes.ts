import { displayPath } from '../../../common/files.js';
import { formatInteger, plural } from '../../../common/text.js';
import { changesBetween } from '../../../evaluation/changes.js';
import { placeOfRow } from '../../../evaluation/columns.js';
import type { ChangesRecord } from '../../../formats/decision-changes.js';
import type { Block, Section, Text } from '../../../report/model.js';
import type { GatePart } from '../sections.js';

/** What changed against the champion, row by row. It describes; the rules decide. */
export const changesPart: GatePart<'changes'> = {
  key: 'changes',
  columns: () => [],
  async decide({ challenger, champion, rules, labels, spec }) {
    if (champion === undefined) return undefined;
    const record = await changesBetween(challenger.rows, champion.rows, rules, labels.slices, async (row) => {
      const { file = '', line } = await placeOfRow(labels.table, row);
      return `${displayPath(file, spec.folder)}${line === undefined ? '' : `:${line}`}`;
    });
    return record === undefined ? undefined : { verdict: null, reasons: [], record };
  },
  report: (record) => [changesSection(record)],
};

function changesSection(record: ChangesRecord): Section {
  const { better, worse, units, unit, slices, rows } = record;
  const words = wordsOf(record);
  const blocks: Block[] = [{ kind: 'paragraph', text: summary(record) }];
  if (slices.length > 0) {
    blocks.push({
      kind: 'table',
      columns: [
        { title: 'Slice' },
        { title: 'Rows', align: 'right' },
        { title: words.better, align: 'right' },
        { title: words.worse, align: 'right' },
        { title: 'On balance', align: 'right' },
      ],
      rows: slices.map((slice): Text[] => [
        `${slice.column} = ${slice.value ?? '(empty)'}`,
        formatInteger(slice.rows),
        formatInteger(slice.better),
        formatInteger(slice.worse),
        signed(slice.better - slice.worse),
      ]),
      note: 'Slices in which most changed on balance. Counts only: whether a slice is worse than chance explains, the table of slices says.',
    });
  }
  if (rows.length > 0) {
    const truth = rows.some((row) => row.truth !== '');
    blocks.push({
      kind: 'table',
      columns: [
        { title: 'Row that got worse' },
        ...(truth ? [{ title: 'True' }] : []),
        { title: 'Champion' },
        { title: 'Challenger' },
      ],
      rows: rows.map((row): Text[] => [
        [{ code: row.place }],
        ...(truth ? [row.truth] : []),
        row.champion,
        row.challenger,
      ]),
      note: 'The rows that got most worse.',
    });
  }
  const counts = `${formatInteger(better)} ${words.better.toLowerCase()}, ${formatInteger(worse)} ${words.worse.toLowerCase()}`;
  return {
    title: `What changed: of ${plural(units, unit, unit === 'query' ? 'queries' : 'rows')}, ${counts}`,
    folded: true,
    blocks,
  };
}

function wordsOf({ measure }: ChangesRecord): { better: string; worse: string } {
  return measure === 'right'
    ? { better: 'Became right', worse: 'Became wrong' }
    : { better: 'Got better', worse: 'Got worse' };
}

function summary({ units, unit, measure, better, worse, bothRight, bothWrong }: ChangesRecord): string {
  const noun = unit === 'query' ? 'queries' : 'rows';
  const net = better - worse;
  const balance =
    net === 0 ? 'as many as before' : `${formatInteger(Math.abs(net))} ${net > 0 ? 'more' : 'fewer'}`;
  if (bothRight !== undefined && bothWrong !== undefined) {
    return `Both models are right on ${formatInteger(bothRight)} and wrong on ${formatInteger(bothWrong)} of ${formatInteger(units)} ${noun}. ${formatInteger(better)} became right and ${formatInteger(worse)} became wrong: on balance ${balance}${net === 0 ? '' : ' right'}.`;
  }
  const same = units - better - worse;
  const by =
    measure === 'absolute-error'
      ? 'Closer to the truth'
      : measure === 'ndcg@10'
        ? 'Better by NDCG of the first 10'
        : `Better by ${measure.replace('mean-of ', '')}`;
  return `${by} are ${formatInteger(better)} of ${formatInteger(units)} ${noun}, worse ${formatInteger(worse)}, the same ${formatInteger(same)}.`;
}

function signed(value: number): string {
  return value > 0 ? `+${formatInteger(value)}` : value < 0 ? `−${formatInteger(-value)}` : '0';
}
