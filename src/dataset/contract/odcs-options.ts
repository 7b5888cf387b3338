import type { Place, Problem } from '../../common/errors.js';
import { nearest } from '../../common/text.js';
import type { ColumnType } from '../../formats/profile.js';
import { type Check, none } from '../checks/check.js';
import type { OdcsProperty } from './odcs.js';
import { patternProblem } from './pattern.js';

type Options = OdcsProperty['logicalTypeOptions'];
type Key = keyof Options;

const allowed: Readonly<Record<ColumnType, readonly Key[]>> = {
  string: ['minLength', 'maxLength', 'pattern', 'format'],
  integer: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'format'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'format'],
  boolean: [],
  date: [
    'minimum',
    'maximum',
    'exclusiveMinimum',
    'exclusiveMaximum',
    'format',
    'timezone',
    'defaultTimezone',
  ],
  timestamp: [
    'minimum',
    'maximum',
    'exclusiveMinimum',
    'exclusiveMaximum',
    'format',
    'timezone',
    'defaultTimezone',
  ],
};

const textFormats: Readonly<Record<string, string>> = {
  email: '^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$',
  uuid: '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$',
  uri: '^[A-Za-z][A-Za-z0-9+.-]*:[^\\s]+$',
  ipv4: '^((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(\\.|$)){4}$',
  ipv6: '^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$',
  hostname: '^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$',
};
const numberFormats = ['i8', 'i16', 'i32', 'i64', 'u8', 'u16', 'u32', 'u64', 'f32', 'f64'];
const isoTime = /^yyyy-MM-dd((['T ]|'T')+HH:mm(:ss(\.S+)?)?(X|XX|XXX|Z|'Z')?)?$/;

/** The checks that `logicalTypeOptions` ask for; what cannot be checked becomes a problem. */
export function readOptions(
  property: OdcsProperty,
  type: ColumnType,
  at: (key: string) => Place,
  problems: Problem[],
): Check[] {
  const { name: column, logicalTypeOptions: options } = property;
  const checks: Check[] = [];
  const add = (rule: string, test: Check['test']): void => {
    checks.push({ rule, column, severity: 'error', tolerance: none, test, where: at(rule) });
  };
  for (const key of Object.keys(options) as Key[]) {
    if (allowed[type].includes(key)) continue;
    const near = nearest(key, allowed[type]);
    problems.push({
      message: `${key} says nothing of a ${type}`,
      where: at(key),
      remedy: near === undefined ? 'remove it, or change logicalType' : `did you mean "${near}"?`,
    });
  }
  const { minLength, maxLength, pattern, multipleOf, format } = options;
  if (type === 'string') {
    if (minLength !== undefined) add('minLength', { kind: 'length', min: minLength });
    if (maxLength !== undefined) add('maxLength', { kind: 'length', max: maxLength });
    if (minLength !== undefined && maxLength !== undefined && minLength > maxLength) {
      problems.push({ message: 'minLength is above maxLength: nothing can pass', where: at('minLength') });
    }
    if (pattern !== undefined) {
      const problem = patternProblem(pattern);
      if (problem === undefined) add('pattern', { kind: 'pattern', pattern });
      else problems.push({ ...problem, where: at('pattern') });
    }
  }
  for (const [side, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    readBound(options, side, exclusive, type, at, problems).forEach(({ rule, test }) => add(rule, test));
  }
  if (multipleOf !== undefined && (type === 'integer' || type === 'number')) {
    add('multipleOf', { kind: 'multiple', of: multipleOf });
  }
  if (format !== undefined)
    readFormat(format, type, at('format'), problems).forEach((test) => add('format', test));
  return checks;
}

function readBound(
  options: Options,
  side: 'minimum' | 'maximum',
  exclusive: 'exclusiveMinimum' | 'exclusiveMaximum',
  type: ColumnType,
  at: (key: string) => Place,
  problems: Problem[],
): { rule: string; test: Check['test'] }[] {
  const flag = options[exclusive];
  const bounds: { rule: string; value: number | string; open: boolean }[] = [];
  if (options[side] !== undefined) bounds.push({ rule: side, value: options[side], open: flag === true });
  if (flag !== undefined && typeof flag !== 'boolean')
    bounds.push({ rule: exclusive, value: flag, open: true });
  const isTime = type === 'date' || type === 'timestamp';
  return bounds.flatMap(({ rule, value, open }) => {
    const fits = isTime
      ? typeof value === 'string' && /^\d{4}-\d{2}-\d{2}/.test(value) && !Number.isNaN(Date.parse(value))
      : typeof value === 'number';
    if (!fits) {
      const remedy = isTime ? "write it as '2001-12-31' or '2001-12-31 23:59:59'" : 'write a number';
      problems.push({ message: `"${value}" is no bound of a ${type}`, where: at(rule), remedy });
      return [];
    }
    const test: Check['test'] =
      side === 'minimum'
        ? { kind: 'range', min: value, ...(open && { above: true }) }
        : { kind: 'range', max: value, ...(open && { below: true }) };
    return [{ rule, test }];
  });
}

function readFormat(format: string, type: ColumnType, where: Place, problems: Problem[]): Check['test'][] {
  if (type === 'string') {
    const pattern = textFormats[format];
    if (pattern !== undefined) return [{ kind: 'pattern', pattern, whole: format }];
    const near = nearest(format, Object.keys(textFormats));
    const known = Object.keys(textFormats).join(', ');
    problems.push({
      message: `format "${format}" cannot be checked`,
      where,
      remedy: near === undefined ? `use one of ${known}, or a pattern` : `did you mean "${near}"?`,
    });
    return [];
  }
  if (type === 'date' || type === 'timestamp') {
    // Values are always read as ISO 8601: another way of writing would be read wrongly or not at all.
    if (!isoTime.test(format)) {
      problems.push({
        message: `format "${format}" cannot be read`,
        where,
        remedy:
          "write dates as yyyy-MM-dd and times as yyyy-MM-dd HH:mm:ss (with 'T', fractions and a zone if you like)",
      });
    }
    return [];
  }
  const bits = /^([iu])(8|16|32)$/.exec(format);
  if (bits !== null) {
    const size = 2 ** Number(bits[2]);
    return [
      bits[1] === 'i'
        ? { kind: 'range', min: -size / 2, max: size / 2 - 1 }
        : { kind: 'range', min: 0, max: size - 1 },
    ];
  }
  if (format === 'u64') return [{ kind: 'range', min: 0 }];
  if (!numberFormats.includes(format)) {
    problems.push({
      message: `format "${format}" is none of a number`,
      where,
      remedy: `use one of ${numberFormats.join(', ')}`,
    });
  }
  return [];
}
