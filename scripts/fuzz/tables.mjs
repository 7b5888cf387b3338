// Data files of known rows, written in many ways that say the same, or broken in one way whose count is known.
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { hostileNames } from './structure.mjs';

const names = ['id', 'num', 'text', 'flag', 'day', 'place', 'y'];
const words = [
  'plain',
  'two words',
  'with, comma',
  'a "quoted" word',
  'ünïcode ☃',
  'semi;colon',
  "it's",
  '-',
  '0x1',
];
const places = ['east', 'west', 'north'];

/** Rows of texts, numbers, flags, days and classes; some values are missing. */
export function randomRows(r, count) {
  return Array.from({ length: count }, (_, i) => ({
    id: `r${i}`,
    num: r.chance(0.1) ? null : r.between(-9_999, 9_999) / 8,
    text: r.chance(0.1) ? null : r.pick(words),
    flag: r.chance(0.5),
    day: `2001-0${r.between(1, 9)}-1${r.below(10)}`,
    place: r.pick(places),
    y: i % 3 === 0 ? 1 : 0,
  }));
}

const hostileTexts = hostileNames.filter(
  (text) => text.trim() !== '' && text.isWellFormed() && !text.includes('\0'),
);
/** What a column may hold; each value is one of these. */
const wild = {
  names: hostileTexts,
  large: [1e308, -1e308, 5e-324, 0, 123456789012, 9007199254740991, -0.1],
  whole: [0, 1, 2, 3, -4, 1_000_000],
  mixed: [1, 'one', true, null, 1.5, '2001-01-01'],
  dates: ['2001-02-03', '0001-01-01', '9999-12-31', '2000-02-29'],
  times: ['2001-02-03T04:05:06', '2001-02-03 04:05:06.789', '2001-02-03T04:05:06Z'],
  odd: ['nan', 'inf', '-inf', 'NULL', 'None', 'NA', '-', 'true', '1e5', '0x10', '1,5', '1_000', '007', '+1'],
  lines: ['one\ntwo', 'a\r\nb', ' spaces ', '\ttab', '"', '""', 'x'.repeat(3000)],
  nothing: [null],
  constant: ['same'],
  flags: [true, false, null],
  nested: [{ a: 1 }, { b: [1, 2] }, null],
  lists: [[], [1], ['x', null]],
};

/** Rows with columns that nobody would expect besides the usual. */
export function wildRows(r, count, format) {
  const kinds = Object.keys(wild).filter((kind) => format === 'jsonl' || !['nested', 'lists'].includes(kind));
  const more = r.shuffled(hostileTexts).slice(0, r.between(1, 4));
  const columns = more.map((name) => ({ name: name.trim(), values: wild[r.pick(kinds)] }));
  const rows = randomRows(r, count).map((row) => ({
    ...row,
    ...Object.fromEntries(columns.map(({ name, values }) => [name, r.pick(values)])),
  }));
  return { rows, columns: [...names, ...columns.map(({ name }) => name)] };
}

/** Ways to write the same rows; each is a choice of the case. */
export function randomStyle(r, format) {
  const common = {
    columns: r.chance(0.3) ? r.shuffled(names) : names,
    end: r.pick(['\n', '\n', '\r\n']),
    mark: r.chance(0.15),
    last: r.chance(0.8),
    packing: r.pick([undefined, undefined, 'gz', 'zst']),
    numbers: r.pick(['plain', 'plain', 'zeros', 'exponent']),
  };
  if (format === 'csv')
    return {
      ...common,
      delimiter: r.pick([',', ',', ';', '|', '\t']),
      quotes: r.pick(['needed', 'all', 'some']),
    };
  if (format === 'jsonl')
    return {
      ...common,
      spaces: r.chance(0.3),
      escapes: r.chance(0.3),
      absent: r.chance(0.3),
      moved: r.chance(0.3),
    };
  return {
    ...common,
    codec: r.pick(['snappy', 'zstd', 'gzip', 'uncompressed', 'lz4_raw', 'brotli']),
    group: r.pick([2048, 122_880]),
    version: r.pick(['V1', 'V2']),
  };
}

export const plainStyle = {
  columns: names,
  ...{ end: '\n', mark: false, last: true, packing: undefined, numbers: 'plain' },
  ...{ delimiter: ',', quotes: 'needed', codec: 'snappy', group: 2048, version: 'V1' },
};

function numberText(value, numbers) {
  if (numbers === 'exponent') return value.toExponential();
  return numbers === 'zeros' ? value.toFixed(6) : String(value);
}

function field(value, { delimiter, quotes, numbers }, i) {
  const text = value === null ? '' : typeof value === 'number' ? numberText(value, numbers) : String(value);
  const quoted = quotes === 'all' ? value !== null : quotes === 'some' && i % 2 === 0 && text !== '';
  return quoted || /["\r\n]/.test(text) || text.includes(delimiter)
    ? `"${text.replaceAll('"', '""')}"`
    : text;
}

/** The lines of a CSV file, the header first. */
function csvLines(rows, style) {
  const { columns, delimiter } = style;
  // A number that is a class stays as it is: 1e+0 is another word.
  const plain = { ...style, numbers: 'plain' };
  return [
    columns.map((name, i) => field(name, plain, i)).join(delimiter),
    ...rows.map((row) =>
      columns.map((name, i) => field(row[name], name === 'y' ? plain : style, i)).join(delimiter),
    ),
  ];
}

function jsonlLines(rows, { columns, numbers, spaces, escapes, absent, moved }) {
  return rows.map((row, n) => {
    const order = moved && n % 2 === 1 ? [...columns].reverse() : columns;
    const parts = order
      .filter((name) => !absent || row[name] !== null)
      .map((name) => {
        const value = row[name];
        const number = typeof value === 'number' && name !== 'y';
        const text = number ? numberText(value, numbers) : JSON.stringify(value);
        return `${JSON.stringify(name)}:${spaces ? ' ' : ''}${text}`;
      });
    const line = `{${parts.join(spaces ? ' , ' : ',')}}`;
    return escapes
      ? line.replace(/[^ -~]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)
      : line;
  });
}

/** The records of a text file, and the line before them, if any. */
export function linesOf(format, rows, style) {
  return format === 'csv' ? csvLines(rows, style) : jsonlLines(rows, style);
}

/** Name and bytes of a text file of these lines. */
export function textFile(stem, format, lines, { end, mark, last, packing, delimiter }) {
  const text = (mark ? '\ufeff' : '') + lines.join(end) + (last ? end : '');
  const plain = Buffer.from(text);
  const extension = format === 'csv' && delimiter === '\t' ? 'tsv' : format;
  return {
    name: `${stem}.${extension}${packing === undefined ? '' : `.${packing}`}`,
    bytes: packing === 'gz' ? gzipSync(plain) : packing === 'zst' ? zstdCompressSync(plain) : plain,
  };
}

/**
 * One thing that is wrong, or another count of rows: the lines, the rows that can then be read, and those that cannot.
 */
export function breakLines(format, lines, style, r) {
  const head = format === 'csv' ? 1 : 0;
  const rows = lines.length - head;
  const at = r.between(head, lines.length - 1);
  const put = (...changed) => lines.toSpliced(at, 1, ...changed);
  const line = lines[at];
  const rejected = (changed) => ({ lines: put(changed), rows: rows - 1, rejected: 1 });
  const ways = {
    left: () => ({ lines: put(), rows: rows - 1, rejected: 0 }),
    twice: () => ({ lines: put(line, line), rows: rows + 1, rejected: 0 }),
    ...(format === 'csv'
      ? {
          more: () => rejected(line + style.delimiter + 'x'),
          fewer: () =>
            rejected(
              style.columns
                .slice(1)
                .map(() => 'x')
                .join(style.delimiter),
            ),
          invalid: () => ({ lines: put(line), rows, rejected: 0 }),
        }
      : {
          half: () => rejected(line.slice(0, Math.floor(line.length / 2))),
          list: () => rejected(`[${line}]`),
          none: () => rejected('null'),
          number: () => rejected('17'),
          two: () => rejected(`${line}${line}`),
          blank: () => ({ lines: put(line, ''), rows, rejected: 0 }),
        }),
  };
  const way = r.pick(Object.keys(ways));
  return { way, ...ways[way]() };
}

/** Writes rows as Parquet with the engine that reads it later. */
export async function writeParquet(engine, file, scratch, { codec, group, version }) {
  const quote = (text) => `'${text.replaceAll("'", "''")}'`;
  await engine.run(
    `COPY (SELECT * FROM read_json(${quote(scratch)}, format = 'newline_delimited')) TO ${quote(file)}
     (FORMAT parquet, CODEC ${quote(codec)}, ROW_GROUP_SIZE ${group}, PARQUET_VERSION ${quote(version)})`,
  );
}
