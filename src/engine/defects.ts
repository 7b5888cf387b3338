/** What can be wrong with a data file as such, whatever is in it. */
export const defectRules = [
  'missing-file',
  'unknown-format',
  'lfs-pointer',
  'unreadable',
  'empty-file',
  'no-rows',
  'truncated',
  'encoding',
  'invalid-utf8',
  'ragged-row',
  'bad-quote',
  'unterminated-quote',
  'long-row',
  'malformed-json',
  'nul-byte',
  'mixed-line-ends',
  'delimiter',
  'no-header',
  'empty-column-name',
  'index-column',
  'duplicate-column',
  'lost-rows',
] as const;
export type DefectRule = (typeof defectRules)[number];

export interface Defect {
  readonly rule: DefectRule;
  /** A sentence without the file's name. */
  readonly message: string;
  readonly remedy: string;
  /** How many records have it; 1 for the file as a whole. */
  readonly count: number;
  /** The first of them: line from 1, and how the record begins (untrusted). */
  readonly examples: readonly { readonly line: number; readonly value?: string }[];
  /** The file can be read in full all the same. */
  readonly harmless?: boolean;
  readonly column?: string;
}

export const keptExamples = 5;
const keptCharacters = 120;

/** How a record begins, for a person to find it again. */
export function excerpt(text: string): string {
  return text.length > keptCharacters ? `${text.slice(0, keptCharacters)}…` : text;
}

/** A defect of the file as a whole. */
export function fileDefect(rule: DefectRule, message: string, remedy: string): Defect {
  return { rule, message, remedy, count: 1, examples: [] };
}

/** Gathers the records that have one defect: all are counted, the first are kept. */
export class Tally {
  readonly counts = new Map<DefectRule, number>();
  private readonly examples = new Map<
    DefectRule,
    { line: number; value?: string; span?: [number, number] }[]
  >();

  add(rule: DefectRule, line: number, span?: [number, number]): void {
    this.counts.set(rule, (this.counts.get(rule) ?? 0) + 1);
    const kept = this.examples.get(rule) ?? [];
    if (kept.length < keptExamples) {
      kept.push({ line, ...(span && { span }) });
      this.examples.set(rule, kept);
    }
  }

  get total(): number {
    return [...this.counts.values()].reduce((sum, n) => sum + n, 0);
  }

  /** @param read gives the text of a record from its span of bytes */
  async defects(
    describe: (rule: DefectRule, count: number) => { message: string; remedy: string },
    read: (span: [number, number]) => Promise<string>,
  ): Promise<Defect[]> {
    const defects: Defect[] = [];
    for (const [rule, count] of this.counts) {
      const examples = [];
      for (const { line, span } of this.examples.get(rule) ?? []) {
        examples.push({ line, ...(span && { value: excerpt(await read(span)) }) });
      }
      defects.push({ rule, count, examples, ...describe(rule, count) });
    }
    return defects;
  }
}

/** As pandas names an index that it reads back from CSV, or writes to Parquet. */
const isPandasIndex = (name: string): boolean => /^(Unnamed: \d+|__index_level_\d+__)$/.test(name);

/**
 * Columns without a name, and names that two columns have.
 * @param where names are written
 */
export function nameDefects(header: readonly string[], where: string): Defect[] {
  const defects: Defect[] = [];
  const seen = new Set<string>();
  header.forEach((name, i) => {
    if (name === '') {
      const index = i === 0 ? '; where pandas wrote its row numbers, write with index=False' : '';
      defects.push(
        fileDefect('empty-column-name', `column ${i + 1} has no name`, `name it ${where}${index}`),
      );
    } else if (seen.has(name)) {
      defects.push({
        ...fileDefect('duplicate-column', `two columns are called "${name}"`, 'rename or remove one of them'),
        column: name,
      });
    }
    if (isPandasIndex(name)) {
      const message = `"${name}" holds pandas' row numbers, from which a model learns the order of the rows`;
      const remedy = 'write the file with index=False';
      defects.push({ ...fileDefect('index-column', message, remedy), column: name, harmless: true });
    }
    seen.add(name);
  });
  return defects;
}
