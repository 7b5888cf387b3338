import { formatInteger, formatNumber, formatPercent } from '../../../common/text.js';
import type { Decision, RuleDecision } from '../../../formats/decision.js';
import type { Section } from '../../../report/model.js';

/** What a team can do where the hold-out rows do not settle a rule. */
export function waysOutSection({ verdict, rules, data, folds }: Decision): Section[] {
  const open = rules.filter((rule) => rule.verdict === 'inconclusive' && rule.waived !== true);
  if (verdict !== 'inconclusive' || open.length === 0) return [];
  const limits = open.filter((rule) => rule.versus === null).length;
  const compared = open.filter((rule) => rule.detectable !== null);
  return [
    {
      title: 'Ways out',
      blocks: [
        {
          kind: 'bullets',
          items: [
            moreRows(open, data),
            ...(compared.length === 0
              ? []
              : [
                  `A larger tolerance, if the product allows it: these rows can show ${compared.map(shown).join(', ')}. Decide on it before the next run, not to make this one pass.`,
                ]),
            ...(folds !== undefined || limits === 0 || limits < open.length
              ? []
              : [
                  'Cross-validation, where training is cheap: evaluate.folds: 5 judges limits on the training rows, too.',
                ]),
            'A person: with evaluate.when-inconclusive: needs-review the job passes with a warning, and a reviewer decides.',
          ],
        },
      ],
    },
  ];
}

function moreRows(open: readonly RuleDecision[], { rows, group }: Decision['data']): string {
  const most = (values: readonly (number | null | undefined)[]): number | null =>
    values.reduce<number | null>(
      (largest, value) =>
        largest === null || value === null || value === undefined ? null : Math.max(largest, value),
      0,
    );
  const groups = group === undefined ? null : most(open.map(({ groupsNeeded }) => groupsNeeded));
  if (groups !== null)
    return `More groups: about ${formatInteger(groups)} values of ${group!.column} like these would settle every open rule (now ${formatInteger(group!.count)}).`;
  const needed = most(open.map(({ rowsNeeded }) => rowsNeeded));
  return needed === null
    ? `More hold-out rows. How many would settle every open rule cannot be told from these ${formatInteger(rows)}.`
    : `More hold-out rows: about ${formatInteger(needed)} like these would settle every open rule (now ${formatInteger(rows)}).`;
}

/** The loss that four in five such hold-out sets would show. */
function shown({ title, detectable, relative }: RuleDecision): string {
  const size = relative === undefined ? formatNumber(detectable!, 2) : formatPercent(detectable!, 2);
  return `a loss of ${title} from about ${size} on`;
}
