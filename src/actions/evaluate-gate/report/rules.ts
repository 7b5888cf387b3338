import { formatPercent } from '../../../common/text.js';
import type { Decision, RuleDecision } from '../../../formats/decision.js';
import type { Block, Section, Text } from '../../../report/model.js';
import { capital, decidingBound, interval, ruleWords, valueBeside, verdictText } from './words.js';

/** Every rule in words, with what was measured and what came of it. */
export function rulesSection({ rules, confidence }: Decision, championName: string | undefined): Section {
  const compared = rules.filter((rule) => rule.champion !== null);
  const others = new Set(compared.map(({ versus }) => versus));
  const own = others.size === 1 && others.has('champion') ? (championName ?? 'champion') : 'compared with';
  const confidences = rules.filter((rule) => rule.confidence !== undefined);
  const notes = [
    'Each interval: (lower … upper bound); the bound that decided is bold.',
    ...(confidences.length === 0
      ? []
      : [
          `Bounds hold with ${formatPercent(confidence)} confidence, but ${confidences.map((rule) => `"${rule.rule}" with ${formatPercent(rule.confidence!)}`).join(', ')}.`,
        ]),
  ];
  return {
    title: 'Rules',
    blocks: [
      {
        kind: 'table',
        columns: [
          { title: 'Rule' },
          { title: 'Challenger', align: 'right' },
          ...(compared.length > 0
            ? [
                { title: capital(own.replace(/^the /, '')), align: 'right' as const },
                { title: 'Difference', align: 'right' as const },
              ]
            : []),
          { title: 'Verdict' },
        ],
        rows: rules.map((rule): Text[] => [
          ruleWords(rule, championName),
          ownValue(rule),
          ...(compared.length > 0
            ? [rule.champion === null ? '' : valueBeside(rule.champion, rule.difference), difference(rule)]
            : []),
          verdictText(rule.verdict, rule.waived),
        ]),
        note: notes.join(' '),
      },
    ],
  };
}

/** What is compared is decided on the difference: the interval of the value alone would only distract. */
function ownValue(rule: RuleDecision): Text {
  if (rule.challenger === null) return 'no value';
  if (rule.difference !== null) return valueBeside(rule.challenger, rule.difference);
  return rule.versus === null
    ? interval(rule.challenger, { decided: decidingBound(rule), limit: rule.limit })
    : interval(rule.challenger);
}

function difference(rule: RuleDecision): Text {
  const limit = rule.kind.endsWith('drop') ? -rule.limit : rule.limit;
  const options = { signed: true, decided: decidingBound(rule), limit };
  return rule.relative === undefined
    ? interval(rule.difference, options)
    : interval(rule.relative, { ...options, percent: true });
}

/** What may fail for a while, since somebody answers for it. */
export function waiversSection({ waivers }: Decision): Section[] {
  if (waivers === undefined || waivers.list.length === 0) return [];
  const holding = waivers.list.filter(({ state }) => state === 'holds').length;
  const block: Block = {
    kind: 'table',
    columns: [
      { title: 'Waived' },
      { title: 'Until' },
      { title: 'By' },
      { title: 'Reason' },
      { title: 'State' },
    ],
    rows: waivers.list.map(({ gate, until, by, reason, state, covers }): Text[] => [
      [{ code: gate }],
      until,
      by,
      reason,
      state === 'holds' && covers.length > 1
        ? `holds for ${covers.length} that do not pass`
        : { holds: 'holds', unneeded: 'not needed', expired: 'expired', unknown: 'names nothing' }[state],
    ]),
    note: `As of ${waivers.day}. A waiver holds through its last day; then the gate fails until it is taken out or renewed.`,
  };
  return [{ title: holding === 0 ? 'Waivers' : `Waivers (${holding} hold)`, blocks: [block] }];
}
