import * as v from 'valibot';
import { ownValue } from '../../common/own.js';
import { record } from '../../common/record-schema.js';
import type { ColumnType } from '../../formats/profile.js';

export const sparkFormats = ['csv', 'jsonl', 'parquet'] as const;
export type SparkFormat = (typeof sparkFormats)[number];

export interface SparkColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** SQL of what the file has, `{c}` being its text or its typed column: NULL where it stands for no value. */
  readonly rawText: string;
  readonly rawTyped: string;
  /** SQL of the value, `{c}` being a text. */
  readonly parsed: string;
  /** SQL of the value, `{c}` being a column of that type; a type that is not here cannot stand for it. */
  readonly converted: Readonly<Partial<Record<ColumnType, string>>>;
  /** SQL over v‹i›: what the profile counts. */
  readonly profiled: string;
}

export interface SparkSet {
  readonly name: string;
  /** Paths and globs as Hadoop takes them. */
  readonly patterns: readonly string[];
  readonly format: SparkFormat;
  readonly columns: readonly SparkColumn[];
  /** `sql` is true of a row that fails; `shown` is what a person sees of it. */
  readonly checks: readonly { readonly sql: string; readonly shown: string }[];
  /** Columns, by their place, whose values together must be different in every row. */
  readonly keys: readonly { readonly columns: readonly number[] }[];
}

/** What the script is told, by a file. */
export interface SparkJob {
  readonly sets: readonly SparkSet[];
  readonly profile: boolean;
  /** Two sets, by their place: rows of the second are looked for in the first. */
  readonly overlap?: readonly [number, number];
  /** Columns with more different values are summarised. */
  readonly exactLimit: number;
  readonly keptRows: number;
  /** Texts that are looked at for words, about, and their characters. */
  readonly wordRows: number;
  readonly wordCharacters: number;
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const example = v.object({ file: count, row: v.optional(count), value: v.nullable(v.string()) });
const failing = v.object({ count, examples: v.array(example) });
const pairs = v.array(v.tuple([v.number(), count]));

const columnSchema = v.object({
  count,
  nonFinite: count,
  /** Of finite numbers; null where there is none. */
  min: v.nullable(v.number()),
  max: v.nullable(v.number()),
  mean: v.nullable(v.number()),
  variance: v.nullable(v.number()),
  /** How numbers were made fewer; null where every value is counted. */
  how: v.nullish(v.union([v.object({ bits: v.number() }), v.object({ step: v.number() })])),
  values: v.optional(v.array(v.tuple([v.union([v.number(), v.string()]), count]))),
  /** The values are the most frequent ones only. */
  top: v.optional(v.boolean()),
  /** Some of the texts, each standing for `times` as many rows. */
  drawn: v.nullish(v.object({ times: count, texts: v.array(v.tuple([v.string(), count])) })),
  lengths: v.optional(pairs),
  /** Register and rank. */
  registers: v.optional(pairs),
});

const fileSchema = v.object({
  path: v.string(),
  bytes: count,
  sha256: v.string(),
  rows: v.optional(count, 0),
  rejected: v.optional(count, 0),
  /** Why it was not read. */
  defect: v.optional(v.picklist(['empty-file', 'unreadable', 'truncated', 'encoding'])),
  /** Names of its columns, and their types where the file has such. */
  columns: v.optional(v.array(v.string())),
  types: v.optional(record(v.string(), v.string())),
});

/** What the script answers; it is read like anything that comes from outside. */
export const sparkAnswerSchema = v.object({
  spark: v.string(),
  overlap: v.optional(count),
  sets: v.array(
    v.object({
      name: v.string(),
      /** Patterns that no file matches. */
      missing: v.array(v.string()),
      rows: count,
      files: v.array(fileSchema),
      checks: v.optional(v.array(failing), []),
      keys: v.optional(v.array(failing), []),
      columns: v.optional(v.array(columnSchema), []),
    }),
  ),
});

export type SparkAnswer = v.InferOutput<typeof sparkAnswerSchema>;
export type AnsweredSet = SparkAnswer['sets'][number];
export type AnsweredColumn = v.InferOutput<typeof columnSchema>;
export type AnsweredFile = v.InferOutput<typeof fileSchema>;

const formats: Readonly<Record<string, SparkFormat>> = {
  csv: 'csv',
  tsv: 'csv',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  parquet: 'parquet',
};

/** What the files of a pattern are, as far as its name tells. */
export function formatOf(pattern: string): SparkFormat | undefined {
  const match = /\.([a-z]+)(\.(gz|zst|bz2|snappy|lz4))?$/i.exec(pattern);
  return ownValue(formats, match?.[1]?.toLowerCase() ?? '');
}
