import type { Place, Problem } from '../../common/errors.js';
import { nearest } from '../../common/text.js';
import type { Check, Test, Tolerance } from '../checks/check.js';
import type { OdcsQuality } from './odcs.js';
import { patternProblem } from './pattern.js';

const operators = [
  'mustBe',
  'mustNotBe',
  'mustBeGreaterThan',
  'mustBeGreaterOrEqualTo',
  'mustBeLessThan',
  'mustBeLessOrEqualTo',
  'mustBeBetween',
  'mustNotBeBetween',
] as const;

/** Metrics of 3.1, and what 3.0 and its first users called them. */
const synonyms: Readonly<Record<string, string>> = {
  nullCheck: 'nullValues',
  duplicateCount: 'duplicateValues',
  uniqueCheck: 'duplicateValues',
  validValues: 'invalidValues',
};
const ofColumn = ['nullValues', 'missingValues', 'invalidValues', 'duplicateValues'];
const ofTable = ['rowCount', 'duplicateValues'];

/**
 * The checks of one quality rule. Rules of type `text` inform people; `sql` and `custom` rules are for other engines
 * and cannot be passed over in silence, so they are problems.
 */
export function readQuality(
  rule: OdcsQuality,
  column: string | undefined,
  at: (key: readonly string[]) => Place,
  problems: Problem[],
  columns: ReadonlySet<string>,
): Check[] {
  if (rule.type === 'text') return [];
  if (rule.type !== 'library') {
    problems.push({
      message: `quality rules of type ${rule.type} cannot be checked here`,
      where: at(['type']),
      remedy:
        'say it with a library metric (nullValues, invalidValues, duplicateValues, rowCount), or as type: text',
    });
    return [];
  }
  const key = rule.metric === undefined ? 'rule' : 'metric';
  const written = rule.metric ?? rule.rule;
  const metric = synonyms[written ?? ''] ?? written;
  const known = column === undefined ? ofTable : ofColumn;
  if (metric === undefined || !known.includes(metric)) {
    const near = metric === undefined ? undefined : nearest(metric, known);
    problems.push({
      message:
        metric === undefined
          ? 'a library rule needs a metric'
          : `"${metric}" is no metric of a ${column === undefined ? 'table' : 'column'}`,
      where: at(metric === undefined ? [] : [key]),
      remedy: near === undefined ? `use one of ${known.join(', ')}` : `did you mean "${near}"?`,
    });
    return [];
  }
  const before = problems.length;
  const tests = testsOf(rule, metric, column, at, problems, columns);
  const tolerance = tolerances(rule);
  if (tolerance.length === 0 && metric === 'rowCount') {
    problems.push({
      message: 'rowCount needs an operator',
      where: at([key]),
      remedy: 'add mustBeGreaterThan: 0, for instance',
    });
  }
  if (problems.length > before) return [];
  const zero: Tolerance = { operator: 'mustBe', value: 0, unit: 'rows' };
  return tests.map((test) => ({
    rule: written!,
    ...(column !== undefined && { column }),
    severity: severityOf(rule.severity),
    test,
    tolerance: tolerance.length > 0 ? tolerance : [zero],
    where: at([key]),
    ...(typeof rule.description === 'string' && { description: rule.description }),
  }));
}

function testsOf(
  rule: OdcsQuality,
  metric: string,
  column: string | undefined,
  at: (key: readonly string[]) => Place,
  problems: Problem[],
  columns: ReadonlySet<string>,
): Test[] {
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
      const names = given.properties ?? (column === undefined ? [...columns] : [column]);
      names.forEach((name, i) => {
        if (columns.has(name)) return;
        const near = nearest(name, columns);
        problems.push({
          message: `there is no property "${name}"`,
          where: at(['arguments', 'properties', String(i)]),
          ...(near !== undefined && { remedy: `did you mean "${near}"?` }),
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

function tolerances(rule: OdcsQuality): Tolerance[] {
  return operators.flatMap((operator) => {
    const value = rule[operator];
    return value === undefined ? [] : [{ operator, value, unit: rule.unit }];
  });
}

/** The standard leaves the words open: these are the ones that mean "do not stop for it". */
function severityOf(text: string | undefined): Check['severity'] {
  return /^(warn|warning|info|information|low|minor|notice)$/i.test(text ?? '') ? 'warning' : 'error';
}
