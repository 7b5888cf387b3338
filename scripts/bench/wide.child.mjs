// One process of scripts/bench/wide.mjs: drafts a contract for a wide table, or validates the table against it; prints the
// processor's seconds, the peak memory and what the engine was asked.
//   node scripts/bench/wide.child.mjs <folder of wide-data.mjs> infer | validate
import '../typescript.mjs';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBConnection } from '@duckdb/node-api';

const [folder, work] = process.argv.slice(2);
const load = (path) => import(new URL(`../../src/${path}.ts`, import.meta.url).href);
const { openEngine } = await load('engine/engine');
const { locateDuckdb } = await load('runtime/duckdb');
const { RecordingLogger } = await load('common/logger');

const statements = [];
for (const method of ['run', 'stream']) {
  const original = DuckDBConnection.prototype[method];
  DuckDBConnection.prototype[method] = async function (sql, ...rest) {
    const before = process.cpuUsage();
    const statement = { sql };
    statements.push(statement);
    try {
      return await original.call(this, sql, ...rest);
    } finally {
      const { user, system } = process.cpuUsage(before);
      statement.ms = (user + system) / 1000;
    }
  };
}

const logger = new RecordingLogger();
const library = await locateDuckdb({ roots: [process.cwd()], env: process.env, logger });
const temp = mkdtempSync(join(tmpdir(), 'mlops-wide-'));
const before = process.cpuUsage();
const contract = join(folder, 'contract.yaml');
let said;
try {
  if (work === 'infer') said = await infer();
  else said = await validate();
} finally {
  rmSync(temp, { recursive: true, force: true });
}
const { user, system } = process.cpuUsage(before);
if (process.env.MLOPS_BENCH_STATEMENTS !== undefined) {
  writeFileSync(process.env.MLOPS_BENCH_STATEMENTS, JSON.stringify(statements));
}
console.log(
  JSON.stringify({
    ...said,
    processor: (user + system) / 1e6,
    megabytes: process.resourceUsage().maxRSS / 1024,
    statements: statements.length,
    longest: Math.max(...statements.map(({ sql }) => sql.length)),
  }),
);

async function infer() {
  const { gatherFacts } = await load('dataset/infer/facts');
  const { writeContract } = await load('dataset/infer/write');
  const file = readdirSync(folder).find((name) => name.startsWith('train.'));
  const engine = await openEngine({ library, temp, allowedFolders: [folder] });
  const facts = await gatherFacts(engine, [join(folder, file)]);
  writeFileSync(contract, writeContract(facts, 'wide', 'odcs'));
  await engine.close();
  return { columns: facts.columns.length };
}

async function validate() {
  if (!existsSync(contract)) throw new Error(`${contract} is missing: run "infer" first`);
  const { default: action } = await load('actions/validate-data/index');
  const { readInputs } = await load('actions/inputs');
  const { systemClock } = await load('common/clock');
  const run = { owner: 'o', repository: 'r', sha: 'a'.repeat(40), ref: 'refs/heads/main', workspace: folder };
  const outputFolder = join(temp, 'out');
  mkdirSync(outputFolder);
  const { outputs, result } = await action.main(
    readInputs(action.definition.inputs, () => undefined),
    {
      run: {
        ...run,
        temp,
        workflow: 'w',
        job: 'j',
        runId: 1,
        runAttempt: 1,
        serverUrl: 'https://github.com',
      },
      duckdb: () => Promise.resolve(library),
      logger,
      clock: systemClock,
      signal: new AbortController().signal,
      environment: {},
      outputFolder,
    },
  );
  if (process.env.MLOPS_BENCH_KEEP !== undefined) {
    const { cpSync } = await import('node:fs');
    cpSync(outputFolder, process.env.MLOPS_BENCH_KEEP, { recursive: true });
    writeFileSync(join(process.env.MLOPS_BENCH_KEEP, 'result.json'), JSON.stringify(result));
  }
  const { verdict, errors, warnings } = outputs;
  return { verdict, errors, warnings };
}
