import type { Place, Problem } from '../../common/errors.js';
import { ownValue } from '../../common/own.js';
import { nearest } from '../../common/text.js';
import { type Check, type Test, type Tolerance, none } from '../checks/check.js';
import { readCustom } from './custom.js';
import { type Quality, operators } from './odcs/schema.js';
import { patternProblem } from './pattern.js';

/** Metrics of 3.1, and what 3.0 and its first users called them. */
const synonyms: Readonly<Record<string, string>> = {
  nullCheck: 'nullValues',
  duplicateCount: 'duplicateValues',
  uniqueCheck: 'duplicateValues',
  validValues: 'invalidValues',
};
/** The keys of a rule that go with its type; all others go with every type. */
const operatorNames = Object.keys(operators);
const keysOfType: Readonly<Record<NonNullable<Quality['type']>, readonly string[]>> = {
  library: ['metric', 'rule', 'arguments', 'validValues', ...operatorNames],
  sql: ['query', ...operatorNames],
  custom: ['engine', 'implementation'],
  text: [],
};
const ofColumn = ['nullValues', 'missingValues', 'invalidValues', 'duplicateValues'];
const ofTable = ['rowCount', 'duplicateValues'];

export interface QualityContext {
  /** The column that the rule stands at; undefined at the table. */
  readonly column: string | undefined;
  /** Every column of the table. */
  readonly columns: ReadonlySet<string>;
  readonly table: string;
  /** Without an operator nothing may fail; false where every rule must have one. */
  readonly mayLackOperator: boolean;
  /** Folder that the contract lies in. */
  readonly folder: string;
  at(path: readonly (string | number)[]): Place;
  readonly problems: Problem[];
}

/**
 * The checks of one quality rule. Rules of type `text` inform people; rules for another tool cannot be passed over in
 * silence, so they are problems.
 */
export function readQuality(rule: Quality, context: QualityContext): Check[] {
  const type = rule.type ?? 'library';
  const fitting = keysOfType[type];
  const foreign = Object.values(keysOfType)
    .flat()
    .filter((key) => Object.hasOwn(rule, key) && !fitting.includes(key));
  for (const key of new Set(foreign)) {
    context.problems.push({
      message: `a rule of type ${type} has no ${key}`,
      where: context.at([key]),
      remedy: type === 'custom' ? 'write it inside implementation' : 'remove it, or change the type',
    });
  }
  const needed = { library: [], sql: ['query'], custom: ['engine', 'implementation'], text: [] }[type];
  for (const key of needed.filter((one) => !Object.hasOwn(rule, one))) {
    const message = `a rule of type ${type} needs ${key}`;
    context.problems.push({ message, where: context.at([]), remedy: `add ${key}` });
  }
  switch (type) {
    case 'text':
      return [];
    case 'library':
      return readLibrary(rule, context);
    case 'sql':
      return readSql(rule, context);
    case 'custom':
      return readOther(rule, context);
  }
}

function readLibrary(rule: Quality, context: QualityContext): Check[] {
  const { column, at, problems } = context;
  const key = rule.metric === undefined ? 'rule' : 'metric';
  const written = rule.metric ?? rule.rule;
  const metric = ownValue(synonyms, written ?? '') ?? written;
  const known = column === undefined ? ofTable : ofColumn;
  if (metric === undefined || written === undefined) {
    const remedy = `add metric: ${known[0]!}, for instance`;
    problems.push({ message: 'a library rule needs a metric', where: at([]), remedy });
    return [];
  }
  if (!known.includes(metric)) {
    const near = nearest(metric, known);
    problems.push({
      message: `"${metric}" is no metric of a ${column === undefined ? 'table' : 'column'}`,
      where: at([key]),
      remedy: near === undefined ? `use one of ${known.join(', ')}` : `did you mean "${near}"?`,
    });
    return [];
  }
  const before = problems.length;
  const tests = testsOf(rule, metric, context);
  const tolerance = tolerancesOf(rule);
  if (tolerance.length === 0 && (metric === 'rowCount' || !context.mayLackOperator)) {
    const remedy =
      metric === 'rowCount' ? 'add mustBeGreaterThan: 0, for instance' : 'add mustBe: 0, for instance';
    problems.push({ message: `${written} needs an operator`, where: at([key]), remedy });
  }
  if (problems.length > before) return [];
  return tests.map((test) => ({
    ...common(rule, context),
    rule: written,
    test,
    tolerance: tolerance.length > 0 ? tolerance : none,
    where: at([key]),
  }));
}

function testsOf(rule: Quality, metric: string, { column, columns, at, problems }: QualityContext): Test[] {
  const given = rule.arguments ?? {};
  switch (metric) {
    case 'rowCount':
      return [{ kind: 'rows' }];
    case 'nullValues':
      return [{ kind: 'missing', values: [] }];
    case 'missingValues': {
      const values = (given.missingValues ?? []).filter((value) => value !== null);
      return [{ kind: 'missing', values }];
    }
    case 'duplicateValues': {
      const names = given.properties ?? (column === undefined ? [] : [column]);
      names.forEach((name, i) => {
        if (columns.has(name)) return;
        const near = nearest(name, columns);
        problems.push({
          message: `there is no property "${name}"`,
          where: at(['arguments', 'properties', i]),
          remedy: near === undefined ? `name one of ${[...columns].join(', ')}` : `did you mean "${near}"?`,
        });
      });
      return [{ kind: 'duplicates', columns: names }];
    }
    default: {
      const values = given.validValues ?? rule.validValues;
      const tests: Test[] = values === undefined ? [] : [{ kind: 'values', values }];
      if (given.pattern !== undefined) {
        const problem = patternProblem(given.pattern);
        if (problem !== undefined) problems.push({ ...problem, where: at(['arguments', 'pattern']) });
        tests.push({ kind: 'pattern', pattern: given.pattern });
      }
      if (tests.length === 0) {
        problems.push({
          message: `${metric} needs to know what is valid`,
          where: at([]),
          remedy: 'add arguments: { validValues: […] } or { pattern: … }',
        });
      }
      return tests;
    }
  }
}

/** `{object}` and `{property}` stand for the table and the column, as the standard has it; `${…}` and other words too. */
const placeholder = /\$?\{\s*(object|table|schema|property|column)\s*\}/g;

function readSql(rule: Quality, context: QualityContext): Check[] {
  const { column, table, at, problems } = context;
  if (rule.query === undefined) return [];
  const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
  const query = rule.query.replace(placeholder, (_, word: string) =>
    quoted(word === 'property' || word === 'column' ? (column ?? '') : table),
  );
  if (column === undefined && /\{\s*(property|column)\s*\}/.test(rule.query)) {
    const remedy = 'name the column, or move the rule to a property';
    problems.push({ message: 'a rule of the table has no {property}', where: at(['query']), remedy });
  }
  if (rule.unit === 'percent') {
    const remedy = 'let the query give a percentage, and remove unit';
    problems.push({ message: 'unit says nothing of what a query gives', where: at(['unit']), remedy });
  }
  const tolerance = tolerancesOf(rule);
  if (tolerance.length === 0) {
    problems.push({
      message: 'the rule needs an operator',
      where: at([]),
      remedy: 'add mustBe: 0, for instance',
    });
  }
  const test: Test = { kind: 'sql', query };
  return [{ ...common(rule, context), rule: 'sql', test, tolerance, where: at(['query']) }];
}

function readOther(rule: Quality, context: QualityContext): Check[] {
  const { column, folder, at, problems } = context;
  if (rule.engine === undefined || rule.implementation === undefined) return [];
  if (rule.engine !== 'mlops') {
    problems.push({
      message: `rules of the engine ${rule.engine} cannot be checked here`,
      where: at(['engine']),
      remedy: 'say it with a library metric, with type: sql, with engine: mlops, or as type: text',
    });
    return [];
  }
  const found = readCustom(rule.implementation, column, folder);
  if ('message' in found) {
    problems.push({ ...found, where: at(['implementation']) });
    return [];
  }
  const { name, test, limits } = found;
  const tolerance = tolerancesOf(limits);
  return [
    {
      ...common(rule, context),
      rule: name,
      test,
      tolerance: tolerance.length > 0 ? tolerance : none,
      where: at(['implementation']),
    },
  ];
}

function common(
  rule: Quality,
  { column }: QualityContext,
): Pick<Check, 'column' | 'severity' | 'description'> {
  return {
    ...(column !== undefined && { column }),
    severity: severityOf(rule.severity),
    ...(rule.description !== undefined && { description: rule.description }),
  };
}

function tolerancesOf(rule: Pick<Quality, keyof typeof operators | 'unit'>): Tolerance[] {
  return (Object.keys(operators) as (keyof typeof operators)[]).flatMap((operator) => {
    const value = rule[operator];
    if (value === undefined) return [];
    // A query may give true or false: it counts as 1 or 0.
    return [
      { operator, value: typeof value === 'boolean' ? Number(value) : value, unit: rule.unit ?? 'rows' },
    ];
  });
}

/** The standard leaves the words open: these are the ones that mean "do not stop for it". */
function severityOf(text: string | undefined): Check['severity'] {
  return /^(warn|warning|info|information|low|minor|notice)$/i.test(text ?? '') ? 'warning' : 'error';
}
