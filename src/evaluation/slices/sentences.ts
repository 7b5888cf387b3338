import { formatNumber, plural } from '../../common/text.js';
import type { Verdict } from '../../common/verdict.js';
import { breaks } from './judge.js';
import type { SliceDecision } from '../../formats/decision-slices.js';

/** What the slices mean for the gate. */
export interface SlicesOutcome {
  readonly verdicts: readonly Verdict[];
  /** Sentences; the worst first. */
  readonly fail: readonly string[];
  readonly inconclusive: readonly string[];
}

/** Sentences of each kind; the rest are counted. */
const maxSentences = 10;

/** "origin is ATL and distance is 0 to 500". */
export function sliceWords({
  column,
  value,
  parts,
}: Pick<SliceDecision, 'column' | 'value' | 'parts'>): string {
  return (parts ?? [{ column, value }])
    .map((part) => `${part.column} is ${part.value ?? 'empty'}`)
    .join(' and ');
}

/** A slice that fails, fails the gate; one that is named and too small leaves it open. */
export function outcomeOf(
  slices: readonly SliceDecision[],
  { confidence, minRows }: { confidence: number; minRows: number },
): SlicesOutcome {
  const absent = slices.filter(({ verdict, rows }) => verdict === 'fail' && rows === 0);
  const small = slices.filter(({ verdict, named }) => verdict === 'insufficient' && named === true);
  const failed = slices.flatMap((slice) => {
    const worse = slice.results
      .filter((result) => breaks(result, confidence))
      .sort((a, b) => a.adjustedP! - b.adjustedP!);
    return slice.verdict === 'fail' && worse.length > 0 ? [{ slice, worse }] : [];
  });
  failed.sort((a, b) => a.worse[0]!.adjustedP! - b.worse[0]!.adjustedP!);
  return {
    verdicts: [
      ...slices.flatMap(({ verdict }) => (verdict === 'fail' ? (['fail'] as const) : [])),
      ...small.map(() => 'inconclusive' as const),
    ],
    fail: limited(
      [
        ...absent.map((slice) => `No hold-out row is in a slice that must be there: ${sliceWords(slice)}`),
        ...failed.map(({ slice, worse }) => failure(slice, worse)),
      ],
      'fail as well',
    ),
    inconclusive: limited(
      small.map((slice) =>
        slice.rows < minRows
          ? `Where ${sliceWords(slice)}, which the spec names, there are ${plural(slice.rows, 'row')} of the ${minRows} that a slice needs`
          : `Where ${sliceWords(slice)}, which the spec names, no metric has a value`,
      ),
      'are too small as well',
    ),
  };
}

/** One sentence for a slice, however many rules it fails. */
function failure(slice: SliceDecision, worse: readonly SliceDecision['results'][number][]): string {
  const where = `Where ${sliceWords(slice)} (${plural(slice.rows, 'row')})`;
  const [first] = worse as [SliceDecision['results'][number]];
  const p = `(p ${pText(first.adjustedP!)} after correction for all slices)`;
  const what = ({ metric, difference, challenger }: typeof first): string =>
    difference === null
      ? `${metric} is ${formatNumber(challenger!.value, 3)}`
      : `${metric} differs by ${formatNumber(difference.value, 3)}`;
  if (worse.length > 1) return `${where}, ${worse.map(what).join(', ')}: worse than the rules allow ${p}`;
  return `${where}, ${what(first)}, worse than "${first.rule}" ${first.difference === null ? 'allows' : 'tolerates'} ${p}`;
}

function pText(p: number): string {
  return p < 0.0001 ? '< 0.0001' : `= ${formatNumber(p, 2)}`;
}

function limited(sentences: readonly string[], what: string): string[] {
  const left = sentences.length - maxSentences;
  return left > 0
    ? [...sentences.slice(0, maxSentences), `${plural(left, 'more slice')} ${what}`]
    : [...sentences];
}
