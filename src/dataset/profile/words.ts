import type { ColumnWords } from '../../formats/profile.js';

type Counts = readonly (readonly [number | string, number])[];

/** Words that are listed. */
const listed = 2_000;
/** Characters of a text that are looked at. */
export const lookedAt = 1_000;

/** The different words of a text: runs of letters and digits, in lower case. */
function wordsOf(text: string): Set<string> {
  return new Set(
    text
      .slice(0, lookedAt)
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [],
  );
}

/**
 * Vocabulary of texts, of which some are known with all their rows, and of the others a share was drawn.
 * @param known texts with their numbers of rows
 * @param drawn texts that stand for `times` as many rows each
 * @param always whatever they are made of
 * @returns undefined where fewer than half of the texts have three different words: codes and names are no free text
 */
export function vocabulary(
  known: Counts,
  drawn: Counts = [],
  times = 1,
  always = false,
): ColumnWords | undefined {
  const counts = new Map<string, number>();
  let [texts, all, free] = [0, 0, 0];
  const look = (list: Counts, weight: number): void => {
    for (const [text, rows] of list) {
      const words = wordsOf(String(text));
      texts += rows;
      all += rows * weight;
      if (words.size >= 3) free += rows * weight;
      for (const word of words) counts.set(word, (counts.get(word) ?? 0) + rows * weight);
    }
  };
  look(known, 1);
  look(drawn, times);
  if (!always && (all === 0 || free < all / 2)) return undefined;
  return cut(counts, texts, 0);
}

/** Of both together. */
export function mergeWords(a: ColumnWords, b: ColumnWords): ColumnWords {
  const counts = new Map(a.counts);
  for (const [word, n] of b.counts) counts.set(word, (counts.get(word) ?? 0) + n);
  return cut(counts, a.texts + b.texts, a.error + b.error);
}

function cut(counts: ReadonlyMap<string, number>, texts: number, error: number): ColumnWords {
  const sorted = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return { texts, counts: sorted.slice(0, listed), error: error + (sorted[listed]?.[1] ?? 0) };
}
