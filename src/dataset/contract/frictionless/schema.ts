import * as v from 'valibot';
import { qualitySchema } from '../odcs/schema.js';

/*
 * Table Schema of the Data Package standard, versions 1 and 2 (datapackage.org): every key it has. The standard lets
 * anyone add keys; here, whatever is neither its nor ours (`mlops`) is a mistake.
 */
const text = v.optional(v.string());
const texts = v.array(v.string());
const whole = v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)));
const bound = v.optional(v.union([v.number(), v.string()]));
const value = v.union([v.string(), v.number(), v.boolean()]);
const name = v.pipe(v.string(), v.nonEmpty('must not be empty'));
const names = v.union([name, v.pipe(v.array(name), v.minLength(1, 'must name a field'))]);
const words = v.optional(v.union([v.string(), texts]));

const missingValues = v.optional(
  v.union([texts, v.array(v.strictObject({ value: v.string(), label: text }))]),
);

const field = v.strictObject({
  name,
  type: v.optional(
    v.picklist([
      'string',
      'number',
      'integer',
      'boolean',
      'date',
      'datetime',
      'time',
      'year',
      'yearmonth',
      'duration',
      'geopoint',
      'any',
      'object',
      'array',
      'list',
      'geojson',
    ]),
    'any',
  ),
  format: text,
  title: text,
  description: text,
  example: v.optional(v.any()),
  rdfType: text,
  constraints: v.optional(
    v.strictObject({
      required: v.optional(v.boolean()),
      unique: v.optional(v.boolean()),
      minLength: whole,
      maxLength: whole,
      minimum: bound,
      maximum: bound,
      exclusiveMinimum: bound,
      exclusiveMaximum: bound,
      pattern: text,
      enum: v.optional(v.pipe(v.array(value), v.minLength(1, 'must name a value'))),
      jsonSchema: v.optional(v.any()),
    }),
    {},
  ),
  categories: v.optional(
    v.union([
      v.pipe(v.array(v.union([v.string(), v.number()])), v.minLength(1, 'must name a value')),
      v.array(v.strictObject({ value: v.union([v.string(), v.number()]), label: text })),
    ]),
  ),
  categoriesOrdered: v.optional(v.boolean()),
  missingValues,
  decimalChar: v.optional(v.pipe(v.string(), v.length(1, 'must be one character'))),
  groupChar: v.optional(v.pipe(v.string(), v.length(1, 'must be one character'))),
  bareNumber: v.optional(v.boolean()),
  trueValues: v.optional(texts),
  falseValues: v.optional(texts),
  /** Ours: see docs/contracts.md. */
  mlops: v.optional(
    v.strictObject({
      role: words,
      environments: words,
      optional: v.optional(v.boolean()),
      quality: v.optional(v.array(qualitySchema)),
    }),
  ),
});

const match = v.picklist(['exact', 'equal', 'subset', 'superset', 'partial']);

const schemaEntries = {
  $schema: text,
  name: text,
  title: text,
  description: text,
  fields: v.pipe(v.array(field), v.minLength(1, 'must describe a field')),
  /** A word in the standard's text, a list of one in its JSON Schema. */
  fieldsMatch: v.optional(
    v.pipe(
      v.union([match, v.tuple([match])]),
      v.transform((given) => [given].flat()[0]!),
    ),
    'exact',
  ),
  missingValues,
  primaryKey: v.optional(names),
  uniqueKeys: v.optional(v.array(v.pipe(v.array(name), v.minLength(1, 'must name a field'))), []),
  foreignKeys: v.optional(
    v.array(
      v.strictObject({
        fields: names,
        reference: v.strictObject({ resource: text, fields: names }),
      }),
    ),
    [],
  ),
  mlops: v.optional(
    v.strictObject({
      version: text,
      environments: words,
      quality: v.optional(v.array(qualitySchema)),
    }),
  ),
};

export const tableSchema = v.strictObject(schemaEntries);

const information = v.optional(v.any());

/** A Data Package: tables with their files, so that one can refer to another. */
export const packageSchema = v.strictObject({
  $schema: text,
  name: text,
  id: text,
  profile: text,
  title: text,
  description: text,
  homepage: text,
  version: text,
  created: text,
  image: text,
  keywords: v.optional(texts),
  licenses: information,
  contributors: information,
  sources: information,
  resources: v.pipe(
    v.array(
      v.strictObject({
        $schema: text,
        name,
        path: v.optional(v.union([v.string(), texts])),
        type: v.optional(v.literal('table')),
        profile: text,
        title: text,
        description: text,
        format: text,
        mediatype: text,
        encoding: v.optional(v.picklist(['utf-8', 'utf8', 'UTF-8', 'UTF8'])),
        bytes: v.optional(v.number()),
        hash: text,
        licenses: information,
        sources: information,
        schema: tableSchema,
      }),
    ),
    v.minLength(1, 'must describe a table'),
  ),
});

export type TableSchema = v.InferOutput<typeof tableSchema>;
export type Field = TableSchema['fields'][number];
export type DataPackage = v.InferOutput<typeof packageSchema>;
