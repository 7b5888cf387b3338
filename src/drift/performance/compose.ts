import { worst } from '../../common/verdict.js';
import type {
  Concept,
  Estimated,
  Performance,
  PredictionDrift,
  Realised,
} from '../../formats/drift-performance.js';

export type Parts = {
  predictions: PredictionDrift | null;
  realised: Realised | null;
  estimated: Estimated | null;
  concept: Concept | null;
};

/**
 * What is known of the performance itself, predictions that merely changed aside. Labels beat estimates: where they
 * decide, an estimate that cannot tell does not take that back. Undefined where nothing was looked at.
 */
export function harmOf({
  realised,
  estimated,
  concept,
}: Omit<Parts, 'predictions'>): Pick<Performance, 'verdict' | 'reasons'> | undefined {
  const known = [realised, concept].filter((part) => part !== null);
  const decided = known.length > 0 && known.every(({ verdict }) => verdict !== 'inconclusive');
  const idle = decided && estimated?.verdict === 'inconclusive';
  const heard = [...known, ...(estimated === null || idle ? [] : [estimated])];
  if (heard.length === 0) return undefined;
  return {
    verdict: worst(heard.map(({ verdict }) => verdict)),
    reasons: sorted([...heard, ...(idle ? [estimated] : [])]),
  };
}

/** One result of all parts. @param more sentences for the end @param notes sentences for the beginning */
export function compose(parts: Parts, more: readonly string[], notes: readonly string[] = []): Performance {
  const harm = harmOf(parts);
  const heard = [...(harm ? [harm] : []), ...(parts.predictions ? [parts.predictions] : [])];
  return {
    kind: 'drift-performance',
    schemaVersion: 1,
    verdict: worst(heard.map(({ verdict }) => verdict)),
    reasons: [...notes, ...sorted(heard), ...more],
    ...parts,
  };
}

/** Reasons of what failed first. */
function sorted(parts: readonly Pick<Performance, 'verdict' | 'reasons'>[]): string[] {
  return (['fail', 'inconclusive', 'pass'] as const).flatMap((verdict) =>
    parts.filter((part) => part.verdict === verdict).flatMap(({ reasons }) => reasons),
  );
}
