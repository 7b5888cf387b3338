import { plural } from '../../common/text.js';
import type { CommentReport } from '../../formats/comment-report.js';
import type { Decision } from '../../formats/decision.js';
import type { Report, Section } from '../../report/model.js';
import { rulesSection, waiversSection } from '../evaluate-gate/report/rules.js';

const mostReasons = 8;
const mostRules = 100;

const whoseWord: Section = {
  title: 'Whose word this is',
  blocks: [
    {
      kind: 'paragraph',
      text: 'The run of this pull request may not comment, as that of a fork. These are its own numbers, made by the code of the pull request and checked by nobody: nothing is released or deployed because of them.',
    },
  ],
};

/** What a run decided on one model, made anew from the numbers of its decision record: none of its Markdown or HTML. */
export function decisionReport(decision: Decision): Report {
  const { model, verdict, reasons, rules, champion } = decision;
  const name = champion?.version ? `the champion (v${champion.version})` : undefined;
  const shown = reasons.slice(0, reasons.length > mostReasons ? mostReasons - 1 : mostReasons);
  const left = reasons.length - shown.length;
  return {
    key: `evaluate-gate:${model}`,
    title: `Evaluation of ${model}`,
    verdict,
    headline: headline(decision),
    reasons: [...shown, ...(left > 0 ? [`${left} more, in the run`] : [])],
    sections: [
      rulesSection({ ...decision, rules: rules.slice(0, mostRules) }, name),
      ...waiversSection(decision),
      whoseWord,
    ],
    footer: [],
  };
}

function headline({ model, verdict, rules, data }: Decision): string {
  const applied = rules.filter((rule) => rule.verdict !== 'not-applicable');
  const passed = applied.filter((rule) => rule.verdict === 'pass').length;
  const rows = plural(data.rows, 'hold-out row');
  const counted = `${passed} of ${plural(applied.length, 'rule')} ${passed === 1 ? 'passes' : 'pass'}`;
  if (verdict === 'pass') return `${model} passes: ${counted} on ${rows}`;
  return verdict === 'fail'
    ? `${model} does not pass on ${rows}: ${counted}`
    : `${rows} cannot tell whether ${model} is good enough: ${counted}`;
}

/** What became of it, for the summary of the run that comments. */
export function commentReport({ models, pullRequest, reason, url }: CommentReport): Report {
  return {
    key: 'comment-report',
    title: 'Comment for a run that may not write one',
    headline:
      pullRequest !== null && url !== null
        ? `Pull request ${pullRequest} is told of ${plural(models.length, 'model')}`
        : (reason ?? 'Nothing is commented'),
    reasons: [],
    sections:
      models.length === 0
        ? []
        : [
            {
              title: 'What the run decided',
              blocks: [
                {
                  kind: 'table',
                  columns: [{ title: 'Model' }, { title: 'Verdict' }],
                  rows: models.map(({ model, verdict }) => [model, [{ verdict }]]),
                },
              ],
            },
          ],
    footer: url === null ? [] : [{ name: 'comment', value: [{ link: url, text: 'the pull request’s' }] }],
  };
}
