import type { Engine } from '../../engine/engine.js';
import { quoteName } from '../../engine/sql.js';
import type { Table } from '../../engine/table.js';
import type { Finding } from '../../formats/validation.js';
import { columnOf } from '../data-set.js';
import type { Contract } from '../contract/contract.js';
import type { Check } from './check.js';

export interface CheckContext {
  readonly engine: Engine;
  readonly contract: Contract;
  readonly tables: readonly Table[];
  /** Of all files together, the broken ones left out. */
  readonly rows: number;
  /** What is tested of the data, the environment considered. */
  readonly checks: readonly Check[];
  /** A profile will be made too: what it counts need not be counted anew. */
  readonly profiled?: boolean;
  /** What freshness is measured from. */
  readonly now: Date;
  /** Milliseconds that one rule with SQL of its own may take; default: as long as it likes. */
  readonly sqlLimitMs?: number | undefined;
  pathOf(file: string): string;
}

export const keptRows = 5;
/** Characters of a value that a finding shows. */
export const keptCharacters = 200;

type Example = Finding['examples'][number];

/** Rows of a table, counted from 0, as places that a person can open. */
export async function examplesOf(
  { pathOf }: Pick<CheckContext, 'pathOf'>,
  table: Table,
  rows: readonly { readonly n: number; readonly shown: string | null }[],
): Promise<Example[]> {
  const lines = await table.linesOf(rows.map(({ n }) => n));
  return rows.map(({ shown }, i) => ({
    file: pathOf(table.file),
    [table.unit]: lines[i]!,
    ...(shown !== null && { value: shown }),
  }));
}

/** FROM item: a table with the contract's columns by their names; those that the file lacks are NULL. */
export function namedColumns(
  table: Table,
  contract: Pick<Contract, 'columns'>,
  extra: string[] = [],
): string {
  const values = contract.columns.map(({ name }) => {
    const column = columnOf(table, name);
    return `${column?.value ?? 'NULL'} AS ${quoteName(name)}`;
  });
  return `(SELECT ${[...extra, ...values].join(', ')} FROM ${table.source})`;
}

/** Where to correct the contract, as a remedy says it. */
export function contractPlace({ where }: Pick<Check, 'where'>): string {
  return where.line === undefined ? 'the contract' : `the contract (line ${where.line})`;
}
