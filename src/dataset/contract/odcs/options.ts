import type { Place, Problem } from '../../../common/errors.js';
import { ownValue } from '../../../common/own.js';
import { nearest } from '../../../common/text.js';
import type { ColumnType } from '../../../formats/profile.js';
import { type Check, type RowTest, none } from '../../checks/check.js';
import type { Reading } from '../contract.js';
import { fromJavaPattern } from '../date-formats.js';
import { patternProblem } from '../pattern.js';
import { formatRemedy, textFormats } from '../text-formats.js';
import type { OdcsProperty } from './schema.js';

type Options = OdcsProperty['logicalTypeOptions'];
type Key = keyof Options;
type LogicalType = ColumnType | 'time';

const bounds: readonly Key[] = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'];
const allowed: Readonly<Record<LogicalType, readonly Key[]>> = {
  string: ['minLength', 'maxLength', 'pattern', 'format'],
  integer: [...bounds, 'multipleOf', 'format'],
  number: [...bounds, 'multipleOf', 'format'],
  boolean: [],
  date: [...bounds, 'format'],
  timestamp: [...bounds, 'format', 'timezone', 'defaultTimezone'],
  time: ['format'],
};
const known = ['email', 'uuid', 'uri', 'ipv4', 'ipv6', 'hostname', 'time', 'duration'];
const numberFormats: Readonly<Record<'integer' | 'number', readonly string[]>> = {
  integer: ['i8', 'i16', 'i32', 'i64', 'i128', 'u8', 'u16', 'u32', 'u64', 'u128'],
  number: ['f32', 'f64'],
};
/** What the engine reads without being told: ISO 8601, the T a blank or not, with or without fractions and a zone. */
const isoTime = /^(yyyy|uuuu)-MM-dd((['T ]|'T')+HH:mm(:ss(\.S+)?)?(X|XX|XXX|Z|'Z')?)?$/;

/**
 * The checks that `logicalTypeOptions` ask for, and how the values are written; what cannot be checked becomes a
 * problem.
 * @param type the logical type, a 3.0 date that is a time being a timestamp
 */
export function readOptions(
  property: OdcsProperty,
  type: LogicalType,
  at: (key: string) => Place,
  problems: Problem[],
): { checks: Check[]; reading?: Reading } {
  const { name: column, logicalTypeOptions: options } = property;
  const checks: Check[] = [];
  const add = (rule: string, test: RowTest): void => {
    checks.push({ rule, column, severity: 'error', tolerance: none, test, where: at(rule) });
  };
  const fits = property.logicalType === 'date' ? allowed.date : allowed[type];
  for (const key of Object.keys(options) as Key[]) {
    if (fits.includes(key)) continue;
    const near = nearest(key, fits);
    problems.push({
      message: `${key} says nothing of a ${property.logicalType ?? type}`,
      where: at(key),
      remedy: near === undefined ? 'remove it, or change logicalType' : `did you mean "${near}"?`,
    });
  }
  const { minLength, maxLength, pattern, multipleOf, format, defaultTimezone } = options;
  if (type === 'string') {
    if (minLength !== undefined) add('minLength', { kind: 'length', min: minLength });
    if (maxLength !== undefined) add('maxLength', { kind: 'length', max: maxLength });
    if (minLength !== undefined && maxLength !== undefined && minLength > maxLength) {
      const remedy = 'exchange the two, or correct one';
      problems.push({
        message: 'minLength is above maxLength: nothing can pass',
        where: at('minLength'),
        remedy,
      });
    }
    if (pattern !== undefined) {
      const problem = patternProblem(pattern);
      if (problem === undefined) add('pattern', { kind: 'pattern', pattern });
      else problems.push({ ...problem, where: at('pattern') });
    }
  }
  if (type !== 'time') {
    for (const side of ['minimum', 'maximum'] as const) {
      for (const { rule, test } of readBound(options, side, type, at, problems)) add(rule, test);
    }
  }
  if (multipleOf !== undefined && (type === 'integer' || type === 'number')) {
    add('multipleOf', { kind: 'multiple', of: multipleOf });
  }
  if (type === 'time') add('type', { kind: 'pattern', pattern: textFormats.time!, whole: 'time (HH:mm:ss)' });
  if (defaultTimezone !== undefined && !/^(Etc\/)?(UTC|GMT|Z)$/.test(defaultTimezone)) {
    problems.push({
      message: `times without a zone are read as UTC, not as ${defaultTimezone}`,
      where: at('defaultTimezone'),
      remedy: 'write the zone into the data, or UTC here',
    });
  }
  if (format === undefined) return { checks };
  const found = readFormat(format, type, at('format'), problems);
  found.tests.forEach((test) => add('format', test));
  return { checks, ...(found.reading && { reading: found.reading }) };
}

function readBound(
  options: Options,
  side: 'minimum' | 'maximum',
  type: ColumnType,
  at: (key: string) => Place,
  problems: Problem[],
): { rule: string; test: RowTest }[] {
  const exclusive = side === 'minimum' ? 'exclusiveMinimum' : 'exclusiveMaximum';
  const flag = options[exclusive];
  const found: { rule: string; value: number | string; open: boolean }[] = [];
  if (options[side] !== undefined) found.push({ rule: side, value: options[side], open: flag === true });
  if (flag !== undefined && typeof flag !== 'boolean')
    found.push({ rule: exclusive, value: flag, open: true });
  return found.flatMap(({ rule, value, open }) => {
    const problem = boundProblem(value, type);
    if (problem !== undefined) problems.push({ ...problem, where: at(rule) });
    return problem === undefined ? [{ rule, test: rangeTest(side, value, open) }] : [];
  });
}

/** Why a value is no bound of a type; undefined when it is one. */
export function boundProblem(value: number | string, type: ColumnType): Problem | undefined {
  const isTime = type === 'date' || type === 'timestamp';
  const fits = isTime
    ? typeof value === 'string' && /^\d{4}-\d{2}-\d{2}/.test(value) && !Number.isNaN(Date.parse(value))
    : typeof value === 'number' && Number.isFinite(value);
  if (fits) return undefined;
  const remedy = isTime ? "write it as '2001-12-31' or '2001-12-31 23:59:59'" : 'write a number';
  return { message: `"${value}" is no bound of a ${type}`, remedy };
}

export function rangeTest(side: 'minimum' | 'maximum', value: number | string, open: boolean): RowTest {
  return side === 'minimum'
    ? { kind: 'range', min: value, ...(open && { above: true }) }
    : { kind: 'range', max: value, ...(open && { below: true }) };
}

function readFormat(
  format: string,
  type: LogicalType,
  where: Place,
  problems: Problem[],
): { tests: RowTest[]; reading?: Reading } {
  switch (type) {
    case 'string': {
      if (known.includes(format)) {
        return { tests: [{ kind: 'pattern', pattern: ownValue(textFormats, format)!, whole: format }] };
      }
      problems.push({
        message: `format "${format}" cannot be checked`,
        where,
        remedy: formatRemedy(format, known),
      });
      return { tests: [] };
    }
    case 'date':
    case 'timestamp': {
      if (isoTime.test(format)) return { tests: [] };
      const directives = fromJavaPattern(format);
      if (directives !== undefined && /%[Yy]/.test(directives))
        return { tests: [], reading: { format: directives } };
      const remedy = "write it in Java's letters, such as dd.MM.yyyy or yyyy-MM-dd HH:mm:ss";
      problems.push({ message: `format "${format}" cannot be read`, where, remedy });
      return { tests: [] };
    }
    case 'time': {
      if (/^HH:mm(:ss(\.S+)?)?$/.test(format)) return { tests: [] };
      problems.push({
        message: `format "${format}" cannot be read`,
        where,
        remedy: 'write times as HH:mm:ss',
      });
      return { tests: [] };
    }
    case 'integer':
    case 'number': {
      const bits = /^([iu])(8|16|32)$/.exec(format);
      if (numberFormats[type].includes(format)) {
        const size = bits === null ? 0 : 2 ** Number(bits[2]);
        if (bits?.[1] === 'i') return { tests: [{ kind: 'range', min: -size / 2, max: size / 2 - 1 }] };
        if (bits?.[1] === 'u') return { tests: [{ kind: 'range', min: 0, max: size - 1 }] };
        const wide = /^([iu])(64|128)$/.exec(format);
        if (wide === null) return { tests: [] };
        return { tests: [{ kind: 'width', bits: wide[2] === '64' ? 64 : 128, signed: wide[1] === 'i' }] };
      }
      const remedy = `use one of ${numberFormats[type].join(', ')}`;
      problems.push({ message: `format "${format}" is none of a ${type}`, where, remedy });
      return { tests: [] };
    }
    case 'boolean':
      return { tests: [] };
  }
}
