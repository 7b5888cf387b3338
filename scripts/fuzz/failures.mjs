import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Keeps the files of a case that failed, with what failed and how to run it again; answers the folder. */
export function keepFailure({ index, kind, how, problems, folder }, { seed, only, home }) {
  const kept = join(home, `${seed}-${index}-${kind}`);
  mkdirSync(kept, { recursive: true });
  if (folder !== undefined && existsSync(folder)) cpSync(folder, join(kept, 'files'), { recursive: true });
  const again = `MLOPS_FUZZ_SEED=${seed} npm run fuzz -- --case ${index}${only ? ` --kind ${only}` : ''}`;
  writeFileSync(
    join(kept, 'case.json'),
    `${JSON.stringify({ again, seed, index, kind, how, problems }, null, 2)}\n`,
  );
  return kept;
}
