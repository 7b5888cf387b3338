import { stat } from 'node:fs/promises';
import { displayPath } from '../../common/files.js';
import { listNames, nearest } from '../../common/text.js';
import type { Engine } from '../../engine/engine.js';
import { sha256OfFile } from '../../engine/file.js';
import type { Table } from '../../engine/table.js';
import type { Finding, ValidatedFile, ValidatedSet } from '../../formats/validation.js';
import { type Contract, presence } from '../contract/contract.js';
import { datasetDigest } from '../digest.js';
import type { Check } from './check.js';
import { decimalCommaFindings } from './decimal-comma.js';
import { duplicateFindings } from './duplicates.js';
import { openByContract } from './open.js';
import { referenceFindings } from './references.js';
import { rowFindings } from './rows.js';
import { refuseOtherSql, sqlFindings } from './sql.js';
import { wholeFindings } from './whole.js';

export interface DatasetOptions {
  readonly engine: Engine;
  readonly contract: Contract;
  /** `train`, `holdout`. */
  readonly name: string;
  /** Absolute paths. */
  readonly files: readonly string[];
  /** Folder that reported paths are relative to. */
  readonly folder: string;
  /** Where the data is used: columns that only others have may be absent. Default `training`. */
  readonly environment?: string;
  /** A profile of the tables will be made, too: then each file is scanned for both at once. Default true. */
  readonly profile?: boolean;
  /** What freshness is measured from; default now. */
  readonly now?: Date;
  /** Milliseconds that one rule with SQL of its own may take; default 5 minutes. */
  readonly sqlLimitMs?: number;
}

const usualLimitMs = 300_000;

export interface CheckedDataset {
  readonly set: ValidatedSet;
  /** The files that can be read, for a profile; missing values and values by the contract's ways of writing. */
  readonly tables: readonly Table[];
}

/**
 * Checks a data set against its contract. Whatever is wrong with data or files is a finding: nothing is thrown
 * for it. Hashing runs beside reading.
 * @throws UserError when SQL of the contract, or a table that it refers to, cannot be read
 */
export async function validateDataset(options: DatasetOptions): Promise<CheckedDataset> {
  const { engine, contract, name, folder, environment = 'training', now = new Date() } = options;
  const profiled = options.profile ?? true;
  const checks = checksIn(contract, environment);
  await refuseOtherSql({ engine, checks });
  const findings: Finding[] = [];
  const files: ValidatedFile[] = [];
  const tables: Table[] = [];
  for (const file of options.files) {
    const path = displayPath(file, folder);
    const [hashed, { table, defects }] = await Promise.all([
      hash(file),
      openByContract(engine, file, contract, { profile: profiled }),
    ]);
    const rows = table?.rows ?? 0;
    const rejected = table?.rejected ?? 0;
    files.push({ path, ...hashed, rows, rejected });
    for (const { rule, message, remedy, count, examples, harmless, column } of defects) {
      findings.push({
        rule,
        severity: harmless ? 'warning' : 'error',
        ...(column !== undefined && { column }),
        message: `${path}: ${message}`,
        remedy,
        count,
        share: rows + rejected === 0 ? 1 : Math.min(1, count / (rows + rejected)),
        examples: examples.length === 0 ? [{ file: path }] : examples.map((e) => ({ file: path, ...e })),
      });
    }
    if (table === undefined) continue;
    findings.push(...columnFindings(table, path, contract, environment));
    findings.push(...(await decimalCommaFindings(engine, table, path)));
    tables.push(table);
  }
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  const pathOf = (file: string): string => displayPath(file, folder);
  const { sqlLimitMs = usualLimitMs } = options;
  const context = { engine, contract, tables, rows, checks, profiled, now, pathOf, sqlLimitMs };
  findings.push(...(await rowFindings(context)));
  findings.push(...(await duplicateFindings(context)));
  findings.push(...(await referenceFindings(context)));
  findings.push(...(await wholeFindings(context, name)));
  findings.push(...(await sqlFindings(context)));
  const digest = datasetDigest(files.map(({ path, sha256 }) => ({ name: path, sha256: sha256 ?? '' })));
  return { set: { name, files, rows, digest, findings: findings.sort(byWeight) }, tables };
}

const byWeight = (a: Finding, b: Finding): number =>
  Number(a.severity === 'warning') - Number(b.severity === 'warning');

/** Of a file that is not there, nothing: inspectTable says so. */
async function hash(file: string): Promise<{ bytes: number; sha256?: string }> {
  const info = await stat(file).catch(() => undefined);
  return info?.isFile() ? { bytes: info.size, sha256: await sha256OfFile(file) } : { bytes: 0 };
}

/** Columns that are missing, that nobody described or this environment should not have, or of another type. */
export function columnFindings(
  table: Pick<Table, 'columns' | 'unit'>,
  path: string,
  contract: Contract,
  environment: string,
): Finding[] {
  const there = new Set(table.columns.map((c) => c.name));
  const described = new Set(contract.columns.map((c) => c.name));
  const place = { file: path, ...(table.unit === 'line' && { line: 1 }) };
  const whole = { count: 1, share: 1, examples: [place] };
  const findings: Finding[] = [];
  for (const column of contract.columns) {
    const asked = presence(column, environment);
    if (asked === 'absent' && there.has(column.name)) {
      const where = column.environments!.join(' and ');
      findings.push({
        ...whole,
        rule: 'unexpected-column',
        severity: 'warning',
        column: column.name,
        message: `${path}: the column "${column.name}" is there, which the contract has for ${where} only, not for ${environment}`,
        remedy: 'leave it out of the file, or add the environment to the contract',
      });
    }
    if (asked !== 'present' || there.has(column.name) || contract.missingColumns === 'allowed') continue;
    const near = nearest(
      column.name,
      [...there].filter((name) => !described.has(name)),
    );
    findings.push({
      ...whole,
      rule: 'missing-column',
      severity: 'error',
      column: column.name,
      message: `${path}: there is no column "${column.name}"`,
      remedy:
        near === undefined
          ? `the file has: ${listNames([...there])}`
          : `did you mean "${near}", which the contract does not know?`,
    });
  }
  if (contract.missingColumns === 'allowed' && ![...described].some((name) => there.has(name))) {
    findings.push({
      ...whole,
      rule: 'missing-column',
      severity: 'error',
      message: `${path}: it has none of the columns of the contract`,
      remedy: `the file has: ${listNames([...there])}`,
    });
  }
  const unknown = contract.unknownColumns === 'allowed' ? [] : table.columns.map((c) => c.name);
  for (const column of unknown.filter((name) => name !== '' && !described.has(name))) {
    findings.push({
      ...whole,
      rule: 'unknown-column',
      severity: contract.unknownColumns === 'error' ? 'error' : 'warning',
      column,
      message: `${path}: the contract does not know the column "${column}"`,
      remedy: 'describe it in the contract, or leave it out of the file',
    });
  }
  for (const { name, type, fileType } of table.columns.filter((c) => c.mismatch)) {
    findings.push({
      ...whole,
      rule: 'type',
      severity: 'error',
      column: name,
      message: `${path}: column "${name}" is ${fileType ?? 'something else'} in the file, ${type} in the contract`,
      remedy: 'write the column with that type, or change logicalType in the contract',
    });
  }
  return findings;
}

/** A column that an environment may lack may also be empty there. */
export function checksIn(contract: Contract, environment: string): Check[] {
  const lacking = contract.columns.filter((column) => presence(column, environment) !== 'present');
  const names = new Set(lacking.map(({ name }) => name));
  return contract.checks.filter(({ test, column }) => test.kind !== 'missing' || !names.has(column ?? ''));
}
