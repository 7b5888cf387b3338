import { type Place, type Problem, failOn } from '../../common/errors.js';
import type { Column } from '../../engine/columns.js';
import type { Engine } from '../../engine/engine.js';
import type { DataTable } from '../../engine/read-table.js';
import type { SliceDefinition } from '../../spec/sections/evaluate-slices.js';
import { readColumnsOf } from '../columns.js';
import { type Slicing, partsOf, sliceUp } from './define.js';
import { columnOf, cutsNumbers, cutsTimes } from './parts.js';

/**
 * Cuts the hold-out rows into slices.
 * @param columns of the table, as they were read
 * @param at place of a definition in model.yml
 * @throws UserError for ranges of a column that holds no numbers
 */
export async function readSlices(
  engine: Engine,
  table: DataTable,
  definitions: readonly SliceDefinition[],
  columns: ReadonlyMap<string, Column>,
  at: (index: number) => Place,
): Promise<Slicing[]> {
  const problems: Problem[] = [];
  const times = new Set<string>();
  for (const [i, definition] of definitions.entries()) {
    for (const part of partsOf(definition)) {
      const name = columnOf(part);
      const type = table.columns.find((column) => column.name === name)!.type;
      const isTime = type === 'date' || type === 'timestamp';
      const isNumber = type === 'number' || type === 'integer';
      if (cutsTimes(part) && !isTime) {
        problems.push({
          message: `column "${name}" holds no days or times, so it has no ranges of them`,
          where: at(i),
          remedy: isNumber
            ? 'write the limits as numbers'
            : 'write days as 2026-01-31 in the data, or name values: [...]',
        });
      } else if (cutsNumbers(part) && !isNumber && !isTime) {
        problems.push({
          message: `column "${name}" holds no numbers, so it has no ranges`,
          where: at(i),
          remedy: `write the column alone, or values: [...]`,
        });
      } else if (typeof part !== 'string' && typeof part.ranges?.[0] === 'number' && isTime) {
        problems.push({
          message: `column "${name}" holds days or times, and the limits of its ranges are numbers`,
          where: at(i),
          remedy: 'write the limits as 2026-01-31 or 2026-01-31T12:00:00Z',
        });
      }
      if (!cutsNumbers(part) && isTime) times.add(name);
    }
  }
  failOn(problems);
  // Days and times as people write them, not as seconds.
  const written =
    times.size === 0 ? new Map<string, Column>() : await readColumnsOf(engine, table, [...times], times);
  return definitions.map((definition) =>
    sliceUp(definition, (part) => {
      const name = columnOf(part);
      return (cutsNumbers(part) ? undefined : written.get(name)) ?? columns.get(name)!;
    }),
  );
}
