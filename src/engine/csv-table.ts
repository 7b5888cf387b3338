import { copiedAtOnce, copyWide } from './copy.js';
import type { Defect } from './defects.js';
import type { Engine } from './engine.js';
import { isOwnTrouble } from './errors.js';
import type { RawFile } from './file.js';
import { type CsvFile, type CsvHead, inspectCsv, isWhole, readHead, wholeCsv } from './inspect-csv.js';
import { sampleLines } from './sample.js';
import { quoteText } from './sql.js';
import { type Survey, surveyTexts } from './survey.js';
import type { ReadOptions, ReadTable, Table, TableColumn } from './table.js';
import { type NamedText, textColumn, textColumns } from './text-columns.js';
import { type WantedTypes, wantedType } from './types.js';
import { walkQuickly } from './walk.js';

/** A file with more columns is copied, once, into a form that is read column by column. */
const scannedColumns = 24;

let tables = 0;

/** What the engine has read of a file. */
interface Opened extends Pick<Table, 'source' | 'rowNumber' | 'survey' | 'surveyed'> {
  readonly rows: number;
  columns(): Promise<readonly TableColumn[]> | readonly TableColumn[];
}

/**
 * A CSV file as a table. The engine reads it strictly; beside it, a walk over the bytes counts the records that are
 * there. Only where the engine stumbles, or the two do not agree, is the file looked at byte by byte.
 */
export async function csvTable(
  engine: Engine,
  raw: RawFile,
  types: WantedTypes,
  { profile = false, kept = 20e6 }: ReadOptions,
): Promise<ReadTable | Defect> {
  const head = await readHead(raw, new Set(Object.keys(types)));
  if ('rule' in head) return head;
  const names = head.header.map((name, i): NamedText => ({ name, text: `c${i}` }));
  const texts = names.map(({ text }) => text);
  const open = (path: string): Promise<Opened> =>
    names.length > scannedColumns ? openCopy(path) : openScan(path);
  if (raw.plainBytes <= kept) {
    const csv = await inspectCsv(raw, head, engine.temp);
    const isNarrow = names.length <= copiedAtOnce;
    return finish(await (isNarrow ? openKept : openCopy)(csv.readable), csv);
  }
  const walking = walkQuickly(raw.plain, head.delimiter);
  // Its failure is looked at when it is awaited.
  walking.catch(() => undefined);
  const first = head.atOnce ? await open(raw.plain).catch(refuseOwnTrouble) : undefined;
  const walk = await walking;
  if (first !== undefined && isWhole(head, walk)) {
    const csv = await wholeCsv(raw, head, walk);
    if (first.rows === csv.rows) return finish(first, csv);
  }
  const csv = await inspectCsv(raw, head, engine.temp);
  return finish(first !== undefined && csv.readable === raw.plain ? first : await open(csv.readable), csv);

  async function openKept(path: string): Promise<Opened> {
    const source = `kept${++tables}`;
    await engine.run(`CREATE TEMP TABLE ${source} AS SELECT * FROM ${scanOf(path, head as CsvHead)}`);
    const columns = (): Promise<TableColumn[]> => textColumns(engine, source, names, types);
    return { source, rowNumber: 'rowid', rows: await countRows(engine, source), columns };
  }

  async function openCopy(path: string): Promise<Opened> {
    const { source, parts } = await copyWide(engine, scanOf(path, head as CsvHead), texts);
    const placed = names.map((named, i): NamedText => ({ ...named, part: parts[i]! }));
    const columns = (): Promise<TableColumn[]> => textColumns(engine, source, placed, types);
    return { source, rowNumber: 'file_row_number', rows: await countRows(engine, source), columns };
  }

  async function openScan(path: string): Promise<Opened> {
    const source = scanOf(path, head as CsvHead);
    const survey = memoised(async () => {
      const sample = await sampleLines(raw.plain, (head as CsvHead).end, raw.plainBytes, engine.temp);
      const columns = names.map(({ name, text }) => ({ text, type: wantedType(types, name) }));
      return surveyTexts(engine, source, scanOf(sample, head as CsvHead, true), columns);
    });
    const scan = { source, rowNumber: 'row_number() OVER () - 1', survey };
    const columnsOf = (found?: Survey) => (): TableColumn[] =>
      names.map((n) => textColumn(n, wantedType(types, n.name) ?? found?.types.get(n.text) ?? 'string'));
    if (profile || names.some(({ name }) => wantedType(types, name) === undefined)) {
      const found = await survey();
      return { ...scan, surveyed: true, rows: found.rows, columns: columnsOf(found) };
    }
    return { ...scan, rows: await countRows(engine, source), columns: columnsOf() };
  }

  async function finish(opened: Opened, csv: CsvFile): Promise<ReadTable> {
    const { source, rowNumber, survey, surveyed = false, rows: counted } = opened;
    const { rows, rejected, defects, linesOf } = csv;
    const table: Table = {
      file: raw.path,
      format: 'csv',
      source,
      columns: await opened.columns(),
      rows,
      rejected,
      defects,
      rowNumber,
      unit: 'line',
      linesOf,
      ...(survey && { survey, surveyed }),
    };
    return { table, counted };
  }
}

/** FROM item of a CSV file, every column a text. */
function scanOf(path: string, { header, delimiter }: CsvHead, sample = false): string {
  const texts = header.map((_, i) => `'c${i}': 'VARCHAR'`);
  // No detection of any kind: what DuckDB guesses from the first rows can be silently wrong for the others.
  return (
    `read_csv(${quoteText(path)}, auto_detect = false, header = ${!sample}, delim = ${quoteText(delimiter)}, ` +
    `quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = false, strict_mode = ${!sample}, ` +
    `buffer_size = 8388608, ${sample ? 'ignore_errors = true, ' : ''}columns = {${texts.join(', ')}})`
  );
}

const countRows = async (engine: Engine, source: string): Promise<number> =>
  Number((await engine.rows(`SELECT count(*) AS n FROM ${source}`))[0]!.n);

function memoised(make: () => Promise<Survey>): () => Promise<Survey> {
  let made: Promise<Survey> | undefined;
  return () => (made ??= make());
}

/** What DuckDB says of a file leads to a closer look; its own trouble does not. */
function refuseOwnTrouble(error: unknown): undefined {
  if (isOwnTrouble(error)) throw error;
}
