import { type Place, UserError } from '../../common/errors.js';
import { nearest } from '../../common/text.js';

/**
 * Index of the table that is meant: the one that is named, or the only one.
 * @throws UserError when there are several and none is named, or when there is none of that name
 */
export function chooseTable(
  names: readonly string[],
  wanted: string | undefined,
  file: string,
  where: Place,
): number {
  if (wanted === undefined && names.length === 1) return 0;
  const index = names.indexOf(wanted ?? '');
  if (index !== -1) return index;
  const near = wanted === undefined ? undefined : nearest(wanted, names);
  throw new UserError({
    message:
      wanted === undefined
        ? `the contract describes ${names.length} tables: ${names.join(', ')}`
        : `the contract describes no table "${wanted}"`,
    where,
    remedy: near === undefined ? `name one: ${file}#${names[0]!}` : `did you mean "${near}"?`,
  });
}
