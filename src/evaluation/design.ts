import { type Problem, failOn } from '../common/errors.js';
import type { Column } from '../engine/columns.js';
import type { DataTable } from '../engine/read-table.js';
import { andMore, badRows, placeOfRow, textsOf } from './columns.js';
import type { EvaluateSpec } from './labels.js';
import type { RowDesign } from './rows.js';

/** Names of the columns of the hold-out data that say how rows count and belong together. */
export function designColumns(evaluate: EvaluateSpec): string[] {
  return [evaluate['sample-weight'], evaluate.group, evaluate.query].filter((name) => name !== undefined);
}

/**
 * Weights and clusters of the hold-out rows, and the queries of a ranking.
 * @throws UserError for weights that are not above 0, and for rows without a group or query
 */
export async function readDesign(
  table: DataTable,
  columns: ReadonlyMap<string, Column>,
  evaluate: EvaluateSpec,
): Promise<Pick<RowDesign, 'weights' | 'clusters'> & { readonly queries?: Uint32Array }> {
  const problems: Problem[] = [];
  const { 'sample-weight': weight, group, query } = evaluate;
  const weights = weight === undefined ? undefined : (columns.get(weight) as Float64Array);
  if (weights !== undefined) {
    const bad = badRows(weights.length, (row) => !(weights[row]! > 0 && weights[row]! < Infinity));
    if (bad !== undefined) {
      const value = weights[bad.first]!;
      problems.push({
        message: `${Number.isNaN(value) ? 'nothing' : value} in column "${weight}" is no weight${andMore(bad.count)}`,
        where: await placeOfRow(table, bad.first),
        remedy: 'give every row a number above 0, or leave out the rows that shall not count',
      });
    }
  }
  const numbered = async (name: string | undefined): Promise<Uint32Array | undefined> => {
    if (name === undefined) return undefined;
    const texts = textsOf(columns.get(name)!);
    const bad = badRows(texts.length, (row) => texts[row] === null || texts[row] === '');
    if (bad !== undefined) {
      problems.push({
        message: `nothing in column "${name}"${andMore(bad.count)}`,
        where: await placeOfRow(table, bad.first),
        remedy: 'say of every row to what it belongs; a row that stands by itself needs a value of its own',
      });
    }
    return numberTexts(texts);
  };
  const clusters = await numbered(group);
  const queries = query === undefined ? undefined : query === group ? clusters : await numbered(query);
  failOn(problems);
  return {
    ...(weights !== undefined && { weights }),
    ...(clusters !== undefined && { clusters }),
    ...(queries !== undefined && { queries }),
  };
}

/** Numbers from 0 by the order in which texts first occur. */
function numberTexts(texts: readonly (string | null)[]): Uint32Array {
  const numbers = new Map<string | null, number>();
  return Uint32Array.from(texts, (text) => {
    let number = numbers.get(text);
    if (number === undefined) numbers.set(text, (number = numbers.size));
    return number;
  });
}
