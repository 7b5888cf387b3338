// Takes from GitHub's OpenAPI description what the local GitHub serves, without its prose:
//   npm pack @octokit/openapi && tar xzf octokit-openapi-*.tgz package/generated/api.github.com.json
//   node scripts/openapi.mjs package/generated/api.github.com.json
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const [source] = process.argv.slice(2);
if (source === undefined) throw new Error('usage: node scripts/openapi.mjs api.github.com.json');
const root = fileURLToPath(new URL('..', import.meta.url));
const description = JSON.parse(readFileSync(source, 'utf8'));

// The areas name the operations in their routes: `'area/operation-name'`.
const areas = join(root, 'src/rehearsal/github/areas');
const served = new Set(
  readdirSync(areas)
    .map((file) => readFileSync(join(areas, file), 'utf8'))
    .flatMap((text) => [...text.matchAll(/'([a-z-]+\/[a-z][a-z-]*)'/g)].map(([, id]) => id)),
);

const prose = new Set([
  'description',
  'example',
  'examples',
  'title',
  'externalDocs',
  'x-github',
  'tags',
  'summary',
]);
const schemas = {};

/** Without prose; every schema that is referred to is collected on the way. */
function strip(value, inProperties = false) {
  if (Array.isArray(value)) return value.map((item) => strip(item));
  if (value === null || typeof value !== 'object') return value;
  const out = {};
  for (const [key, inner] of Object.entries(value)) {
    if (!inProperties && (prose.has(key) || key.startsWith('x-'))) continue;
    if (key === '$ref' && typeof inner === 'string') {
      const [, kind, name] = /^#\/components\/(\w+)\/(.+)$/.exec(inner);
      if (kind !== 'schemas') return strip(description.components[kind][name]);
      collect(name);
      return { $ref: `#/schemas/${name}` };
    }
    out[key] = strip(inner, key === 'properties' && !inProperties);
  }
  return out;
}

function collect(name) {
  if (name in schemas) return;
  schemas[name] = {};
  schemas[name] = strip(description.components.schemas[name]);
}

const json = (content) => content?.['application/json']?.schema;
const resolve = (value) => {
  const [, kind, name] = /^#\/components\/(\w+)\/(.+)$/.exec(value.$ref ?? '') ?? [];
  return kind === undefined ? value : description.components[kind][name];
};

const operations = {};
for (const [path, methods] of Object.entries(description.paths)) {
  for (const [method, operation] of Object.entries(methods)) {
    if (!served.has(operation.operationId)) continue;
    const body = json(operation.requestBody?.content);
    operations[operation.operationId] = {
      method: method.toUpperCase(),
      path,
      parameters: (operation.parameters ?? []).map(resolve).map((parameter) => ({
        name: parameter.name,
        in: parameter.in,
        required: parameter.required ?? false,
        schema: strip(parameter.schema),
      })),
      ...(body && { body: strip(body), bodyRequired: operation.requestBody.required ?? false }),
      responses: Object.fromEntries(
        Object.entries(operation.responses).map(([status, response]) => [
          status,
          strip(json(resolve(response).content) ?? null),
        ]),
      ),
    };
  }
}

const missing = [...served].filter((id) => !(id in operations));
if (missing.length > 0) console.log(`not in the description: ${missing.join(', ')}`);
const out = join(root, 'test/openapi/operations.json');
const text = await format(JSON.stringify({ version: description.info.version, operations, schemas }), {
  ...(await resolveConfig(out)),
  parser: 'json',
});
writeFileSync(out, text);
console.log(`${Object.keys(operations).length} operations, ${(text.length / 1e6).toFixed(2)} MB`);
