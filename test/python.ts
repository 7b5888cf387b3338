import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const own = join(process.cwd(), '.tools/python/bin/python');

/** The Python that has a package: MLOPS_TEST_PYTHON, otherwise what .ci/run installed; undefined where there is none. */
export function pythonWith(name: string): string | undefined {
  const python = process.env.MLOPS_TEST_PYTHON ?? own;
  if (process.env.MLOPS_TEST_PYTHON === undefined && !existsSync(own)) return undefined;
  const look = `import importlib.util, sys; sys.exit(importlib.util.find_spec(${JSON.stringify(name)}) is None)`;
  return spawnSync(python, ['-c', look]).status === 0 ? python : undefined;
}

/** Says in the log which tool a test lacks, as the reason why it is skipped. */
export function skipped(what: string): void {
  process.stdout.write(`skipped: ${what} is not installed\n`);
}
