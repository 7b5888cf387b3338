import { ownValue } from '../../common/own.js';
import { formatInteger, plural } from '../../common/text.js';
import type { ColumnDrift, Drift, DriftSection } from '../../formats/drift.js';
import type { Report, Section, Text } from '../../report/model.js';
import { historySections } from './history.js';
import { titles } from './look.js';
import { multivariateSections } from './multivariate.js';
import { performanceSections } from './performance.js';
import { allColumns, clip, columnSections, method, movesSection, untestedSection } from './report-columns.js';
import { skewSections } from './skew.js';
import { windowsSections } from './windows.js';

/** Reasons that stand at the top; each is also in its section or in the table. */
const mostReasons = 8;

/** What changed, by how much, why it matters and what to do, for the readers of the summary and the issue. */
export function driftReport(result: Drift, runUrl: string, advice: readonly Text[] = []): Report {
  const { model, scope, verdict, reasons, reference, current, columns } = result;
  const left = reasons.length - Math.min(reasons.length, mostReasons);
  return {
    key: `drift-check:${model}:${scope}`,
    title: `Drift check of ${model}${scope === 'inputs' ? '' : ` (${clip(scope)})`}`,
    verdict,
    headline: headline(result),
    reasons: [
      ...windowsNote(result),
      ...reasons.slice(0, mostReasons).map((reason) => clip(reason, 600)),
      ...(left > 0 ? [`${plural(left, 'more reason')} below.`] : []),
    ],
    sections: [
      ...looked(result),
      ...(verdict === 'fail' ? [whatToDo(result, advice)] : []),
      ...movesSection(columns),
      ...columnSections(columns),
      ...(result.multivariate ? multivariateSections(result.multivariate) : []),
      ...(result.skew ? skewSections(result.skew) : []),
      ...(result.performance ? performanceSections(result.performance) : []),
      ...(result.windows ? windowsSections(result.windows) : []),
      ...(result.charts ? historySections(result.charts) : []),
      allColumns(
        columns,
        columns.some(({ alarm }) => alarm),
      ),
      ...untestedSection(columns),
      method(result),
    ],
    footer: [
      { name: 'reference', value: `${clip(reference.source, 200)} (${plural(reference.rows, 'row')})` },
      { name: 'current', value: `${clip(current.source, 200)} (${plural(current.rows, 'row')})` },
      { name: 'run', value: [{ link: runUrl, text: 'log' }] },
    ],
  };
}

function headline(result: Drift): string {
  const { verdict, columns, sections } = result;
  const alarms = columns.filter(({ alarm }) => alarm);
  if (verdict === 'fail') return failed(alarms, columns.length, sections);
  if (verdict === 'pass') return 'Nothing that matters changed';
  const broken = sections.filter(({ state }) => state === 'broken');
  if (broken.length > 0) return `${list(broken)} could not be checked: that is not a pass`;
  const unclear = columns.filter((column) => column.verdict === 'insufficient').length;
  if (unclear > 0)
    return `Too few rows to tell for ${unclear} of ${plural(columns.length, 'column')}: that is not a pass`;
  const untold = sections.filter(
    (section) => section.verdict === 'inconclusive' && section.name !== 'univariate',
  );
  return untold.length > 0 ? `${list(untold)}: the data cannot tell` : 'No column could be compared';
}

function failed(alarms: readonly ColumnDrift[], columns: number, sections: readonly DriftSection[]): string {
  const failing = sections.filter(({ name, verdict }) => verdict === 'fail' && name !== 'univariate');
  const others = failing.filter(({ name }) => name !== 'performance');
  const harm = failing.length > others.length ? 'The model does worse than it may' : '';
  if (alarms.length === 0) {
    const changed = others.length > 0 ? `Changed in a way that matters: ${list(others).toLowerCase()}` : '';
    return [harm, changed].filter((part) => part !== '').join('. ');
  }
  const names = alarms.slice(0, 5).map(({ name }) => clip(name, 40));
  const more = alarms.length > names.length ? ` and ${alarms.length - names.length} more` : '';
  const also = others.length > 0 ? `; also ${list(others).toLowerCase()}` : '';
  const first = harm === '' ? '' : `${harm}. `;
  return `${first}${alarms.length} of ${plural(columns, 'column')} changed in a way that matters: ${names.join(', ')}${more}${also}`;
}

function list(sections: readonly DriftSection[]): string {
  const text = sections.map(({ name }) => ownValue(titles, name) ?? name).join(', ');
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

/** What the policy makes of it, where that is not simply an alarm. */
function windowsNote({ alarm: { raised, k, n, known, findings } }: Drift): Text[] {
  if (!raised && findings.some((finding) => finding.raised)) {
    return [
      [
        { bold: 'No alarm' },
        ': drift.policy, or the season that windows are compared with, makes this a warning.',
      ],
    ];
  }
  if (findings.length === 0 || n === 1) return [];
  if (known === null) return ['The windows before this one are not known, so this one decides by itself.'];
  const most = Math.max(...findings.map(({ windows }) => windows));
  const last =
    known + 1 < n ? plural(known + 1, 'window known so far', 'windows known so far') : `last ${n} windows`;
  return [
    raised
      ? `An alarm: seen in ${most} of the ${last}, and ${k} of ${n} are enough.`
      : [{ bold: 'Not yet an alarm' }, `: seen in ${most} of the ${last}, and ${k} of ${n} are needed.`],
  ];
}

/** Which ways of looking there were, and what each says. */
function looked({ sections, columns }: Drift): Section[] {
  if (sections.length < 2) return [];
  return [
    {
      title: 'What was looked at',
      blocks: [
        {
          kind: 'table',
          columns: [{ title: '' }, { title: 'verdict' }, { title: 'why' }],
          rows: sections.map((section): Text[] => [
            list([section]),
            section.verdict === null
              ? section.state === 'broken'
                ? [{ bold: 'could not be checked' }]
                : 'not run'
              : [{ verdict: section.verdict }],
            section.name === 'univariate' ? counted(columns) : why(section),
          ]),
        },
      ],
    },
  ];
}

function why({ reasons }: DriftSection): string {
  const more = reasons.length > 1 ? ` (and ${reasons.length - 1} more)` : '';
  return `${clip(reasons[0] ?? '', 400)}${more}`;
}

function counted(columns: readonly ColumnDrift[]): string {
  const alarms = columns.filter(({ alarm }) => alarm).length;
  const unclear = columns.filter(({ verdict }) => verdict === 'insufficient').length;
  const untold = unclear > 0 ? `; too few rows to tell for ${unclear}` : '';
  return `${alarms} of ${plural(columns.length, 'column')} changed in a way that matters${untold}`;
}

function whatToDo({ columns, sections, reference }: Drift, advice: readonly Text[]): Section {
  const alarms = columns.filter(({ alarm }) => alarm);
  const trained = reference.version === undefined ? 'The model' : `Version ${reference.version}`;
  const fails = (name: string): boolean =>
    sections.some((one) => one.name === name && one.verdict === 'fail');
  const steps: Text[] = [];
  if (fails('performance')) {
    steps.push(
      'The model does worse than it may. Train on newer data; the gate then says whether that is better.',
    );
  }
  if (fails('skew')) {
    steps.push(
      'Serving and training use different values for the same rows. Fix the program that computes them; retraining does not help.',
    );
  }
  const faults = alarms.filter(({ fault }) => fault !== undefined);
  if (faults.length > 0) {
    const shown = faults.slice(0, 5).map(({ name, fault }) => `${clip(name, 40)} (${clip(fault!, 200)})`);
    steps.push(
      `Fix the data at their source first. These columns look broken, not drifted: ${shown.join('; ')}. drift-check does not ask for retraining until they are fixed.`,
    );
  }
  const drifted = alarms.some(({ fault }) => fault === undefined);
  if (drifted || fails('multivariate') || fails('windows')) {
    steps.push(
      'Ask whether the change is real (season, new customers, new products) or a fault of the data (units, joins, filters).',
      'When it is real, train on data that has it; the gate then says whether the new model is better.',
    );
  }
  if (alarms.length > 0) {
    steps.push(
      'When a change does not matter for this model, say so in model.yml: drift.columns.<name>.ignore, or a larger effect.',
    );
  }
  const known = sections.some(
    ({ name, verdict }) => name === 'performance' && verdict !== null && verdict !== 'inconclusive',
  );
  const blocks: Section['blocks'] = [
    ...(alarms.length > 0
      ? [
          {
            kind: 'paragraph' as const,
            text: `${trained} learned from other data than it now gets.${known ? '' : ' How well it still does is not known until labels arrive: what was measured on the hold-out data need not hold.'}`,
          },
        ]
      : []),
    { kind: 'bullets', items: [...steps, ...advice] },
  ];
  return { title: 'What it means, and what to do', blocks };
}

/** What was done about it. */
export function adviceOf({ incident, retrain }: Drift): string[] {
  return [
    ...(incident === null ? [] : [`The incident is issue #${incident.number}.`]),
    retrain.requested
      ? `Retraining is asked for${retrain.run === undefined ? '' : ` (run ${retrain.run})`}.`
      : `Retraining is not asked for: ${retrain.reason}.`,
  ];
}

/** What the log says in one line. */
export function logLine({ model, verdict, columns, current, alarm }: Drift): string {
  const alarms = columns.filter((column) => column.alarm).length;
  const waits =
    verdict === 'fail' && !alarm.raised ? `; not yet an alarm (${alarm.k} of ${alarm.n} windows)` : '';
  return `${model}: ${verdict}; ${alarms} of ${plural(columns.length, 'column')} drifted in ${formatInteger(current.rows)} rows${waits}`;
}
