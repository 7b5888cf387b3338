import { formatPercent, plural } from '../../common/text.js';
import type { Finding } from '../../formats/validation.js';
import { contractPlace } from './context.js';
import type { RowCheck } from './testable.js';
import { wanted } from './tolerance.js';

/** A finding in words. */
export function describeFinding(
  check: RowCheck,
  count: number,
  rows: number,
): Pick<Finding, 'rule' | 'severity' | 'column' | 'message' | 'remedy'> {
  const { rule, severity, column, tolerance, description } = check;
  const share = count === 0 || rows === 0 ? '' : ` (${formatPercent(count / rows)})`;
  const { what, remedy } = words(check);
  return {
    rule,
    severity,
    ...(column !== undefined && { column }),
    message: `${column === undefined ? '' : `${column}: `}${plural(count, 'row')}${share} ${what}${wanted(tolerance)}`,
    remedy: description ?? remedy,
  };
}

function words(check: RowCheck): { what: string; remedy: string } {
  const { test } = check;
  const there = contractPlace(check);
  const correct = `correct the values, or ${there} if they are right`;
  const list = (values: readonly unknown[]): string =>
    `${values.slice(0, 8).join(', ')}${values.length > 8 ? ', …' : ''}`;
  switch (test.kind) {
    case 'type':
      return { what: 'with a value that is not of the type', remedy: correct };
    case 'missing':
      return {
        what: 'without a value',
        remedy: `fill the values in, leave the rows out, or let ${there} allow it`,
      };
    case 'values':
      return test.unseen
        ? {
            what: 'with a value that the reference data does not have',
            remedy:
              'see whether the new values are meant; if so, train with them and renew the reference profile',
          }
        : {
            what: `with a value that is none of ${list(test.values)}`,
            remedy: `correct the values, or add them to ${there}`,
          };
    case 'pattern':
      return { what: `that do not match ${test.whole ?? test.pattern}`, remedy: correct };
    case 'length':
      return {
        what: test.min === undefined ? `longer than ${test.max}` : `shorter than ${test.min}`,
        remedy: correct,
      };
    case 'range': {
      const below = test.min === undefined ? '' : `${test.above ? 'not above' : 'below'} ${test.min}`;
      const over = test.max === undefined ? '' : `${test.below ? 'not below' : 'above'} ${test.max}`;
      return { what: [below, over].filter((text) => text !== '').join(' or '), remedy: correct };
    }
    case 'width': {
      const { bits, signed } = test;
      const largest = signed ? 2n ** BigInt(bits - 1) - 1n : 2n ** BigInt(bits) - 1n;
      const smallest = signed ? -largest - 1n : 0n;
      return {
        what: `that ${signed ? 'i' : 'u'}${bits} does not hold (${smallest} … ${largest})`,
        remedy: `correct the values, or name a wider format in ${there}`,
      };
    }
    case 'multiple':
      return { what: `that are no multiple of ${test.of}`, remedy: correct };
    case 'expression':
      return { what: `for which it is not true that ${test.sql.trim()}`, remedy: correct };
  }
}
