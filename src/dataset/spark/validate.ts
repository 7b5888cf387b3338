import { type Problem, failOn } from '../../common/errors.js';
import { displayPath } from '../../common/files.js';
import { ownValue } from '../../common/own.js';
import { formatNumber, plural } from '../../common/text.js';
import type { Profile } from '../../formats/profile.js';
import type { Finding, ValidatedSet } from '../../formats/validation.js';
import { type Check, none } from '../checks/check.js';
import { keptRows } from '../checks/context.js';
import { type DuplicateCheck, describe as describeDuplicates } from '../checks/duplicates.js';
import { describeFinding } from '../checks/row-words.js';
import { typeCheck } from '../checks/rows.js';
import type { RowCheck } from '../checks/testable.js';
import { tolerated } from '../checks/tolerance.js';
import { checksIn, columnFindings } from '../checks/validate.js';
import { knownFindings } from '../checks/whole.js';
import type { Contract } from '../contract/contract.js';
import { datasetDigest } from '../digest.js';
import { exactLimit } from '../profile/numbers.js';
import { lookedAt } from '../profile/words.js';
import { type Compiled, compile } from './compile.js';
import type { AnsweredFile, AnsweredSet, SparkAnswer, SparkFormat, SparkJob } from './job.js';
import { profileOfAnswer, sparkEngine } from './profile.js';

export interface SparkData {
  readonly name: string;
  readonly patterns: readonly string[];
  readonly format: SparkFormat;
}

export interface SparkPlan {
  readonly job: SparkJob;
  readonly compiled: Compiled;
}

/**
 * What Spark is asked of some sets, the hold-out data after the training data.
 * @throws UserError naming every check of the contract that it cannot make in the same way
 */
export function planSpark(contract: Contract, sets: readonly SparkData[], profile: boolean): SparkPlan {
  const problems: Problem[] = [];
  const types = contract.columns.filter(({ untyped }) => untyped !== true).map(typeCheck);
  const compiled = compile(contract, [...types, ...checksIn(contract, 'training')], problems);
  failOn(problems);
  const { columns, checks, keys } = compiled;
  const job: SparkJob = {
    sets: sets.map((set) => ({ ...set, columns, checks, keys })),
    profile,
    ...(sets.length === 2 && { overlap: [0, 1] as const }),
    ...{ exactLimit, keptRows, wordRows: 2 ** 15, wordCharacters: lookedAt },
  };
  return { job, compiled };
}

export interface SparkChecked {
  readonly set: ValidatedSet;
  readonly profile?: Profile;
}

/**
 * Findings and profiles from Spark's answer, in the words of those that DuckDB's counts give.
 * @param folder that reported paths are relative to
 * @throws UserError naming every pattern that matches no file
 */
export function readAnswer(
  { job, compiled }: SparkPlan,
  answer: SparkAnswer,
  contract: Contract,
  { folder, now }: { readonly folder: string; readonly now: Date },
): SparkChecked[] {
  failOn(
    answer.sets.flatMap(({ missing }) =>
      missing.map((pattern) => ({
        message: `no file matches "${pattern}", as Spark sees it`,
        remedy: 'check the pattern, and that the cluster may read there',
      })),
    ),
  );
  const engine = sparkEngine(answer.spark);
  return answer.sets.map((set, i) => {
    const pathOf = (path: string): string => displayPath(path.replace(/^file:(\/\/)?/, ''), folder);
    const findings = [
      ...set.files.flatMap((file) =>
        fileFindings(file, pathOf(file.path), job.sets[i]!.format, contract, compiled),
      ),
      ...checkFindings(set, compiled, pathOf),
      ...knownFindings({ checks: contract.checks, rows: set.rows, now }, set.name, () => undefined),
      ...(i === 1 ? overlapFinding(answer.overlap ?? 0, set.rows) : []),
    ];
    const files = set.files.map(({ path, bytes, sha256, rows, rejected }) => ({
      path: pathOf(path),
      ...{ bytes, sha256, rows, rejected },
    }));
    const digest = datasetDigest(files.map(({ path, sha256 }) => ({ name: path, sha256 })));
    findings.sort((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'));
    return {
      set: { name: set.name, files, rows: set.rows, digest, findings },
      ...(job.profile && { profile: profileOfAnswer(set, contract.columns, engine) }),
    };
  });
}

const defects: Readonly<Record<NonNullable<AnsweredFile['defect']>, readonly [string, string]>> = {
  'empty-file': ['the file is empty (0 bytes)', 'write it again'],
  unreadable: ['the file is not Parquet', 'name it after what is in it, or write it again'],
  truncated: ['the file ends before its end: it is not whole', 'copy or write it again'],
  encoding: ['the file is UTF-16', 'write it as UTF-8'],
};

function fileFindings(
  file: AnsweredFile,
  path: string,
  format: SparkFormat,
  contract: Contract,
  compiled: Compiled,
): Finding[] {
  const { defect, rows, rejected, columns = [], types = {} } = file;
  const whole: Pick<Finding, 'severity' | 'count' | 'share' | 'examples'> = {
    severity: 'error',
    count: 1,
    share: 1,
    examples: [{ file: path }],
  };
  if (defect !== undefined) {
    const [message, remedy] = defects[defect];
    return [{ ...whole, rule: defect, message: `${path}: ${message}`, remedy }];
  }
  const findings: Finding[] = [];
  if (rejected > 0) {
    const share = rejected / (rows + rejected);
    findings.push({ ...whole, ...brokenRecords(format, path, rejected), count: rejected, share });
  }
  if (rows + rejected === 0) {
    const message = `${path}: the file has no rows`;
    findings.push({ ...whole, rule: 'no-rows', message, remedy: 'check the program that writes it' });
  }
  const named = columns.map((name) => {
    const found = compiled.columns.find((column) => column.name === name);
    const fileType = ownValue(types, name);
    const mismatch = found !== undefined && fileType !== undefined && !canStand(fileType, found.converted);
    const type = found?.type ?? 'string';
    return { name, type, raw: '', value: '', mismatch, ...(fileType !== undefined && { fileType }) };
  });
  findings.push(...columnFindings({ columns: named, unit: 'row' }, path, contract, 'training'));
  return findings;
}

function brokenRecords(
  format: SparkFormat,
  path: string,
  rejected: number,
): Pick<Finding, 'rule' | 'message' | 'remedy'> {
  if (format === 'jsonl') {
    return {
      rule: 'malformed-json',
      message: `${path}: ${plural(rejected, 'line')} that are not a JSON object`,
      remedy: 'write one object on each line, and nothing else',
    };
  }
  return {
    rule: 'ragged-row',
    message: `${path}: ${plural(rejected, 'row')} with more or fewer fields than the header`,
    remedy: 'correct or remove them; without `engine: spark` their lines are named',
  };
}

/** The words of `word` in the script. */
function canStand(sparkType: string, converted: Compiled['columns'][number]['converted']): boolean {
  const kinds: readonly [RegExp, keyof typeof converted][] = [
    [/^(tinyint|smallint|int|bigint)$/, 'integer'],
    [/^(float|double|decimal.*)$/, 'number'],
    [/^string$/, 'string'],
    [/^boolean$/, 'boolean'],
    [/^date$/, 'date'],
    [/^timestamp/, 'timestamp'],
  ];
  const kind = kinds.find(([pattern]) => pattern.test(sparkType))?.[1];
  return kind !== undefined && converted[kind] !== undefined;
}

function checkFindings(
  set: AnsweredSet,
  { rowChecks, keyChecks }: Compiled,
  pathOf: (path: string) => string,
): Finding[] {
  const { rows, files } = set;
  const examplesOf = (list: AnsweredSet['checks'][number]['examples']): Finding['examples'] =>
    list.map(({ file, row, value }) => ({
      file: pathOf(files[file]!.path),
      ...(row !== undefined && { row }),
      ...(value !== null && { value }),
    }));
  const ofRows = set.checks.flatMap(({ count, examples }, i): Finding[] => {
    const check = rowChecks[i]! as RowCheck;
    if (tolerated(check.tolerance, count, rows)) return [];
    const share = rows === 0 ? 0 : count / rows;
    return [{ ...describeFinding(check, count, rows), count, share, examples: examplesOf(examples) }];
  });
  const ofKeys = set.keys.flatMap(({ count, examples }, i): Finding[] => {
    const check: Check = keyChecks[i]!;
    if (tolerated(check.tolerance, count, rows)) return [];
    return [describeDuplicates(check as DuplicateCheck, { count, examples: examplesOf(examples) }, rows)];
  });
  return [...ofRows, ...ofKeys];
}

function overlapFinding(count: number, rows: number): Finding[] {
  if (tolerated(none, count, rows)) return [];
  const share = count / rows;
  return [
    {
      rule: 'overlap',
      severity: 'warning',
      message: `${plural(count, 'row')} of holdout (${formatNumber(share * 100, 3)} %) ${count === 1 ? 'is' : 'are'} also in train, equal in every column`,
      remedy: 'remove them from one of the two, unless equal rows are natural in this data',
      count,
      share,
      examples: [],
    },
  ];
}
