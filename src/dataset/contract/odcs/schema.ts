import * as v from 'valibot';
import { record } from '../../../common/record-schema.js';
import { customProperties, described, ofContract, ofProperty, ofQuality, ofTable } from './information.js';
import { servers } from './servers.js';

/*
 * The Open Data Contract Standard, versions 3.0 and 3.1 (bitol.io): every key it has, as its JSON Schema has it, so
 * that a contract that passes here passes anywhere. Whatever else stands in a contract is a mistake. What only one of
 * the two versions has is told apart in version.ts.
 */
const flag = v.optional(v.boolean());
const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const bound = v.union([v.number(), v.string()]);
const pair = v.pipe(
  v.tuple([v.number(), v.number()]),
  v.check(([low, high]) => low < high, 'must be a lower and a higher number'),
);

export const operators = {
  mustBe: v.optional(v.union([v.number(), v.boolean()])),
  mustNotBe: v.optional(v.union([v.number(), v.boolean()])),
  mustBeGreaterThan: v.optional(v.number()),
  mustBeGreaterOrEqualTo: v.optional(v.number()),
  mustBeLessThan: v.optional(v.number()),
  mustBeLessOrEqualTo: v.optional(v.number()),
  mustBeBetween: v.optional(pair),
  mustNotBeBetween: v.optional(pair),
};

/** Rows without a value are never invalid, so null says what is so anyway. */
const validValues = v.pipe(
  v.array(v.nullable(v.union([v.string(), v.number(), v.boolean()]))),
  v.transform((values) => values.filter((value) => value !== null)),
  v.minLength(1, 'must name a value'),
);

export const qualitySchema = v.strictObject({
  ...described,
  ...ofQuality,
  ...operators,
  type: v.optional(v.picklist(['library', 'text', 'sql', 'custom'])),
  metric: v.optional(v.string()),
  /** What `metric` was called in 3.0. */
  rule: v.optional(v.string()),
  arguments: v.optional(
    v.strictObject({
      validValues: v.optional(validValues),
      missingValues: v.optional(v.array(v.nullable(v.union([v.string(), v.number()])))),
      pattern: v.optional(v.string()),
      properties: v.optional(v.pipe(v.array(v.string()), v.minLength(1, 'must name a column'))),
    }),
  ),
  /** Where 3.0 had it. */
  validValues: v.optional(validValues),
  unit: v.optional(v.picklist(['rows', 'percent'])),
  severity: v.optional(v.string()),
  query: v.optional(v.string()),
  engine: v.optional(v.string()),
  implementation: v.optional(v.union([v.string(), record(v.string(), v.any())])),
});

const options = v.strictObject({
  minimum: v.optional(bound),
  maximum: v.optional(bound),
  /** A flag in 3.0, a bound of its own in 3.1. */
  exclusiveMinimum: v.optional(v.union([v.boolean(), bound])),
  exclusiveMaximum: v.optional(v.union([v.boolean(), bound])),
  multipleOf: v.optional(v.pipe(v.number(), v.gtValue(0))),
  minLength: v.optional(whole),
  maxLength: v.optional(whole),
  pattern: v.optional(v.string()),
  format: v.optional(v.string()),
  timezone: flag,
  defaultTimezone: v.optional(v.string()),
});

const name = v.pipe(v.string(), v.nonEmpty('must not be empty'));
const names = v.union([name, v.pipe(v.array(name), v.minLength(1, 'must name a column'))]);
const type = v.optional(v.literal('foreignKey'));

const property = v.strictObject({
  ...described,
  ...ofProperty,
  name,
  logicalType: v.optional(
    v.picklist(['string', 'date', 'timestamp', 'time', 'number', 'integer', 'boolean', 'object', 'array']),
  ),
  physicalType: v.optional(v.string()),
  logicalTypeOptions: v.optional(options, {}),
  required: flag,
  unique: flag,
  primaryKey: flag,
  primaryKeyPosition: v.optional(v.pipe(v.number(), v.integer())),
  relationships: v.optional(v.array(v.strictObject({ type, to: names, customProperties })), []),
  quality: v.optional(v.array(qualitySchema), []),
});

const table = v.strictObject({
  ...described,
  ...ofTable,
  name,
  logicalType: v.optional(v.literal('object')),
  properties: v.pipe(v.array(property), v.minLength(1, 'must have a property: a column')),
  relationships: v.optional(v.array(v.strictObject({ type, from: names, to: names, customProperties })), []),
  quality: v.optional(v.array(qualitySchema), []),
});

export const odcsSchema = v.strictObject({
  ...ofContract,
  apiVersion: v.picklist(['v3.0.0', 'v3.0.1', 'v3.0.2', 'v3.1.0']),
  kind: v.literal('DataContract'),
  id: v.string(),
  version: v.string(),
  status: v.string(),
  schema: v.pipe(v.array(table), v.minLength(1, 'must describe a table')),
  servers,
  customProperties,
});

export type Odcs = v.InferOutput<typeof odcsSchema>;
export type OdcsTable = Odcs['schema'][number];
export type OdcsProperty = OdcsTable['properties'][number];
export type Quality = v.InferOutput<typeof qualitySchema>;
