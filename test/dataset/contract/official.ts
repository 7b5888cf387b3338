import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { parse } from 'yaml';

const schema = (name: string): object =>
  JSON.parse(readFileSync(`test/reference/contracts/${name}.json`, 'utf8')) as object;
// Formats (uri, date) are notes in this draft of JSON Schema, not rules.
const options = { strict: false, validateFormats: false } as const;
const validators = {
  'v3.0': new Ajv2019(options).compile(schema('odcs-json-schema-v3.0.2')),
  'v3.1': new Ajv2019(options).compile(schema('odcs-json-schema-v3.1.0')),
  tableSchema: new Ajv(options).compile(schema('tableschema-2.0')),
};

/** What the standard's own JSON Schema says against a contract; empty where it passes. */
export function officialProblems(contract: string | object): string[] {
  const value = (typeof contract === 'string' ? parse(contract) : contract) as { apiVersion?: string };
  const validate =
    value.apiVersion === undefined
      ? validators.tableSchema
      : validators[value.apiVersion === 'v3.1.0' ? 'v3.1' : 'v3.0'];
  return validate(value)
    ? []
    : validate.errors!.map(({ instancePath, message }) => `${instancePath} ${message}`);
}
