import { formatDuration, plural } from '../../common/text.js';
import type { DriftHeartbeat, Watched } from '../../formats/drift-heartbeat.js';
import type { Report, Section, Text } from '../../report/model.js';

/** All that is watched, for the summary. */
export function heartbeatReport(result: DriftHeartbeat, runUrl: string): Report {
  const { verdict, reasons, watched } = result;
  const overdue = watched.filter(({ state }) => state === 'overdue').length;
  return {
    key: 'drift-heartbeat',
    title: 'Heartbeat of the drift checks',
    verdict,
    headline:
      overdue === 0
        ? `No drift check is overdue (${plural(watched.length, 'check')} watched)`
        : `${overdue} of ${plural(watched.length, 'drift check')} ${overdue === 1 ? 'is' : 'are'} overdue`,
    reasons,
    sections: [
      {
        title: 'What is watched',
        blocks: [
          {
            kind: 'table',
            columns: [
              { title: 'model' },
              { title: 'scope' },
              { title: 'state' },
              { title: 'last check' },
              { title: 'overdue after', align: 'right' },
              { title: 'why' },
            ],
            rows: watched.map(row),
          },
        ],
      },
      ...(overdue > 0 ? [whatToDo] : []),
    ],
    footer: [{ name: 'run', value: [{ link: runUrl, text: 'log' }] }],
  };
}

/** One check that is overdue, for its issue. */
export function watchedReport(
  { model, scope, reason, lastCheck }: Omit<Watched, 'incident'>,
  runUrl: string,
): Report {
  return {
    key: `drift-heartbeat:${model}:${scope}`,
    title: `Drift checks of ${model} (${scope}) have stopped`,
    verdict: 'fail',
    headline: `${reason.slice(0, 1).toUpperCase()}${reason.slice(1)}`,
    reasons: ['Nobody looks for drift of this model now: what it gets may have changed without a word.'],
    sections: [whatToDo],
    footer: [
      ...(lastCheck === null
        ? []
        : [{ name: 'last check', value: [{ link: lastCheck.url, text: minute(lastCheck.at) }] }]),
      { name: 'run', value: [{ link: runUrl, text: 'log' }] },
    ],
  };
}

function row({ model, scope, state, lastCheck, overdueAfterMs, reason }: Watched): Text[] {
  return [
    model,
    scope,
    [state === 'overdue' ? { bold: state } : state],
    lastCheck === null ? 'never' : [{ link: lastCheck.url, text: minute(lastCheck.at) }],
    formatDuration(overdueAfterMs),
    reason,
  ];
}

const whatToDo: Section = {
  title: 'What to do',
  blocks: [
    {
      kind: 'bullets',
      items: [
        'Open Actions and look at the workflow that runs drift-check. GitHub disables schedules after 60 days without activity in public repositories: the page then says so, and “Enable workflow” starts it again.',
        'When its runs fail, their log says why. When there are none, start one by hand: the workflow of the templates has a button for it.',
        'When it runs well and is still overdue, it keeps no history: drift-check needs `history: true` and `contents: write`.',
        'When checks are rarer by intent, say so in model.yml: drift.overdue-after.',
      ],
    },
  ],
};

const minute = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`;
