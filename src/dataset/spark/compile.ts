import type { Problem } from '../../common/errors.js';
import type { Check } from '../checks/check.js';
import type { Contract, ContractColumn } from '../contract/contract.js';
import { sparkFailing } from './condition.js';
import type { SparkColumn, SparkSet } from './job.js';
import { sparkConversions, sparkParsed, sparkProfiled, sparkText } from './sql.js';

/** What of a job follows from the contract: the same for every set. */
export interface Compiled {
  readonly columns: readonly SparkColumn[];
  readonly checks: SparkSet['checks'];
  readonly keys: SparkSet['keys'];
  /** The contract's checks, in the order of `checks` and of `keys`; those of types come first. */
  readonly rowChecks: readonly Check[];
  readonly keyChecks: readonly Check[];
}

/**
 * Columns and checks as Spark SQL.
 * @param checks of the contract that look at rows or at keys, those of types among them
 * @param problems gets every check that Spark cannot do in the same way
 */
export function compile(contract: Contract, checks: readonly Check[], problems: Problem[]): Compiled {
  const indexOf = new Map(contract.columns.map(({ name }, i) => [name, i]));
  const columns = contract.columns.map((column, i) => compileColumn(column, i, problems));
  const rowChecks: Check[] = [];
  const keyChecks: Check[] = [];
  const compiled: { sql: string; shown: string }[] = [];
  const keys: { columns: number[] }[] = [];
  const refuse = ({ rule, where }: Check, why: string): void => {
    problems.push({
      message: `${rule} cannot be checked with engine: spark: ${why}`,
      where,
      remedy: 'leave it out of this contract, or check the data without `engine: spark`',
    });
  };
  for (const check of checks) {
    const { test, column } = check;
    switch (test.kind) {
      case 'rows':
        break;
      case 'duplicates': {
        const names = test.columns.length === 0 ? [...indexOf.keys()] : test.columns;
        keys.push({ columns: names.map((one) => indexOf.get(one)!) });
        keyChecks.push(check);
        break;
      }
      case 'reference':
      case 'age':
      case 'shares':
      case 'sql':
        refuse(check, 'Spark is asked about rows and keys only');
        break;
      default: {
        const i = indexOf.get(column ?? '');
        if (i === undefined) {
          refuse(check, 'it looks at no one column');
          break;
        }
        const found = sparkFailing(test, contract.columns[i]!.type, `r${i}`, `v${i}`);
        if ('cannot' in found) {
          refuse(check, found.cannot);
          break;
        }
        // A column that a file lacks, or has as another type, is one finding, not one a row.
        const there = test.kind === 'type' ? `h${i} AND NOT m${i}` : `h${i}`;
        compiled.push({ sql: `${there} AND (${found.sql})`, shown: `r${i}` });
        rowChecks.push(check);
      }
    }
  }
  return { columns, checks: compiled, keys, rowChecks, keyChecks };
}

function compileColumn(
  { name, type, reading = {}, where }: ContractColumn,
  index: number,
  problems: Problem[],
): SparkColumn {
  const { missing = [], ...others } = reading;
  if (Object.keys(others).length > 0) {
    problems.push({
      message: `how column "${name}" is written (${Object.keys(others).join(', ')}) cannot be read with engine: spark`,
      where,
      remedy:
        'write it as ISO 8601 dates, numbers with a point, true and false; or leave `engine: spark` out',
    });
  }
  return {
    name,
    type,
    rawText: without('{c}', type === 'string' ? missing : [...missing, ''], type === 'number'),
    // Spark writes NaN of a FLOAT or DOUBLE so.
    rawTyped: without(
      'CAST({c} AS STRING)',
      type === 'number' || type === 'integer' ? [...missing, 'NaN'] : missing,
    ),
    parsed: sparkParsed('{c}', type),
    converted: sparkConversions(type),
    profiled: sparkProfiled(`v${index}`, type),
  };
}

/**
 * SQL of a column, NULL where it is a missing value: what engine/missing.ts says of them, and the contract's words.
 * @param nan texts that read as NaN are missing, too
 */
function without(text: string, words: readonly string[], nan = false): string {
  if (words.length === 0) return '{c}';
  const reads = nan ? ` OR ${text} RLIKE ${sparkText('^(?i)\\s*[+-]?nan\\s*$')}` : '';
  return `CASE WHEN ${text} IN (${words.map(sparkText).join(', ')})${reads} THEN NULL ELSE {c} END`;
}
