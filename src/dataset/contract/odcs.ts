import * as v from 'valibot';

/*
 * The Open Data Contract Standard, versions 3.0 and 3.1 (bitol.io): every key it has. What checks data is typed;
 * what informs people is `information`. Whatever else stands in a contract is a mistake.
 */
const information = v.optional(v.any());
const flag = v.optional(v.nullable(v.boolean()));
const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const bound = v.union([v.number(), v.string()]);

const described = {
  id: information,
  name: v.optional(v.string()),
  description: information,
  tags: information,
  customProperties: information,
  authoritativeDefinitions: information,
};

const operators = {
  mustBe: v.optional(v.number()),
  mustNotBe: v.optional(v.number()),
  mustBeGreaterThan: v.optional(v.number()),
  mustBeGreaterOrEqualTo: v.optional(v.number()),
  mustBeLessThan: v.optional(v.number()),
  mustBeLessOrEqualTo: v.optional(v.number()),
  mustBeBetween: v.optional(v.tuple([v.number(), v.number()])),
  mustNotBeBetween: v.optional(v.tuple([v.number(), v.number()])),
};

const validValues = v.pipe(
  v.array(v.union([v.string(), v.number(), v.boolean()])),
  v.minLength(1, 'must name a value'),
);

const quality = v.strictObject({
  ...described,
  type: v.optional(v.picklist(['library', 'text', 'sql', 'custom']), 'library'),
  metric: v.optional(v.string()),
  /** What `metric` was called in 3.0. */
  rule: v.optional(v.string()),
  arguments: v.optional(
    v.strictObject({
      validValues: v.optional(validValues),
      missingValues: v.optional(v.array(v.nullable(v.union([v.string(), v.number()])))),
      pattern: v.optional(v.string()),
      properties: v.optional(v.pipe(v.array(v.string()), v.minLength(1))),
    }),
  ),
  validValues: v.optional(validValues),
  unit: v.optional(v.picklist(['rows', 'percent']), 'rows'),
  severity: v.optional(v.string()),
  ...operators,
  query: information,
  engine: information,
  implementation: information,
  dimension: information,
  method: information,
  businessImpact: information,
  scheduler: information,
  schedule: information,
});

const options = v.strictObject({
  minimum: v.optional(bound),
  maximum: v.optional(bound),
  /** A flag in 3.0, a bound of its own elsewhere. */
  exclusiveMinimum: v.optional(v.union([v.boolean(), bound])),
  exclusiveMaximum: v.optional(v.union([v.boolean(), bound])),
  multipleOf: v.optional(v.pipe(v.number(), v.gtValue(0))),
  minLength: v.optional(whole),
  maxLength: v.optional(whole),
  pattern: v.optional(v.string()),
  format: v.optional(v.string()),
  timezone: information,
  defaultTimezone: information,
});

const property = v.strictObject({
  ...described,
  name: v.pipe(v.string(), v.nonEmpty('must not be empty')),
  logicalType: v.picklist(['string', 'date', 'timestamp', 'number', 'integer', 'boolean']),
  physicalType: v.optional(v.nullable(v.string())),
  logicalTypeOptions: v.optional(options, {}),
  required: flag,
  unique: flag,
  primaryKey: flag,
  primaryKeyPosition: v.optional(v.pipe(v.number(), v.integer())),
  quality: v.optional(v.array(quality), []),
  businessName: information,
  physicalName: information,
  partitioned: information,
  partitionKeyPosition: information,
  classification: information,
  encryptedName: information,
  transformSourceObjects: information,
  transformLogic: information,
  transformDescription: information,
  examples: information,
  criticalDataElement: information,
  relationships: information,
});

const table = v.strictObject({
  ...described,
  name: v.pipe(v.string(), v.nonEmpty('must not be empty')),
  properties: v.pipe(v.array(property), v.minLength(1, 'must have a property: a column')),
  quality: v.optional(v.array(quality), []),
  logicalType: v.optional(v.literal('object')),
  physicalName: information,
  physicalType: information,
  businessName: information,
  dataGranularityDescription: information,
  relationships: information,
});

export const odcsSchema = v.strictObject({
  ...described,
  apiVersion: v.pipe(v.string(), v.regex(/^v3\.[01](\.\d+)?$/, 'must be v3.0.x or v3.1.x')),
  kind: v.literal('DataContract'),
  schema: v.pipe(v.array(table), v.minLength(1, 'must describe a table')),
  version: v.optional(v.union([v.string(), v.number()])),
  status: information,
  tenant: information,
  domain: information,
  dataProduct: information,
  servers: information,
  team: information,
  support: information,
  price: information,
  roles: information,
  slaProperties: information,
  slaDefaultElement: information,
  contractCreatedTs: information,
});

export type Odcs = v.InferOutput<typeof odcsSchema>;
export type OdcsTable = Odcs['schema'][number];
export type OdcsProperty = OdcsTable['properties'][number];
export type OdcsQuality = OdcsProperty['quality'][number];
