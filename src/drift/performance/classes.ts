import { UserError } from '../../common/errors.js';
import type { Engine } from '../../engine/engine.js';
import type { DataTable } from '../../engine/read-table.js';
import { integerLiteral, quoteName, quoteText } from '../../engine/sql.js';
import type { PerformanceOptions } from './options.js';

const maxClasses = 1000;

/** Classes as numbers. */
export interface Coding {
  readonly classes: readonly string[];
  readonly positive: number;
  sql(column: string, table: DataTable, alias: string): string;
}

export const noCoding: Coding = { classes: [], positive: 0, sql: () => 'NULL' };

/** Numbers the classes: values that are equal as numbers are one class, as in src/evaluation. */
export async function codeClasses(
  engine: Engine,
  sources: readonly { table: DataTable; column: string }[],
  named: readonly string[],
  { columns, task, at }: PerformanceOptions,
): Promise<Coding> {
  const written = new Map<string, string>();
  for (const { table, column } of sources) {
    const type = table.columns.find(({ name }) => name === column)!.type;
    const isNumber = type === 'integer' || type === 'number';
    const rows = await engine.rows(
      `SELECT DISTINCT CAST(${quoteName(column)} AS VARCHAR) AS v FROM ${table.sql} WHERE ${quoteName(column)} IS NOT NULL LIMIT ${integerLiteral(maxClasses + 1)}`,
    );
    for (const { v } of rows) written.set(String(v), isNumber ? String(Number(v)) : String(v));
  }
  const found = [...new Set(written.values())].sort();
  const positiveText = columns.positive === undefined ? undefined : String(columns.positive);
  const known = named.length > 0 ? [...named] : found;
  const binary = task === 'binary-classification';
  if (binary && positiveText !== undefined && !known.includes(positiveText)) known.push(positiveText);
  const unscored = found.filter((name) => !known.includes(name));
  const problem = (message: string, remedy: string): never => {
    throw new UserError({ message, where: at(['label']), remedy });
  };
  if (found.length > maxClasses)
    problem('the labels have more than 1,000 values: these are no classes', 'check the column of the labels');
  if (unscored.length > 0) {
    problem(`no score is named for the label "${unscored[0]}"`, `scores are named for ${known.join(', ')}`);
  }
  let positive = known.indexOf(positiveText ?? '');
  if (binary) {
    if (known.length > 2)
      problem(
        `a binary classifier knows two labels, and there are ${known.length}: ${known.slice(0, 5).join(', ')}`,
        'check the column of the labels',
      );
    if (positive < 0) positive = ['1', 'true'].map((name) => known.indexOf(name)).find((i) => i >= 0) ?? -1;
    if (positive < 0 && known.some((name) => name !== '0' && name !== 'false')) {
      problem(
        `which of the labels ${known.join(' and ')} is the positive class?`,
        'name it in evaluate.positive',
      );
    }
    // With negative labels only, the positive class is one that has not come yet.
    if (positive < 0) positive = known.push('1') - 1;
    if (known.length < 2) known.push(known[0] === '0' ? '1' : '0');
  }
  const texts = [...written].filter(([, name]) => known.includes(name));
  return {
    classes: known,
    positive,
    sql: (column, _table, alias) => {
      const keys = texts.map(([raw]) => quoteText(raw)).join(', ');
      const codes = texts.map(([, name]) => known.indexOf(name)).join(', ');
      return texts.length === 0
        ? 'NULL'
        : `list_extract([${codes}], nullif(list_position([${keys}], CAST(${alias}.${quoteName(column)} AS VARCHAR)), 0))`;
    },
  };
}
