import { existsSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { UserError } from '../../common/errors.js';
import { openEngine } from '../../engine/engine.js';

const months = ['01', '02', '03', '04', '05', '06'] as const;

/**
 * Makes a CSV file of each month of the flights, by the example's own query, where there is none yet.
 * A killed try leaves a `.part` file that the next one overwrites.
 * @param library path of DuckDB's native library
 * @returns the paths, by month
 */
export async function prepareMonths(options: {
  root: string;
  folder: string;
  library: string;
}): Promise<Readonly<Record<(typeof months)[number], string>>> {
  const { root, folder, library } = options;
  const files = Object.fromEntries(
    months.map((month) => [month, join(folder, `2001-${month}.csv`)]),
  ) as Record<(typeof months)[number], string>;
  if (months.every((month) => existsSync(files[month]))) return files;
  await mkdir(folder, { recursive: true });
  const source = flights(root);
  const query = await readFile(join(root, 'examples/flight-delays/months.sql'), 'utf8');
  const engine = await openEngine({ library, temp: folder, allowedFolders: [dirname(source), folder] });
  try {
    for (const month of months) {
      const part = `${files[month]}.part`;
      const values: Record<string, string> = {
        source,
        from: `2001-${month}-01`,
        to: `2001-${String(Number(month) + 1).padStart(2, '0')}-01`,
        month: part,
      };
      await engine.run(
        query.replace(/\$\{(\w+)\}/g, (_, name: string) => values[name]!.replaceAll("'", "''")),
      );
      await rename(part, files[month]);
    }
  } finally {
    await engine.close();
  }
  return files;
}

function flights(root: string): string {
  const file = join(root, 'node_modules/vega-datasets/data/flights-3m.parquet');
  if (existsSync(file)) return file;
  try {
    const require = createRequire(join(root, 'package.json'));
    return join(dirname(require.resolve('vega-datasets/package.json')), 'data/flights-3m.parquet');
  } catch (error) {
    throw new UserError(
      { message: 'the flights are not installed (npm package vega-datasets)', remedy: 'run `npm ci` first' },
      { cause: error },
    );
  }
}
