import type { ColumnWords } from '../formats/profile.js';
import {
  correctedJensenShannonDistance,
  detectableDistance,
  rowsToDetectDistance,
} from '../statistics/effect.js';
import { categoryTail } from '../statistics/one-category.js';
import type { Measurement, Question } from './measure.js';
import type { Side } from './values.js';

/** Share of the texts with a word, before and now. */
export interface WordShare {
  readonly label: string;
  readonly reference: number;
  readonly current: number;
}

export interface WordsMeasured {
  readonly measurement: Measurement;
  /** Words with the largest change first. */
  readonly shares: readonly WordShare[];
}

/**
 * The vocabulary of free text: for each word, is the share of texts that have it the same? Words of one text come
 * together, so that only their texts are independent: each word is a test of its own, and the smallest p value pays
 * for the number of words (Bonferroni), which holds whatever hangs together. The effect is that of one word: of
 * those that matter the most certain one, and without any the most certain of all.
 */
export function measureWords(
  reference: Side & { words: ColumnWords },
  current: Side & { words: ColumnWords },
  { of, effect: asked, level }: Question,
): WordsMeasured {
  const [ref, cur] = [new Map(reference.words.counts), new Map(current.words.counts)];
  const [n, m] = [reference.words.texts, current.words.texts];
  const found = [...new Set([...ref.keys(), ...cur.keys()])].map((word) => {
    // A word that one side does not list may still be in `error` of its texts: as near to the other as that allows.
    const rows = (counts: Map<string, number>, side: typeof reference, near: number): number =>
      counts.get(word) ?? Math.min(side.words.error, near * side.present);
    const a = rows(ref, reference, (cur.get(word) ?? 0) / current.present) / reference.present;
    const b = rows(cur, current, (ref.get(word) ?? 0) / reference.present) / current.present;
    const table = { a: split(a, n), b: split(b, m) };
    const effect = correctedJensenShannonDistance(table.a, table.b);
    return {
      label: word,
      reference: Math.min(1, a),
      current: Math.min(1, b),
      p: categoryTail(table.b[0], table.a[0] + table.b[0], n, m),
      effect,
    };
  });
  const mattering = found.filter(({ effect }) => effect >= asked.threshold);
  const pool = mattering.length > 0 ? mattering : found;
  const best = pool.reduce((least, word) => (word.p < least.p ? word : least));
  const each = level / found.length;
  return {
    measurement: {
      of,
      method: 'one-category',
      statistic: best.current - best.reference,
      p: Math.min(1, best.p * found.length),
      measure: 'jensen-shannon',
      effect: best.effect,
      ...asked,
      detectable: detectableDistance(2, n, m, each),
      rowsNeeded: rowsToDetectDistance(asked.sought, 2, n, each),
    },
    shares: found
      .sort((x, y) => y.effect - x.effect || x.p - y.p)
      .slice(0, 12)
      .map(({ label, reference, current }) => ({ label, reference, current })),
  };
}

/** Texts with the word, and without it. */
function split(share: number, texts: number): [number, number] {
  const having = Math.min(texts, Math.round(share * texts));
  return [having, texts - having];
}
