import type { Place, Problem } from '../../../common/errors.js';
import { ownValue } from '../../../common/own.js';
import type { ColumnType } from '../../../formats/profile.js';
import { type Check, type RowTest, none } from '../../checks/check.js';
import type { Reading } from '../contract.js';
import { isStrptimePattern } from '../date-formats.js';
import { boundProblem, rangeTest } from '../odcs/options.js';
import { patternProblem } from '../pattern.js';
import { formatRemedy, textFormats } from '../text-formats.js';
import type { Field } from './schema.js';

const types: Readonly<Partial<Record<Field['type'], ColumnType>>> = {
  string: 'string',
  number: 'number',
  integer: 'integer',
  boolean: 'boolean',
  date: 'date',
  datetime: 'timestamp',
  year: 'integer',
  // Texts of a form of their own.
  time: 'string',
  yearmonth: 'string',
  duration: 'string',
  geopoint: 'string',
  any: 'string',
};
/** The keys that belong to some types only. */
const typed: Readonly<Record<string, readonly Field['type'][]>> = {
  decimalChar: ['number'],
  groupChar: ['number', 'integer'],
  bareNumber: ['number', 'integer'],
  trueValues: ['boolean'],
  falseValues: ['boolean'],
  categories: ['string', 'integer'],
};
const stringFormats = ['email', 'uri', 'binary', 'uuid'];
const comparable: readonly Field['type'][] = [
  'integer',
  'number',
  'date',
  'datetime',
  'year',
  'time',
  'yearmonth',
];

export interface ReadField {
  readonly type: ColumnType;
  readonly untyped: boolean;
  readonly reading: Reading;
  readonly checks: readonly Check[];
}

/** Type, way of writing and checks of a field; what cannot be checked becomes a problem. */
export function readField(
  field: Field,
  at: (path: readonly (string | number)[]) => Place,
  problems: Problem[],
): ReadField {
  const { constraints: c } = field;
  const fail = (path: readonly (string | number)[], message: string, remedy: string): void => {
    problems.push({ message, where: at(path), remedy });
  };
  const checks: Check[] = [];
  const add = (rule: string, test: Check['test'], path: readonly string[] = ['constraints', rule]): void => {
    checks.push({ rule, column: field.name, severity: 'error', tolerance: none, test, where: at(path) });
  };
  const type = types[field.type];
  if (type === undefined) {
    fail(
      ['type'],
      `a field of type ${field.type} cannot be checked`,
      'split it into fields, or call it string',
    );
  }
  for (const [key, fits] of Object.entries(typed)) {
    if (Object.hasOwn(field, key) && !fits.includes(field.type)) {
      fail(
        [key],
        `${key} says nothing of a field of type ${field.type}`,
        `remove it, or make it ${fits.join(' or ')}`,
      );
    }
  }
  if (c.required === true) add('required', { kind: 'missing', values: [] });
  if (c.unique === true) add('unique', { kind: 'duplicates', columns: [field.name] });
  for (const key of ['minLength', 'maxLength', 'pattern'] as const) {
    if (c[key] !== undefined && field.type !== 'string' && field.type !== 'any') {
      fail(['constraints', key], `${key} says nothing of a field of type ${field.type}`, 'remove it');
    }
  }
  if (c.minLength !== undefined) add('minLength', { kind: 'length', min: c.minLength });
  if (c.maxLength !== undefined) add('maxLength', { kind: 'length', max: c.maxLength });
  if (c.pattern !== undefined) {
    const problem = patternProblem(c.pattern);
    // An expression of XML Schema is of the whole value.
    if (problem === undefined)
      add('pattern', { kind: 'pattern', pattern: `^(?:${c.pattern})$`, whole: c.pattern });
    else problems.push({ ...problem, where: at(['constraints', 'pattern']) });
  }
  if (c.jsonSchema !== undefined) {
    fail(['constraints', 'jsonSchema'], 'jsonSchema cannot be checked', 'remove it, or split the field');
  }
  for (const [key, side, open] of [
    ['minimum', 'minimum', false],
    ['maximum', 'maximum', false],
    ['exclusiveMinimum', 'minimum', true],
    ['exclusiveMaximum', 'maximum', true],
  ] as const) {
    const given = c[key];
    if (given === undefined) continue;
    if (!comparable.includes(field.type)) {
      fail(['constraints', key], `${key} says nothing of a field of type ${field.type}`, 'remove it');
      continue;
    }
    const isNumber = type === 'integer' || type === 'number';
    const value = isNumber && typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
    const problem =
      type === 'string'
        ? typeof value === 'string' && new RegExp(textFormats[field.type]!).test(value)
          ? undefined
          : {
              message: `"${value}" is no bound of a ${field.type}`,
              remedy: 'write it as the values are written',
            }
        : boundProblem(value, type!);
    if (problem !== undefined) problems.push({ ...problem, where: at(['constraints', key]) });
    else add(key, rangeTest(side, value, open));
  }
  if (c.enum !== undefined) add('enum', { kind: 'values', values: c.enum });
  if (field.categories !== undefined) {
    const values = field.categories.map((one) => (typeof one === 'object' ? one.value : one));
    add('categories', { kind: 'values', values }, ['categories']);
  }
  const reading: Reading = {
    ...(field.decimalChar !== undefined && { decimalChar: field.decimalChar }),
    ...(field.groupChar !== undefined && { groupChar: field.groupChar }),
    ...(field.bareNumber === false && { decorated: true }),
    ...(field.trueValues !== undefined && { trueValues: field.trueValues }),
    ...(field.falseValues !== undefined && { falseValues: field.falseValues }),
    ...readFormat(field, add, fail),
  };
  return { type: type ?? 'string', untyped: field.type === 'any', reading, checks };
}

function readFormat(
  { type, format: written = 'default' }: Field,
  add: (rule: string, test: RowTest, path?: readonly string[]) => void,
  fail: (path: readonly string[], message: string, remedy: string) => void,
): Reading {
  const format = written.replace(/^fmt:/, '');
  const textOf = (name: string, rule: string): void =>
    add(rule, { kind: 'pattern', pattern: ownValue(textFormats, name)!, whole: name }, [rule]);
  switch (type) {
    case 'string':
      if (stringFormats.includes(format)) textOf(format, 'format');
      else if (format !== 'default') {
        fail(['format'], `format "${format}" cannot be checked`, formatRemedy(format, stringFormats));
      }
      return {};
    case 'date':
    case 'datetime': {
      if (format === 'default') return {};
      if (isStrptimePattern(format)) return { format };
      const message =
        format === 'any' ? 'format any would have to be guessed' : `format "${format}" cannot be read`;
      fail(['format'], message, 'write how the values are written, such as %d.%m.%Y');
      return {};
    }
    case 'time':
    case 'yearmonth':
    case 'duration':
    case 'geopoint':
      textOf(type, 'type');
      if (format !== 'default') {
        fail(
          ['format'],
          `format "${format}" of a ${type} cannot be read`,
          'write the values in the default format',
        );
      }
      return {};
    default:
      if (format !== 'default') fail(['format'], `a field of type ${type} has no formats`, 'remove it');
      return {};
  }
}
