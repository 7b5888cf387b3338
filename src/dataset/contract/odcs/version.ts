import type { Place, Problem } from '../../../common/errors.js';
import { type Odcs, type OdcsProperty, type Quality, operators } from './schema.js';

type Path = readonly (string | number)[];

const operatorNames = Object.keys(operators);
/** What is in a contract that the version it names does not have, or has in another way. */
export function versionProblems(value: Odcs, at: (path: Path) => Place): Problem[] {
  const isNew = value.apiVersion === 'v3.1.0';
  const problems: Problem[] = [];
  const add = (path: Path, message: string, remedy: string): void => {
    problems.push({ message, where: at(path), remedy });
  };
  const onlyNew = (path: Path, what: string): void =>
    add(path, `${what} came with version 3.1 of the standard`, 'write apiVersion: v3.1.0');

  function checkProperty(property: OdcsProperty, here: Path): void {
    const { logicalType, logicalTypeOptions, relationships, quality } = property;
    if (!isNew && relationships.length > 0) onlyNew([...here, 'relationships'], 'relationships');
    if (!isNew && (logicalType === 'timestamp' || logicalType === 'time')) {
      const remedy = 'write apiVersion: v3.1.0, or logicalType: date with physicalType: timestamp';
      add(
        [...here, 'logicalType'],
        `logicalType ${logicalType} came with version 3.1 of the standard`,
        remedy,
      );
    }
    for (const key of ['exclusiveMinimum', 'exclusiveMaximum'] as const) {
      const flag = logicalTypeOptions[key];
      if (flag === undefined || (typeof flag === 'boolean') === !isNew) continue;
      const side = key === 'exclusiveMinimum' ? 'minimum' : 'maximum';
      const [message, remedy] = isNew
        ? [`${key} is a bound of its own in version 3.1, not a flag`, `write the ${side} as ${key}`]
        : [`${key} is a flag in version 3.0`, `write ${side} and ${key}: true, or apiVersion: v3.1.0`];
      add([...here, 'logicalTypeOptions', key], message, remedy);
    }
    quality.forEach((rule, q) => checkRule(rule, [...here, 'quality', q]));
  }

  function checkRule(rule: Quality, here: Path): void {
    const type = rule.type ?? 'library';
    if (type !== 'library' && type !== 'sql') return;
    if (type === 'library' && !isNew && rule.rule === undefined && rule.metric !== undefined) {
      const remedy = 'write rule instead, or apiVersion: v3.1.0';
      add([...here, 'metric'], 'version 3.0 names a library rule by rule, not by metric', remedy);
    }
    if (type === 'library' && isNew && rule.metric === undefined && rule.rule !== undefined) {
      const remedy = 'write metric instead, or apiVersion: v3.0.2';
      add([...here, 'rule'], 'version 3.1 names a library rule by metric, not by rule', remedy);
    }
    if (type === 'library' && isNew && rule.validValues !== undefined) {
      add([...here, 'validValues'], 'version 3.1 has validValues in arguments', 'move it into arguments');
    }
    const given = operatorNames.filter((key) => Object.hasOwn(rule, key));
    if (isNew && given.length > 1) {
      const remedy = 'write a rule for each, or use mustBeBetween';
      add([...here, given[1]!], `a rule of version 3.1 has one operator, not ${given.join(' and ')}`, remedy);
    }
  }

  if (!isNew && value.team !== undefined && !Array.isArray(value.team))
    onlyNew(['team'], 'a team with members');
  value.support?.forEach(({ url }, i) => {
    if (!isNew && url === undefined) add(['support', i], 'a channel of version 3.0 needs a url', 'add url');
  });
  value.servers?.forEach(({ type }, i) => {
    const path = ['servers', i, 'type'];
    if (!isNew && ['hive', 'impala', 'zen'].includes(type)) onlyNew(path, `the server type ${type}`);
  });
  value.schema.forEach((table, t) => {
    const here = ['schema', t];
    if (!isNew && table.relationships.length > 0) onlyNew([...here, 'relationships'], 'relationships');
    table.properties.forEach((property, i) => checkProperty(property, [...here, 'properties', i]));
    table.quality.forEach((rule, q) => checkRule(rule, [...here, 'quality', q]));
  });
  return problems;
}
