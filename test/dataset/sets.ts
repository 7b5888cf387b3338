import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Contract, ContractColumn, Role } from '../../src/dataset/contract/contract.js';
import type { DataSet } from '../../src/dataset/data-set.js';
import { type Engine, openEngine } from '../../src/engine/engine.js';
import { inspectTable } from '../../src/engine/table.js';
import type { ColumnType } from '../../src/formats/profile.js';
import { duckdbLibrary } from '../engine/library.js';

/** A folder with an engine, for tests that make small data sets. */
export async function workbench(): Promise<Workbench> {
  const folder = mkdtempSync(join(tmpdir(), 'sets-'));
  const engine = await openEngine({
    library: duckdbLibrary,
    temp: join(folder, 'tmp'),
    allowedFolders: [folder],
  });
  return {
    folder,
    engine,
    async open(name, files, contract) {
      const types = Object.fromEntries(contract.columns.map((c) => [c.name, c.type]));
      const tables = [];
      for (const file of files) {
        const { table } = await inspectTable(engine, join(folder, file), types);
        if (table === undefined) throw new Error(`${file} cannot be read`);
        tables.push(table);
      }
      return { name, tables, pathOf: basename };
    },
    write(file, text) {
      writeFileSync(join(folder, file), text);
      return file;
    },
    async close() {
      await engine.close();
      rmSync(folder, { recursive: true });
    },
  };
}

export interface Workbench {
  readonly folder: string;
  readonly engine: Engine;
  /** Files of the folder as a data set. */
  open(name: string, files: readonly string[], contract: Contract): Promise<DataSet>;
  write(file: string, text: string): string;
  close(): Promise<void>;
}

type Described = ColumnType | readonly [ColumnType, ...Role[]] | Partial<ContractColumn>;

/** A contract of columns with their types and roles, and nothing else. */
export function contractOf(columns: Readonly<Record<string, Described>>): Contract {
  return {
    path: 'contract.yaml',
    digest: 'sha256:0',
    format: 'odcs',
    table: 't',
    environments: ['training', 'serving'],
    checks: [],
    references: {},
    unknownColumns: 'warning',
    missingColumns: 'error',
    columns: Object.entries(columns).map(([name, described]) => {
      const base = { name, type: 'string' as ColumnType, roles: [], where: { line: 1 } };
      if (typeof described === 'string') return { ...base, type: described };
      if ('type' in described || 'roles' in described) return { ...base, ...described };
      const [type, ...roles] = described as readonly [ColumnType, ...Role[]];
      return { ...base, type, roles };
    }),
  };
}

/** CSV of rows that a function makes. */
export function csv(header: readonly string[], rows: number, row: (i: number) => readonly unknown[]): string {
  const lines = Array.from({ length: rows }, (_, i) => row(i).join(','));
  return `${[header.join(','), ...lines].join('\n')}\n`;
}
