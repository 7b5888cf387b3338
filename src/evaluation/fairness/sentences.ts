import { formatNumber, plural } from '../../common/text.js';
import type { FairnessDecision } from '../../formats/decision-fairness.js';

type Undecided = Omit<FairnessDecision, 'reason'>;
type Other = { readonly name: string } | { readonly none: string };

/** Why a fairness rule got its verdict, as a colleague would write it. @param confidence such as "95 % confidence" */
export function fairnessSentence(decision: Undecided, other: Other, confidence: string): string {
  const { title, column, rule, minRows, challenger, groups, verdict } = decision;
  const absent = groups.filter(({ state }) => state === 'absent');
  if (absent.length > 0) {
    return `${title} by ${column}: no hold-out row is in a group that must be there: ${absent.map(groupName).join(', ')}`;
  }
  if (verdict === 'not-applicable' && 'none' in other) return `${rule}: not applicable, since ${other.none}`;
  if (challenger === null) {
    return `${title} by ${column} cannot be told: ${whyNone(decision)}`;
  }
  const sure = `with ${confidence}`;
  const small = groups.filter(({ state }) => state === 'small');
  const few =
    small.length === 0
      ? ''
      : `. Not judged, with fewer than ${plural(minRows, 'row')}: ${listed(small.map(groupName))}`;
  const without = groups.filter(({ state }) => state === 'no-value');
  const none =
    without.length === 0
      ? ''
      : `. Not judged: ${listed(without.map((group) => `${groupName(group)} (${group.note ?? 'no value'})`))}`;
  return `${decision.versus === null ? absolute(decision, sure) : comparison(decision, other, sure)}${few}${none}`;
}

/** "F", or "F × 60 or more". */
export function groupName({ parts }: Pick<FairnessDecision['groups'][number], 'parts'>): string {
  return parts.map(({ value }) => value ?? '(empty)').join(' × ');
}

function absolute(decision: Undecided, sure: string): string {
  const { title, column, kind, limit, verdict } = decision;
  const { value, lower, upper } = decision.challenger!;
  const asks = `the rule ${kind === 'min' ? 'asks for' : 'allows'} ${formatNumber(limit, 6)}`;
  const is = `${title} by ${column} is ${near(value, limit)}${apart(decision)}`;
  if (verdict === 'inconclusive') {
    return `${is}, between ${end(lower, limit)} and ${end(upper, limit)} (each bound ${sure}); ${asks}, ${unsettled(decision)}`;
  }
  const low = (kind === 'min') === (verdict === 'pass');
  return `${is}, ${low ? `at least ${end(lower, limit)}` : `at most ${end(upper, limit)}`} ${sure}; ${asks}`;
}

function comparison(decision: Undecided, other: Other, sure: string): string {
  const { title, column, kind, limit, verdict, champion, difference } = decision;
  const name = 'name' in other ? other.name : '';
  const tolerates = `the rule tolerates ${formatNumber(limit, 6)}`;
  const are = `${title} by ${column} is ${formatNumber(decision.challenger!.value)}${apart(decision)}`;
  if (champion === null || difference === null) {
    return `${are}; that of ${name} has no value, so nothing can be compared`;
  }
  // How much worse, at least and at most.
  const [least, most] =
    kind === 'max-drop'
      ? [negative(difference.upper), negative(difference.lower)]
      : [difference.lower, difference.upper];
  const worse = kind === 'max-drop' ? 'lower' : 'higher';
  const both = `${are}, that of ${name} ${formatNumber(champion.value)}`;
  if (verdict === 'pass') return `${both}: ${worse} by at most ${end(most, limit)} ${sure}; ${tolerates}`;
  if (verdict === 'fail') return `${both}: ${worse} by at least ${end(least, limit)} ${sure}; ${tolerates}`;
  return `${both}: ${worse} by between ${end(least, limit)} and ${end(most, limit)} (each bound ${sure}); ${tolerates}, ${unsettled(decision)}`;
}

function unsettled({ rowsNeeded }: Undecided): string {
  const these = 'which these rows cannot settle';
  return rowsNeeded === null ? these : `${these}; about ${formatNumber(rowsNeeded)} would`;
}

/** The groups that made the value: " (F 0.31 against M 0.12)", or the one that counts. */
function apart({ groups, between }: Undecided): string {
  if (between.length === 0) return '';
  const shown = between.map((place) => {
    const [value, more] = Object.values(groups[place]!.metrics);
    const told = between.length > 1 && value !== undefined && more === undefined;
    return `${groupName(groups[place]!)}${told ? ` ${formatNumber(value.value, 3)}` : ''}`;
  });
  return ` (${shown.join(' against ')})`;
}

function whyNone({ groups, minRows, metric }: Undecided): string {
  const judged = groups.filter(({ state }) => state === 'judged').length;
  if (judged >= 2) return `the rates of all groups are 0, and ${metric} is a share of them`;
  const note = groups.find(({ state }) => state === 'no-value')?.note;
  const why =
    note === undefined ? `the ${plural(minRows, 'row')} that a group needs` : `what a group needs (${note})`;
  return `${judged === 0 ? 'no group has' : 'only one group has'} ${why}`;
}

const listed = (names: readonly string[]): string =>
  names.length <= 5 ? names.join(', ') : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`;

const negative = (bound: number | null): number | null => (bound === null ? null : -bound);

const end = (bound: number | null, limit: number): string =>
  bound === null ? 'unknown' : near(bound, limit);

/** A number with as many digits as tell it from the limit beside it. */
function near(value: number, limit: number): string {
  for (let digits = 3; digits < 9; digits++) {
    if (value === limit || formatNumber(value, digits) !== formatNumber(limit, digits)) {
      return formatNumber(value, digits);
    }
  }
  return formatNumber(value, 9);
}
