import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildSync } from 'esbuild';

/** Bundles a script as the actions are shipped, so that it starts as fast; answers the file. */
export function bundle(entry, folder) {
  const bindings = join(folder, 'duckdb-bindings.cjs');
  writeFileSync(bindings, "module.exports = globalThis[Symbol.for('mlops-actions.duckdb')]();\n");
  const outfile = join(folder, basename(entry, '.mjs') + '.cjs');
  buildSync({
    entryPoints: [entry],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    alias: { '@duckdb/node-bindings': bindings },
    external: [bindings],
    logLevel: 'error',
  });
  return outfile;
}
