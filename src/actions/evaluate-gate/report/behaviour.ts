import { formatNumber, formatPercent, plural } from '../../../common/text.js';
import type { BehaviourRecord, BehaviourTest, Witness } from '../../../formats/decision-behaviour.js';
import type { Block, Section, Text } from '../../../report/model.js';

/** A reader needs an example, not a list. */
const mostWitnesses = 3;

/** How the model answered changed rows. */
export function behaviourReport({ tests, rows, repeated }: BehaviourRecord): Section[] {
  const order = ['fail', 'inconclusive', 'pass'];
  const sorted = [...tests].sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
  const failed = tests.filter(({ verdict }) => verdict === 'fail').length;
  const open = tests.filter(({ verdict }) => verdict === 'inconclusive').length;
  const state = [
    ...(failed > 0 ? [`${failed} of ${plural(tests.length, 'test')} failed`] : []),
    ...(open > 0 ? [`${open} inconclusive`] : []),
  ].join(', ');
  const blocks: Block[] = [
    {
      kind: 'table',
      columns: [
        { title: 'Test' },
        { title: 'Change' },
        { title: 'Rows', align: 'right' },
        { title: 'Result' },
        { title: 'Limit' },
        { title: 'Verdict' },
      ],
      rows: sorted.map((test): Text[] => [
        test.kind,
        `${test.name === test.change ? '' : `${test.name}: `}${test.change}`,
        formatNumber(test.rows),
        resultText(test),
        limitText(test),
        [{ verdict: test.verdict }],
      ]),
      note: `${plural(rows, 'hold-out row')} sampled; a test counts those that its change makes different.`,
    },
  ];
  const shown = sorted.filter(({ verdict, witnesses }) => verdict !== 'pass' && witnesses.length > 0);
  if (shown.length > 0) {
    blocks.push({
      kind: 'table',
      columns: [
        { title: 'Test' },
        { title: 'Row' },
        { title: 'Changed' },
        { title: 'Before' },
        { title: 'After' },
      ],
      rows: shown.flatMap(({ name, kind, witnesses }) =>
        witnesses
          .slice(0, mostWitnesses)
          .map((witness, i): Text[] => [
            i === 0 ? name : '',
            witness.place,
            changesText(witness),
            kind === 'minimum-functionality' ? `expected ${witness.before}` : witness.before,
            witness.after,
          ]),
      ),
      note: 'Rows of the tests that did not pass, the worst first; the decision record has more.',
    });
  }
  if (repeated.changed > 0) {
    blocks.push({
      kind: 'paragraph',
      text: `Asked again about unchanged rows, the model answers ${formatNumber(repeated.changed)} of ${formatNumber(repeated.rows)} otherwise: part of what the tests see is chance, or comes from other rows of the file.`,
    });
  }
  const title = `Behaviour (${state === '' ? `${plural(tests.length, 'test')} passed` : state})`;
  return [{ title, folded: failed + open === 0, blocks }];
}

function resultText({ share, metric, rule }: BehaviourTest): string {
  if (metric !== null) {
    return `${metric.title} ${formatNumber(metric.before)} → ${formatNumber(metric.after)}`;
  }
  if (share === null) return 'nothing was changed';
  if (rule === 'min-share') return `${percent(share.value)} as expected`;
  return `${percent(share.value)} (${percent(share.lower)} … ${percent(share.upper)})`;
}

function limitText({ rule, limit }: BehaviourTest): string {
  switch (rule) {
    case 'max-share':
      return `at most ${percent(limit)}`;
    case 'min-share':
      return `at least ${percent(limit)}`;
    case 'max-drop':
      return `at most ${formatNumber(limit)} lower`;
    case 'max-increase':
      return `at most ${formatNumber(limit)} higher`;
  }
}

function changesText({ changes }: Witness): string {
  return changes
    .map(({ column, before, after }) =>
      before === null && column === 'case'
        ? (after ?? '')
        : `${column}: ${before ?? 'empty'} → ${after ?? 'empty'}`,
    )
    .join('; ');
}

const percent = (share: number): string => formatPercent(share, 2);
