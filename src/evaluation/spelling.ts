/** Texts that mean the same have one spelling: without blanks around them, in lower case, numbers in their shortest form. */
export function spellingOf(text: string): string {
  const bare = text.trim().toLowerCase();
  return bare !== '' && Number.isFinite(Number(bare)) ? String(Number(bare)) : bare;
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
