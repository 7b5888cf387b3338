import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import type { Exchange } from '../../src/rehearsal/github/exchange.js';

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly { name: string; in: string; required: boolean; schema: object }[];
  readonly body?: { properties?: Record<string, unknown> };
  readonly bodyRequired?: boolean;
  readonly responses: Readonly<Record<string, object | null>>;
}

interface Description {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly schemas: Readonly<Record<string, object>>;
}

/** Any operation may answer these, whether its description says so or not. */
const everywhere = [400, 401, 403, 404, 409, 422, 500, 501, 502, 503];

/** Holds what goes over the wire against GitHub's own description of its API; `LocalGitHub.start({ observe })`. */
export interface Checker {
  observe(exchange: Exchange): void;
  /** What did not fit, each with its operation. */
  readonly problems: readonly string[];
  /** How many exchanges were held against the description. */
  readonly checked: number;
}

let loaded: { description: Description; validate(schema: object): ValidateFunction } | undefined;

function load(): NonNullable<typeof loaded> {
  const file = new URL('operations.json', import.meta.url);
  const description = JSON.parse(readFileSync(file, 'utf8')) as Description;
  // GitHub shows the state of an upload that broke, which its description leaves out.
  const { properties } = description.schemas['release-asset'] as {
    properties: { state: { enum: string[] } };
  };
  properties.state.enum.push('starter');
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  // Not `email`: addresses of bots have brackets, on GitHub too.
  formats.default(ajv, ['date-time', 'date', 'uri']);
  ajv.addSchema({ $id: 'github', schemas: nullable(description.schemas) });
  const compiled = new Map<object, ValidateFunction>();
  return {
    description,
    validate(schema) {
      const known = compiled.get(schema) ?? ajv.compile(nullable(schema) as object);
      compiled.set(schema, known);
      return known;
    },
  };
}

/** OpenAPI 3.0's `nullable` in the words of JSON Schema, and references into the collected schemas. */
function nullable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(nullable);
  if (value === null || typeof value !== 'object') return value;
  const { nullable: isNullable, ...rest }: Record<string, unknown> = Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === '$ref' ? `github${String(inner)}` : nullable(inner),
    ]),
  );
  // GitHub leaves addresses that nobody gave empty, and says so by the default.
  if (rest.format === 'uri' && rest.default === '') return { anyOf: [rest, { const: '' }] };
  if (isNullable === undefined || typeof isNullable === 'object') {
    return isNullable === undefined ? rest : { ...rest, nullable: isNullable };
  }
  return isNullable === true ? { anyOf: [rest, { type: 'null' }] } : rest;
}

export function checker(): Checker {
  loaded ??= load();
  const { description, validate } = loaded;
  const problems: string[] = [];
  let checked = 0;

  const hold = (what: string, schema: object, value: unknown): void => {
    const fits = validate(schema);
    if (fits(value)) return;
    const why = (fits.errors ?? [])
      .slice(0, 4)
      .map(({ instancePath, message }) => `${instancePath} ${message}`);
    problems.push(`${what}: ${why.join('; ')}`);
  };

  return {
    problems,
    get checked() {
      return checked;
    },
    observe({ operation: id, method, status, query, requestBody, responseBody }) {
      const operation = description.operations[id];
      // Twirp and blobs are no part of the description; what is not served answers 501.
      if (operation === undefined || status === 0) return;
      checked++;
      if (operation.method !== method) problems.push(`${id}: ${method} instead of ${operation.method}`);
      if (status < 400) checkRequest(id, operation, query, requestBody);
      checkResponse(id, operation, status, responseBody);
    },
  };

  function checkRequest(id: string, operation: Operation, query: URLSearchParams, body: unknown): void {
    const known = operation.parameters.filter((parameter) => parameter.in === 'query');
    for (const name of query.keys()) {
      if (!known.some((parameter) => parameter.name === name))
        problems.push(`${id}: has no parameter ${name}`);
    }
    for (const { name, required } of known) {
      if (required && !query.has(name)) problems.push(`${id}: lacks the parameter ${name}`);
    }
    const { body: schema } = operation;
    if (schema === undefined || (operation.bodyRequired !== true && Object.keys(body as object).length === 0))
      return;
    hold(`${id} request`, schema, body);
    for (const key of Object.keys(body as object)) {
      if (schema.properties !== undefined && !(key in schema.properties))
        problems.push(`${id} request: unknown ${key}`);
    }
  }

  function checkResponse(id: string, operation: Operation, status: number, body: unknown): void {
    const schema = operation.responses[String(status)];
    if (schema === undefined && !everywhere.includes(status)) {
      problems.push(`${id}: GitHub never answers ${status}`);
    } else if (schema !== undefined && schema !== null && body !== undefined) {
      hold(`${id} ${status}`, schema, body);
    } else if (status >= 400 && typeof (body as { message?: unknown })?.message !== 'string') {
      problems.push(`${id} ${status}: an error without a message`);
    }
  }
}
