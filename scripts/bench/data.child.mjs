// One process of the data benchmark; bundled by data.mjs.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { profileTables } from '../../src/dataset/profile/profile.ts';
import { compareProfiles } from '../../src/drift/compare.ts';
import { openEngine } from '../../src/engine/engine.ts';
import { inspectTable } from '../../src/engine/table.ts';
import { locateDuckdb } from '../../src/runtime/duckdb.ts';
import { seededRandom } from '../../src/statistics/random.ts';

/** Types of the benchmark's CSV files, as the floor is told them. */
const types = {
  id: 'BIGINT',
  date: 'TIMESTAMP',
  delay: 'BIGINT',
  distance: 'BIGINT',
  origin: 'VARCHAR',
  destination: 'VARCHAR',
  fare: 'DOUBLE',
  tail: 'VARCHAR',
  note: 'VARCHAR',
};

/** Reads every value of every column once; what is asked of them cannot be answered from a file's statistics. */
async function floor(engine, file) {
  const columns = Object.entries(types).map(([name, type]) => `'${name}': '${type}'`);
  const source = file.endsWith('.csv')
    ? `read_csv('${file}', auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', columns = {${columns.join(', ')}})`
    : `read_parquet('${file}')`;
  const described = await engine.rows(`DESCRIBE SELECT * FROM ${source}`);
  const asked = described.map(({ column_name: name, column_type: type }) =>
    type === 'VARCHAR'
      ? `sum(strlen("${name}"))`
      : type === 'TIMESTAMP'
        ? `max(epoch_us("${name}"))`
        : `sum("${name}")`,
  );
  await engine.rows(`SELECT ${asked.join(', ')} FROM ${source}`);
}

/** @param kept where `profile` writes, and `drift` reads, the profile as JSON */
async function main([work, file, kept]) {
  const logger = { info() {}, warning() {}, debug() {} };
  const library = await locateDuckdb({ roots: [process.cwd()], env: process.env, logger });
  const temp = mkdtempSync(join(tmpdir(), 'mlops-bench-'));
  const engine = await openEngine({ library, temp, allowedFolders: [dirname(file)] });
  if (work === 'floor') await floor(engine, file);
  else {
    const { table, defects } = await inspectTable(engine, file, {}, { profile: true });
    if (defects.length > 0) throw new Error(defects[0].message);
    const profile = await profileTables(engine, [table]);
    if (work === 'profile') writeFileSync(kept ?? '/dev/null', JSON.stringify(profile));
    else {
      const settings = { alpha: 0.05, columns: {}, optional: [], random: seededRandom(1).uniform };
      compareProfiles(JSON.parse(readFileSync(kept, 'utf8')), profile, settings);
    }
  }
  await engine.close();
  rmSync(temp, { recursive: true, force: true });
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  console.log(JSON.stringify({ processor: (userCPUTime + systemCPUTime) / 1e6, megabytes: maxRSS / 1024 }));
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exit(1);
});
