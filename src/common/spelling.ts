/**
 * A text without what programs add to it or take from it: blanks around it, letter case, and of a number the zeros in
 * front and a fraction of 0. Digits are never read as a number, which would take long ids for equal.
 */
export function spellingOf(text: string): string {
  const bare = text.trim().toLowerCase();
  return bare.replace(/^0+(?=\d+(\.0+)?$)/, '').replace(/^(\d+)\.0+$/, '$1');
}

/** SQL of the spelling of a text, for texts that stay in the engine; of text in ASCII it equals spellingOf. */
export function spellingSql(text: string): string {
  const bare = `lower(regexp_replace(${text}, '^[\\s\\p{Z}\\v]+|[\\s\\p{Z}\\v]+$', '', 'g'))`;
  return `regexp_replace(regexp_replace(${bare}, '^0+(\\d+(\\.0+)?)$', '\\1'), '^(\\d+)\\.0+$', '\\1')`;
}

/** Known texts by their spelling, to find what an unknown one may have been meant for. */
export class Spellings {
  private readonly known = new Map<string, string>();

  constructor(texts: Iterable<string>) {
    for (const text of texts) if (!this.known.has(spellingOf(text))) this.known.set(spellingOf(text), text);
  }

  /** The known text that differs from this one in its spelling alone. */
  meantBy(text: string): string | undefined {
    const found = this.known.get(spellingOf(text));
    return found === text ? undefined : found;
  }
}

/** How two texts of one spelling differ, as in "differs only by …". */
export function spellingDifference(a: string, b: string): string {
  if (a.trim() === b.trim()) return 'blanks';
  return a.trim().toLowerCase() === b.trim().toLowerCase()
    ? 'upper and lower case'
    : 'the way the number is written';
}
