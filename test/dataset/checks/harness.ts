import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type DatasetOptions, validateDataset } from '../../../src/dataset/checks/validate.js';
import type { Contract } from '../../../src/dataset/contract/contract.js';
import { parseContract } from '../../../src/dataset/contract/load.js';
import { type Engine, openEngine } from '../../../src/engine/engine.js';
import { duckdbLibrary } from '../../engine/library.js';

export const head = 'apiVersion: v3.1.0\nkind: DataContract\nid: t\nversion: 1.0.0\nstatus: draft\n';

/** A folder with an engine, in which contracts and data are written and checked. */
export interface Place {
  readonly folder: string;
  readonly engine: Engine;
  write(name: string, text: string): string;
  /** Findings, as `rule count file:line=value …`. */
  check(contract: string, files: readonly string[], options?: Partial<DatasetOptions>): Promise<string[]>;
  findings(
    contract: string,
    files: readonly string[],
    options?: Partial<DatasetOptions>,
  ): Promise<Awaited<ReturnType<typeof validateDataset>>['set']['findings']>;
  close(): Promise<void>;
}

/** The contract of the table `rows`, or of the only one. */
export function contractOf(text: string, file = 'c.yaml'): Contract {
  const wanted = /name: rows\b/.test(text) ? 'rows' : undefined;
  return parseContract(text, file, wanted);
}

export async function openPlace(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'checks-'));
  const engine = await openEngine({
    library: duckdbLibrary,
    temp: join(folder, 'tmp'),
    allowedFolders: [folder],
  });
  const place: Place = {
    folder,
    engine,
    write(name, text) {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      return path;
    },
    async findings(text, files, options = {}) {
      const contract = contractOf(text, join(folder, 'c.yaml'));
      const { set } = await validateDataset({
        ...{ engine, contract, name: 'train', folder },
        files: files.map((file) => join(folder, file)),
        ...options,
      });
      return set.findings;
    },
    async check(text, files, options) {
      const findings = await place.findings(text, files, options);
      return findings.map(({ rule, count, examples }) =>
        [
          `${rule} ${count}`,
          ...examples.map(
            (e) => `${e.file}:${e.line ?? e.row ?? ''}${e.value === undefined ? '' : `=${e.value}`}`,
          ),
        ].join(' '),
      );
    },
    async close() {
      await engine.close();
      rmSync(folder, { recursive: true });
    },
  };
  return place;
}
