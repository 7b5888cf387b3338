// One process of the validation benchmark, bundled by validation.mjs: does some of the work and prints the seconds and the
// peak memory (MB).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openByContract } from '../../src/dataset/checks/open.ts';
import { validateDataset } from '../../src/dataset/checks/validate.ts';
import { loadContract } from '../../src/dataset/contract/load.ts';
import { profileTables } from '../../src/dataset/profile/profile.ts';
import { openEngine } from '../../src/engine/engine.ts';
import { locateDuckdb } from '../../src/runtime/duckdb.ts';

async function main([work, file, contractFile]) {
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
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exit(1);
});
