import { plural } from '../../../common/text.js';
import type { Decision } from '../../../formats/decision.js';
import type { Section, Text } from '../../../report/model.js';
import { interval, ruleWords } from './words.js';

/** What limits were judged on, where training rows were cross-validated. */
export function foldsSection({ folds, rules, data }: Decision): Section[] {
  if (folds === undefined) return [];
  const judged = rules.flatMap((rule) => (rule.folds === undefined ? [] : [{ rule, ...rule.folds }]));
  const cell = (estimate: (typeof judged)[number]['training']): Text =>
    estimate === null ? 'no value' : interval(estimate);
  return [
    {
      title: 'Cross-validation',
      blocks: [
        {
          kind: 'table',
          columns: [
            { title: 'Limit' },
            { title: 'All rows', align: 'right' },
            { title: `Training rows (${folds.count} folds)`, align: 'right' },
            { title: 'Hold-out rows', align: 'right' },
          ],
          rows: judged.map(({ rule, training, holdout }): Text[] => [
            ruleWords(rule, undefined),
            cell(rule.challenger),
            cell(training),
            cell(holdout),
          ]),
          note: `Each of the ${plural(folds.rows, 'training row')} was predicted by a model that was trained without its fold, and the ${plural(data.rows, 'hold-out row')} by the challenger. Limits are judged on all of them; a limit that the hold-out rows alone break fails. Comparisons and slices are judged on the hold-out rows.`,
        },
      ],
    },
  ];
}
