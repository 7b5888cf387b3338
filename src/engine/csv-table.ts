import { messageOf } from '../common/errors.js';
import type { Defect } from './defects.js';
import type { Engine } from './engine.js';
import type { RawFile } from './file.js';
import { type CsvFile, type CsvHead, inspectCsv, isWhole, readHead, wholeCsv } from './inspect-csv.js';
import { sampleLines } from './sample.js';
import { quoteText } from './sql.js';
import { type Survey, copyColumns, surveyTexts } from './survey.js';
import type { ReadTable, Table, WantedTypes } from './table.js';
import { type NamedText, textColumn, textColumns } from './text-columns.js';
import { walkQuickly } from './walk.js';

/** A CSV file up to this size is kept as a table. */
const keptBytes = 20e6;
/** One with more columns is copied, once, into a form that is read column by column. */
const scannedColumns = 24;

let kept = 0;

/**
 * A CSV file as a table. The engine reads it strictly; beside it, a walk over the bytes counts the records that are
 * there. Only where the engine stumbles, or the two do not agree, is the file looked at byte by byte.
 */
export async function csvTable(
  engine: Engine,
  raw: RawFile,
  types: WantedTypes,
  { profile = false }: { profile?: boolean },
): Promise<ReadTable | Defect> {
  const head = await readHead(raw, new Set(Object.keys(types)));
  if ('rule' in head) return head;
  const names = head.header.map((name, i): NamedText => ({ name, text: `c${i}` }));
  if (raw.plainBytes <= keptBytes) {
    const csv = await inspectCsv(raw, head, engine.temp);
    const source = `kept${++kept}`;
    await engine.run(`CREATE TEMP TABLE ${source} AS SELECT * FROM ${scanOf(csv.readable, head)}`);
    const [counted] = await engine.rows(`SELECT count(*) AS n FROM ${source}`);
    const table = tableOf(csv, source, 'rowid', await textColumns(engine, source, names, types));
    return { table, counted: Number(counted!.n) };
  }
  const walking = walkQuickly(raw.plain, head.delimiter);
  // Its failure is looked at when it is awaited.
  walking.catch(() => undefined);
  const first = head.atOnce ? await open(raw.plain).catch(refuseOwnTrouble) : undefined;
  const walk = await walking;
  if (first !== undefined && isWhole(head, walk)) {
    const csv = wholeCsv(raw, head, walk);
    // The engine takes one more delimiter at the end of a line for nothing.
    const ends = walk.emptyEnds - Number(head.emptyEnd);
    const agreed = names.length === 1 ? ends === 0 : ends === (await first.emptyEnds());
    if (first.rows === csv.rows && agreed) return finish(first, csv);
  }
  const csv = await inspectCsv(raw, head, engine.temp);
  return finish(first !== undefined && csv.readable === raw.plain ? first : await open(csv.readable), csv);

  async function finish(opened: Opened, csv: CsvFile): Promise<ReadTable> {
    return { table: await opened.table(csv), counted: opened.rows };
  }

  interface Opened {
    readonly rows: number;
    emptyEnds(): Promise<number>;
    table(csv: CsvFile): Promise<Table>;
  }

  async function open(path: string): Promise<Opened> {
    const scan = scanOf(path, head as CsvHead);
    const last = names.at(-1)!.text;
    if (names.length > scannedColumns) {
      const source = await copyColumns(
        engine,
        scan,
        names.map(({ text }) => text),
      );
      const count = async (what: string): Promise<number> =>
        Number((await engine.rows(`SELECT ${what} AS n FROM ${source}`))[0]!.n);
      return {
        rows: await count('count(*)'),
        emptyEnds: () => count(`count(*) - count(${last})`),
        table: async (csv) =>
          tableOf(csv, source, 'file_row_number', await textColumns(engine, source, names, types)),
      };
    }
    const numbered = 'row_number() OVER () - 1';
    const survey = memoised(async () => {
      const sample = await sampleLines(raw.plain, (head as CsvHead).end, raw.plainBytes, engine.temp);
      const columns = names.map(({ name, text }) => ({ text, type: types[name] }));
      return surveyTexts(engine, scan, scanOf(sample, head as CsvHead, true), columns);
    });
    if (profile || names.some(({ name }) => types[name] === undefined)) {
      const found = await survey();
      return {
        rows: found.rows,
        emptyEnds: () => found.nulls(last),
        table: (csv) => {
          const columns = names.map((n) =>
            textColumn(n, types[n.name] ?? found.types.get(n.text) ?? 'string'),
          );
          return Promise.resolve({ ...tableOf(csv, scan, numbered, columns), survey });
        },
      };
    }
    const [row] = await engine.rows(`SELECT count(*) AS n, count(${last}) AS ends FROM ${scan}`);
    return {
      rows: Number(row!.n),
      emptyEnds: () => Promise.resolve(Number(row!.n) - Number(row!.ends)),
      table: (csv) => {
        const columns = names.map((n) => textColumn(n, types[n.name]!));
        return Promise.resolve({ ...tableOf(csv, scan, numbered, columns), survey });
      },
    };
  }

  function tableOf(csv: CsvFile, source: string, rowNumber: string, columns: Table['columns']): Table {
    const { rows, rejected, defects, linesOf } = csv;
    return {
      file: raw.path,
      format: 'csv',
      source,
      columns,
      rows,
      rejected,
      defects,
      rowNumber,
      unit: 'line',
      linesOf,
    };
  }
}

/** FROM item of a CSV file, every column a text. */
function scanOf(path: string, { header, delimiter }: CsvHead, sample = false): string {
  const texts = header.map((_, i) => `'c${i}': 'VARCHAR'`);
  // No detection of any kind: what DuckDB guesses from the first rows can be silently wrong for the others.
  return (
    `read_csv(${quoteText(path)}, auto_detect = false, header = ${!sample}, delim = ${quoteText(delimiter)}, ` +
    `quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = false, strict_mode = true, buffer_size = 8388608, ` +
    `${sample ? 'ignore_errors = true, ' : ''}columns = {${texts.join(', ')}})`
  );
}

function memoised(make: () => Promise<Survey>): () => Promise<Survey> {
  let made: Promise<Survey> | undefined;
  return () => (made ??= make());
}

/** What DuckDB says of a file leads to a closer look; its own trouble does not. */
function refuseOwnTrouble(error: unknown): undefined {
  if (/out of memory|interrupt|engine is closed/i.test(messageOf(error))) throw error;
}
