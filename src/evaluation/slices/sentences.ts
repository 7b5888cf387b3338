import { formatNumber, plural } from '../../common/text.js';
import type { Verdict } from '../../common/verdict.js';
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
  const failed = slices.flatMap((slice) =>
    slice.verdict === 'fail'
      ? slice.results
          .filter(({ adjustedP }) => adjustedP !== null && adjustedP <= 1 - confidence)
          .map((result) => ({ slice, result }))
      : [],
  );
  failed.sort((a, b) => a.result.adjustedP! - b.result.adjustedP!);
  return {
    verdicts: [
      ...slices.flatMap(({ verdict }) => (verdict === 'fail' ? (['fail'] as const) : [])),
      ...small.map(() => 'inconclusive' as const),
    ],
    fail: limited(
      [
        ...absent.map((slice) => `No hold-out row is in a slice that must be there: ${sliceWords(slice)}`),
        ...failed.map(({ slice, result }) => failure(slice, result)),
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

function failure(slice: SliceDecision, result: SliceDecision['results'][number]): string {
  const { metric, rule, difference, challenger, adjustedP } = result;
  const where = `Where ${sliceWords(slice)} (${plural(slice.rows, 'row')})`;
  const p = `(p ${formatNumber(adjustedP!, 2)} after correction for all slices)`;
  return difference === null
    ? `${where}, ${metric} is ${formatNumber(challenger!.value, 3)}, worse than "${rule}" allows ${p}`
    : `${where}, ${metric} differs by ${formatNumber(difference.value, 3)}, worse than "${rule}" tolerates ${p}`;
}

function limited(sentences: readonly string[], what: string): string[] {
  const left = sentences.length - maxSentences;
  return left > 0
    ? [...sentences.slice(0, maxSentences), `${plural(left, 'more slice')} ${what}`]
    : [...sentences];
}
