// Writes what is derived from the sources: action.yml files, the tables of the READMEs, JSON Schemas.
// With --check it writes nothing and fails when a file is not what it would write.
import './typescript.mjs';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { toJsonSchema } from '@valibot/to-json-schema';
import { format, resolveConfig } from 'prettier';
import { stringify } from 'yaml';

const root = fileURLToPath(new URL('..', import.meta.url));
const check = process.argv.includes('--check');
const stale = [];

async function emit(file, source) {
  const path = join(root, file);
  const text = await format(source, { ...(await resolveConfig(path)), filepath: path });
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  stale.push(file);
  if (check) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  console.log(`wrote ${file}`);
}

const load = (file) => import(pathToFileURL(join(root, file)).href);

function actionYaml(definition, composite) {
  const { name, description, icon, color, inputs, outputs, post } = definition;
  const document = {
    name: `MLOps: ${name}`,
    description,
    author: 'mlops-actions',
    branding: { icon, color },
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([key, input]) => [
        key,
        {
          description: input.description,
          ...(input.required && { required: true }),
          ...(input.default !== undefined && { default: input.default }),
        },
      ]),
    ),
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([key, text]) => [
        key,
        { description: text, ...(composite && { value: composite.outputs[key] }) },
      ]),
    ),
    runs: composite
      ? { using: 'composite', steps: composite.steps }
      : {
          using: 'node24',
          main: `../../dist/${name}/index.js`,
          ...(post && { post: `../../dist/${name}/post.js`, 'post-if': 'always()' }),
        },
  };
  return stringify(document, { lineWidth: 0, singleQuote: true, aliasDuplicateObjects: false });
}

const cell = (text) => text.replace(/\s+/g, ' ').replaceAll('|', '\\|').trim();

function inputsTable({ inputs }) {
  const rows = Object.entries(inputs).map(([name, input]) => {
    const fallback = input.required ? '**required**' : input.default ? `\`${cell(input.default)}\`` : '';
    return `| \`${name}\` | ${cell(input.description)} | ${fallback} |`;
  });
  return ['| Input | What it is | Default |', '| :-- | :-- | :-- |', ...rows].join('\n');
}

function outputsTable({ outputs }) {
  const rows = Object.entries(outputs).map(([name, text]) => `| \`${name}\` | ${cell(text)} |`);
  return ['| Output | What it is |', '| :-- | :-- |', ...rows].join('\n');
}

function permissionsBlock({ permissions }) {
  const lines = Object.entries(permissions).map(([scope, level]) => `  ${scope}: ${level}`);
  return ['```yaml', 'permissions:', ...lines, '```'].join('\n');
}

/** Replaces what stands between the markers `<!-- name -->` and `<!-- /name -->`. */
function fill(text, file, parts) {
  return Object.entries(parts).reduce((result, [name, part]) => {
    const pattern = new RegExp(`(<!-- ${name} -->)[\\s\\S]*?(<!-- /${name} -->)`);
    if (!pattern.test(result)) throw new Error(`${file} has no <!-- ${name} --> … <!-- /${name} -->`);
    return result.replace(pattern, (_, open, close) => `${open}\n\n${part}\n\n${close}`);
  }, text);
}

const definitions = [];
for (const name of readdirSync(join(root, 'src/actions'))) {
  const folder = `src/actions/${name}`;
  if (!existsSync(join(root, folder, 'inputs.ts'))) continue;
  const { definition } = await load(`${folder}/inputs.ts`);
  const composite = existsSync(join(root, folder, 'composite.ts'))
    ? (await load(`${folder}/composite.ts`)).composite
    : undefined;
  definitions.push(definition);
  await emit(`actions/${name}/action.yml`, actionYaml(definition, composite));
  const readme = `actions/${name}/README.md`;
  if (!existsSync(join(root, readme))) throw new Error(`${readme} is missing`);
  await emit(
    readme,
    fill(readFileSync(join(root, readme), 'utf8'), readme, {
      permissions: permissionsBlock(definition),
      inputs: inputsTable(definition),
      outputs: outputsTable(definition),
    }),
  );
}

const order = [
  'validate-data',
  'merge-profiles',
  'train-on-gpu-runner',
  'evaluate-gate',
  'register-model',
  'fetch-model',
  'deploy-canary',
  'rollback-model',
  'drift-check',
  'drift-heartbeat',
  'comment-report',
];
definitions.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
const list = definitions.map((d) => `| [${d.name}](actions/${d.name}) | ${cell(d.description)} |`);
await emit(
  'README.md',
  fill(readFileSync(join(root, 'README.md'), 'utf8'), 'README.md', {
    actions: ['| Action | What it does |', '| :-- | :-- |', ...list].join('\n'),
  }),
);

/* `input`: what a person or an action writes, before our transformations. */
const schema = (title, source) =>
  `${JSON.stringify({ title, ...toJsonSchema(source, { typeMode: 'input', errorMode: 'ignore' }) }, undefined, 2)}\n`;
await emit(
  'docs/schemas/model.schema.json',
  schema('model.yml', (await load('src/spec/schema.ts')).specSchema),
);
for (const file of readdirSync(join(root, 'src/formats'))) {
  const formats = await load(`src/formats/${file}`);
  const kind = file.replace('.ts', '');
  for (const [name, source] of Object.entries(formats)) {
    // The schema of the whole file is the one named after it; the others are its parts.
    const whole = `${kind.replace(/-(.)/g, (_, c) => c.toUpperCase())}Schema`;
    if (name === whole || name === 'deploymentPayloadSchema') {
      await emit(`docs/schemas/${kind}.schema.json`, schema(kind, source));
    }
  }
}

if (check && stale.length > 0) {
  console.error(
    `not up to date; run \`npm run generate\`:\n${stale.map((f) => `  ${relative('.', f)}`).join('\n')}`,
  );
  process.exitCode = 1;
}
