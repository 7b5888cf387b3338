import { join } from 'node:path';
import { type Place, UserError } from '../../common/errors.js';
import { formatInteger } from '../../common/text.js';
import type { Engine } from '../../engine/engine.js';
import type { DataTable } from '../../engine/read-table.js';
import type { EvaluateSpec, Labels } from '../labels.js';
import type { Task } from '../metrics/metric.js';
import { readPredictions } from '../predictions.js';
import { type EvaluationRows, takeRows } from '../rows.js';
import type { Values } from './changes.js';
import type { Sample } from './sample.js';
import { type Block, writeRows } from './write.js';

/** How a model is asked about other rows than those of the hold-out. */
export interface Asking {
  readonly engine: Engine;
  readonly labels: Labels;
  readonly task: Task;
  readonly evaluate: EvaluateSpec;
  at(path: readonly (string | number)[]): Place;
  /** Folder for the data files. */
  readonly folder: string;
  /** Folder of model.yml. */
  readonly projectFolder: string;
  /** Has the model predict the rows of a file; answers the file of its predictions. */
  predict(name: string, data: string): Promise<string>;
}

/** Copies of sampled rows of which some values are others. */
export interface Variant {
  /** Which rows of the sample; a row may be there several times. */
  readonly rows: Uint32Array;
  /** Column of the shape → its value for each of `rows`. */
  readonly changed: ReadonlyMap<number, Values>;
}

/** More rows than any model should be asked about for this; above it, something is set wrong. */
const mostRows = 3_000_000;

/**
 * Has the model predict many variants at once: they are written one below the other into one file, so that its
 * program starts once.
 * @param name of the files, unique in the run
 * @returns the rows of each variant, labels and all, in its order
 * @throws UserError when the rows are too many, or the program fails
 */
export async function predictVariants(
  name: string,
  sample: Sample,
  variants: readonly Variant[],
  asking: Asking,
): Promise<EvaluationRows[]> {
  const { engine, labels, task, evaluate, at } = asking;
  const { shape } = sample;
  const total = variants.reduce((sum, { rows }) => sum + rows.length, 0);
  if (total > mostRows) {
    throw new UserError({
      message: `${name} would ask the model about ${formatInteger(total)} rows, and more than ${formatInteger(mostRows)} are not`,
      where: at([name]),
      remedy: 'sample fewer rows, or look at fewer columns',
    });
  }
  const sources = new Uint32Array(total);
  let start = 0;
  for (const { rows } of variants) {
    rows.forEach((row, i) => (sources[start + i] = sample.places[row]!));
    start += rows.length;
  }
  const ids = labels.ids === undefined ? undefined : freshIds(labels.ids, sources);
  const idColumn = shape.columns.findIndex((column) => column.name === evaluate.id);
  const quoted = sample.values[idColumn]?.some((value) => value?.startsWith('"')) ?? false;
  let before = 0;
  const blocks = variants.map(({ rows, changed }): Block => {
    const first = before;
    before += rows.length;
    return {
      rows: rows.length,
      value: (row, column) => {
        if (column === idColumn && ids !== undefined) {
          const id = ids[first + row]!;
          return shape.format === 'jsonl' && quoted ? JSON.stringify(id) : id;
        }
        const values = changed.get(column);
        return values === undefined ? sample.values[column]![rows[row]!]! : values[row]!;
      },
    };
  });
  const file = join(asking.folder, `${name}${shape.suffix}`);
  await writeRows(engine, shape, blocks, file);
  const predictions = await asking.predict(name, file);
  const stacked = labelsOfCopies(labels, sources, ids, file);
  const found = await readPredictions(engine, predictions, stacked, task, evaluate, at);
  start = 0;
  return variants.map(({ rows }) => {
    const places = Uint32Array.from({ length: rows.length }, (_, i) => start + i);
    start += rows.length;
    return takeRows(found, places);
  });
}

/**
 * An id for each copy, since predictions are matched by it: the row's own for its first copy, new ones of the
 * same kind for the others.
 */
function freshIds(ids: readonly string[], sources: Uint32Array): string[] {
  const whole = ids.every((id) => /^(0|[1-9]\d{0,14})$/.test(id));
  const known = new Set(ids);
  const used = new Set<number>();
  let next = whole ? ids.reduce((most, id) => Math.max(most, Number(id)), 0) + 1 : 1;
  return Array.from(sources, (source) => {
    if (!used.has(source)) {
      used.add(source);
      return ids[source]!;
    }
    if (whole) return String(next++);
    let id = `${ids[source]}.${next++}`;
    while (known.has(id)) id = `${ids[source]}.${next++}`;
    return id;
  });
}

function labelsOfCopies(
  labels: Labels,
  sources: Uint32Array,
  ids: readonly string[] | undefined,
  file: string,
): Labels {
  const pick = <T>(from: readonly T[]): T[] => Array.from(sources, (row) => from[row]!);
  const k = labels.multilabels === undefined ? 0 : labels.multilabels.length / labels.rows;
  return {
    table: written(file, sources.length),
    rows: sources.length,
    ...(ids !== undefined && { ids }),
    ...(labels.texts && { texts: pick(labels.texts) }),
    ...(labels.numbers && { numbers: Float64Array.from(sources, (row) => labels.numbers![row]!) }),
    ...(labels.multilabels && {
      multilabels: Uint8Array.from(
        { length: sources.length * k },
        (_, i) => labels.multilabels![sources[Math.floor(i / k)]! * k + (i % k)]!,
      ),
    }),
    ...(labels.weights && { weights: Float64Array.from(sources, (row) => labels.weights![row]!) }),
    ...(labels.clusters && { clusters: Uint32Array.from(sources, (row) => labels.clusters![row]!) }),
    ...(labels.queries && { queries: Uint32Array.from(sources, (row) => labels.queries![row]!) }),
    ...(labels.positive !== undefined && { positive: labels.positive }),
    slices: [],
    columns: new Map(),
  };
}

/** The file that was written, as far as errors name places in it. */
function written(file: string, rows: number): DataTable {
  return {
    sql: '(SELECT 1 WHERE false)',
    columns: [],
    rows,
    tables: [
      {
        file,
        format: 'csv',
        source: '(SELECT 1 WHERE false)',
        columns: [],
        rows,
        rejected: 0,
        defects: [],
        rowNumber: '0',
        unit: 'line',
        linesOf: (wanted) => Promise.resolve(wanted.map((row) => row + 2)),
      },
    ],
  };
}
