/** Formats of data files that the engine reads. */
export type Format = 'csv' | 'jsonl' | 'parquet';
