/** Values that no output may show. */
export class Masks {
  readonly #values = new Set<string>();
  #sorted: string[] = [];

  add(value: string): void {
    // A secret of several lines is shown a line at a time; its brackets alone give nothing away.
    const lines = value.split(/\r?\n/).filter((line) => line.trim().length > 2);
    for (const part of [value, ...lines]) {
      const trimmed = part.trim();
      if (trimmed.length === 0) continue;
      this.#values.add(trimmed);
      if (trimmed.length >= 4) {
        this.#values.add(encodeURIComponent(trimmed));
        this.#values.add(Buffer.from(trimmed).toString('base64'));
      }
    }
    // The longest first: a shorter one may be a part of it.
    this.#sorted = [...this.#values].sort((a, b) => b.length - a.length);
  }

  apply(text: string): string {
    let result = text;
    for (const value of this.#sorted) result = result.replaceAll(value, '***');
    return result;
  }
}
