// The data of the benchmarks: real flights, as many times over as wanted, made once and kept outside the repository.
import { DuckDBInstance } from '@duckdb/node-api';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** 3 million rows: date, delay, distance, origin, destination. */
export const flights = fileURLToPath(
  new URL('../../node_modules/vega-datasets/data/flights-3m.parquet', import.meta.url),
);
/** Where made files are kept: MLOPS_BENCH_DATA, or a folder among the temporary files. */
export const folder = process.env.MLOPS_BENCH_DATA ?? join(tmpdir(), 'mlops-bench-data');

const text = (value) => `'${value.replaceAll("'", "''")}'`;

/** Adds what real tables have beside: an id, a number with many values, codes, and notes of which few are filled. */
const select = (times) => `
  SELECT n * 3000000 + i AS id, date, delay, distance, origin, destination,
    round(exp(3.5 + distance / 2000.0 + 1.2 * (hash(n * 3000000 + i) % 1000003) / 1000003), 2) AS fare,
    'N' || (100 + hash(i + n) % 900) || chr((65 + hash(i * 7 + n) % 5)::INT) AS tail,
    CASE hash(i + 11 * n) % 8
      WHEN 0 THEN 'gate ' || (1 + hash(i + n) % 60) || ', boarding late'
      WHEN 1 THEN 'crew "standby" called'
      WHEN 2 THEN 'on time' END AS note
  FROM (SELECT *, row_number() OVER () - 1 AS i FROM read_parquet(${text(flights)})), range(${times}) AS r(n)`;

/**
 * A file of `times` × 3 million rows, or of those of the original file where `times` is 1 and `plain` is set.
 * @param {'csv' | 'parquet'} format
 * @returns its path; made when it is not there
 */
export async function flightsFile(format, times, { plain = false } = {}) {
  if (plain && format === 'parquet') return flights;
  const path = join(folder, `flights-${plain ? 'plain' : times}.${format}`);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const many = times > 10 && times % 10 === 0;
  const ten = many ? await flightsFile('parquet', 10) : undefined;
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: '4GB',
    temp_directory: join(folder, 'spill'),
  });
  const connection = await instance.connect();
  const again = (n) => `SELECT * REPLACE (id + ${n * 30_000_000} AS id) FROM read_parquet(${text(ten)})`;
  const query = plain
    ? `SELECT * FROM read_parquet(${text(flights)})`
    : many
      ? Array.from({ length: times / 10 }, (_, n) => again(n)).join(' UNION ALL ')
      : select(times);
  const made = `${path}.part`;
  const options = format === 'csv' ? 'FORMAT csv, HEADER' : 'FORMAT parquet';
  await connection.run(`COPY (${query}) TO ${text(made)} (${options})`);
  connection.closeSync();
  instance.closeSync();
  renameSync(made, path);
  return path;
}
