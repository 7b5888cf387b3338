import { formatNumber, formatPercent, plural } from '../../common/text.js';
import type { SearchDecision, SearchFinding } from '../../formats/decision-search.js';

/** Findings that are told in a sentence each; the table has all. */
const maxSentences = 3;

/** What the search means, as a colleague would write it; the worst first. */
export function searchSentences(search: SearchDecision, champion: string, confidence: number): string[] {
  const { findings } = search;
  const told = findings.slice(0, maxSentences).map((one) => sentence(search, one, champion, confidence));
  const left = findings.length - told.length;
  return left > 0 ? [...told, `The search for slices found ${formatNumber(left)} more that are worse`] : told;
}

function sentence(
  { title, better, candidates }: SearchDecision,
  finding: SearchFinding,
  champion: string,
  confidence: number,
): string {
  const { challenger, other, difference, adjustedP, than } = finding;
  const beside = than === 'rest' ? 'on the other rows' : `of ${champion}`;
  const [worse, least] =
    better === 'higher'
      ? ['lower', difference.upper === null ? null : -difference.upper]
      : ['higher', difference.lower];
  const by =
    least === null
      ? ''
      : `, ${worse} by at least ${formatNumber(least, 2)} with ${formatPercent(confidence)} confidence`;
  return `The search found that where ${findingWords(finding)} (${plural(finding.rows, 'row')}), ${title} is ${formatNumber(challenger.value, 3)}, ${beside} ${formatNumber(other.value, 3)}${by} (p ${adjustedP < 0.0001 ? '< 0.0001' : `= ${formatNumber(adjustedP, 2)}`} after correction for ${plural(candidates, 'candidate')})`;
}

/** "origin is ATL and distance is 500 to 1000". */
export function findingWords({ parts }: Pick<SearchFinding, 'parts'>): string {
  return parts.map(({ column, value }) => `${column} is ${value ?? 'empty'}`).join(' and ');
}
