import type { Engine } from '../../engine/engine.js';
import type { DataTable } from '../../engine/read-table.js';
import { quoteText } from '../../engine/sql.js';
import { type Random, seededRandom } from '../../statistics/random.js';
import type { BehaviourSpec } from '../../spec/sections/evaluate-behaviour.js';
import type { BehaviourOptions } from './behaviour.js';
import { shuffledPlaces } from './changes.js';
import { readSample, shapeOf } from './sample.js';
import type { Tested } from './tested.js';

/** Rows for each test whose change touches some rows only: drawn at random, these may be too few. */
export async function touchedRows(
  { invariance, rows }: BehaviourSpec,
  { engine, labels, seed }: BehaviourOptions,
): Promise<(Uint32Array | undefined)[]> {
  const touched: (Uint32Array | undefined)[] = [];
  for (const [i, { columns, replace, 'replace-words': words }] of invariance.entries()) {
    const texts = Object.keys(replace ?? words ?? {});
    // A stream of its own, apart from those of the tests.
    const random = seededRandom(seed + 1_000_000 + i);
    touched.push(
      texts.length === 0
        ? undefined
        : await drawTouched(
            engine,
            labels.table,
            columns,
            { texts, within: words !== undefined },
            rows,
            random,
          ),
    );
  }
  return touched;
}

/** Sampled rows and what tests need to know of them. */
export async function sampleOf(rows: number, options: BehaviourOptions): Promise<Tested> {
  return (await sampleWith(rows, [], options)).tested;
}

/**
 * Rows drawn from all, and others besides.
 * @param further places of rows of the hold-out data
 * @returns `of` has, for each of `further`, the rows of the sample
 */
export async function sampleWith(
  rows: number,
  further: readonly (Uint32Array | undefined)[],
  { engine, labels, seed, confidence, projectFolder }: BehaviourOptions,
): Promise<{ tested: Tested; of: (Uint32Array | undefined)[] }> {
  const drawn = drawPlaces(labels.rows, rows, seededRandom(seed), labels.queries);
  const places = Uint32Array.from(
    new Set([drawn, ...further].flatMap((some) => (some === undefined ? [] : [...some]))),
  ).sort();
  const rowOf = new Map(Array.from(places, (place, row) => [place, row]));
  const rowsOf = (some: Uint32Array): Uint32Array => some.map((place) => rowOf.get(place)!);
  const shape = await shapeOf(engine, labels.table);
  const sample = await readSample(engine, labels.table, shape, places);
  const positive = labels.positive ?? '1';
  const other = labels.texts?.find((text) => text !== positive) ?? `not ${positive}`;
  const classes = [positive, other] as const;
  return {
    tested: { sample, rows: rowsOf(drawn), labels, classes, confidence, folder: projectFolder },
    of: further.map((some) => some && rowsOf(some)),
  };
}

/**
 * Places of rows drawn at random, in rising order; all of them where there are no more than that.
 * @param together rows of one number are drawn together, such as the documents of a query
 */
export function drawPlaces(
  rows: number,
  wanted: number,
  random: Random,
  together?: Uint32Array,
): Uint32Array {
  if (rows <= wanted) return Uint32Array.from({ length: rows }, (_, i) => i);
  if (together === undefined) return shuffledPlaces(rows, random).slice(0, wanted).sort();
  const members = new Map<number, number[]>();
  together.forEach((number, row) => {
    const found = members.get(number);
    if (found === undefined) members.set(number, [row]);
    else found.push(row);
  });
  const groups = [...members.values()];
  const drawn: number[] = [];
  for (const place of shuffledPlaces(groups.length, random)) {
    if (drawn.length >= wanted) break;
    drawn.push(...groups[place]!);
  }
  return Uint32Array.from(drawn).sort();
}

/**
 * Rows that a change of texts can touch, drawn at random.
 * @param texts what a value must be, or `within` it must stand
 * @returns places of rows, in rising order
 */
export async function drawTouched(
  engine: Engine,
  table: DataTable,
  columns: readonly string[],
  { texts, within }: { readonly texts: readonly string[]; readonly within: boolean },
  wanted: number,
  random: Random,
): Promise<Uint32Array> {
  const found: number[] = [];
  let before = 0;
  for (const { columns: own, source, rowNumber, rows } of table.tables) {
    const raws = own.filter(({ name }) => columns.includes(name)).map(({ raw }) => `CAST(${raw} AS VARCHAR)`);
    const list = texts.map(quoteText);
    const tests = raws.map((raw) =>
      within
        ? `(${list.map((text) => `contains(${raw}, ${text})`).join(' OR ')})`
        : `${raw} IN (${list.join(', ')})`,
    );
    if (tests.length > 0) {
      const sql = `SELECT n FROM (SELECT ${rowNumber} AS n, coalesce(${tests.join(' OR ')}, false) AS touched FROM ${source}) WHERE touched ORDER BY n`;
      const [numbers] = (await engine.columns(sql)).columns;
      for (const n of numbers as Float64Array) found.push(before + n);
    }
    before += rows;
  }
  return drawPlaces(found.length, wanted, random).map((i) => found[i]!);
}
