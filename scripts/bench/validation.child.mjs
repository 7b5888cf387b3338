// One process of the validation benchmark: does some of the work and prints the seconds and the peak memory (MB).
import '../typescript.mjs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const [work, file, contractFile] = process.argv.slice(2);
const { openEngine } = await import('../../src/engine/engine.ts');
const { loadContract } = await import('../../src/dataset/contract/load.ts');
const { validateDataset } = await import('../../src/dataset/checks/validate.ts');
const { openByContract } = await import('../../src/dataset/checks/open.ts');
const { profileTables } = await import('../../src/dataset/profile/profile.ts');
const { locateDuckdb } = await import('../../src/runtime/duckdb.ts');
const logger = { info() {}, warning() {}, debug() {} };
const library = await locateDuckdb({ roots: [process.cwd()], env: process.env, logger });
const folder = mkdtempSync(join(tmpdir(), 'mlops-bench-'));
const engine = await openEngine({ library, temp: folder, allowedFolders: [dirname(file)] });
const contract = await loadContract(contractFile);
const started = process.hrtime.bigint();
const before = process.cpuUsage();
const result = {};
if (work === 'profile') {
  const { table } = await openByContract(engine, file, contract, { profile: true });
  result.rows = (await profileTables(engine, [table])).rows;
} else {
  const profile = work === 'both';
  const { set, tables } = await validateDataset({
    ...{ engine, contract, name: 'data', files: [file], folder: dirname(file), profile },
    now: new Date(),
  });
  result.rows = set.rows;
  result.findings = set.findings.map(({ message }) => message);
  if (profile) await profileTables(engine, tables);
}
result.seconds = Number(process.hrtime.bigint() - started) / 1e9;
const { user, system } = process.cpuUsage(before);
result.processor = (user + system) / 1e6;
result.megabytes = process.resourceUsage().maxRSS / 1024;
await engine.close();
rmSync(folder, { recursive: true, force: true });
console.log(JSON.stringify(result));
