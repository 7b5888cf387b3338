import type { Engine } from '../../engine/engine.js';
import { numberLiteral } from '../../engine/sql.js';
import type { TableColumn } from '../../engine/table.js';
import { literal } from './condition.js';
import type { RowCheck } from './testable.js';

/**
 * The checks of which one aggregate of a column says that nothing can fail them: its ends lie within a range, nothing
 * is off a multiple. That takes a part of the time of testing every value, and in Parquet often none at all.
 * @param source FROM item from which single columns are read quickly
 * @returns indexes of the checks
 */
export async function provenChecks(
  engine: Engine,
  source: string,
  columns: readonly TableColumn[],
  checks: readonly RowCheck[],
): Promise<ReadonlySet<number>> {
  const proofs = checks.flatMap((check, i) => {
    const column = columns.find(({ name }) => name === check.column);
    const sql = column === undefined ? undefined : proofOf(check, column);
    return sql === undefined ? [] : [{ i, sql }];
  });
  if (proofs.length === 0) return new Set();
  const [row] = await engine.rows(
    `SELECT ${proofs.map(({ sql }, k) => `${sql} AS p${k}`).join(', ')} FROM ${source}`,
  );
  return new Set(proofs.filter((_, k) => row?.[`p${k}`] === true).map(({ i }) => i));
}

/** SQL of an aggregate that is true where no row can fail. */
function proofOf({ test }: RowCheck, { type, value, raw, exact, fileType }: TableColumn): string | undefined {
  if (exact !== undefined) return undefined;
  switch (test.kind) {
    case 'range': {
      const { min, max, above, below } = test;
      const [low, high] = [min, max].map((one) => (one === undefined ? undefined : literal(one, type)));
      const parts = [
        ...(low === undefined ? [] : [`min(${value}) ${above ? '>' : '>='} ${low}`]),
        ...(high === undefined ? [] : [`max(${value}) ${below ? '<' : '<='} ${high}`]),
      ];
      return parts.length === 0 ? undefined : `coalesce(${parts.join(' AND ')}, true)`;
    }
    case 'width':
      return test.signed ? undefined : `coalesce(min(${value}) >= 0, true)`;
    case 'multiple': {
      const times = `(${value}) / ${numberLiteral(test.of)}`;
      return `coalesce(max(abs(${times} - round(${times}))) <= 1e-9, true)`;
    }
    case 'length': {
      const parts = [
        ...(test.min === undefined ? [] : [`min(length(${value})) >= ${numberLiteral(test.min)}`]),
        ...(test.max === undefined ? [] : [`max(length(${value})) <= ${numberLiteral(test.max)}`]),
      ];
      return parts.length === 0 ? undefined : `coalesce(${parts.join(' AND ')}, true)`;
    }
    case 'missing':
      return test.values.length === 0 && fileType !== undefined ? `count(*) = count(${raw})` : undefined;
    default:
      return undefined;
  }
}
