import { type Defect, fileDefect } from './defects.js';
import type { Format } from './format.js';

/** Bytes from which a file is recognised. */
export const headBytes = 4096;

export type Packing = 'gz' | 'zst';

/** How a file is compressed, by its first bytes. */
export function packingOf(head: Buffer): Packing | undefined {
  if (starts(head, '\x1f\x8b')) return 'gz';
  return starts(head, '\x28\xb5\x2f\xfd') ? 'zst' : undefined;
}

interface Kind {
  /** The bytes that such files begin with, as Latin-1. */
  readonly magic: string;
  readonly what: string;
  readonly remedy: string;
  /** A format of ours: recognised only under another one's name. */
  readonly format?: Format;
}

const excel = 'save its sheet as CSV (UTF-8) or Parquet, such as pd.read_excel(…).to_parquet(…)';
const table = 'write the table as CSV, JSONL or Parquet';
const kinds: readonly Kind[] = [
  { magic: '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', what: 'an old Excel or Office file', remedy: excel },
  { magic: 'PAR1', what: 'Parquet', remedy: 'name it .parquet', format: 'parquet' },
  { magic: 'ARROW1', what: 'an Arrow (Feather) file', remedy: table },
  { magic: 'ORC', what: 'an ORC file', remedy: table },
  { magic: 'Obj\x01', what: 'an Avro file', remedy: table },
  { magic: '\x89HDF\r\n', what: 'an HDF5 file', remedy: table },
  { magic: '\x93NUMPY', what: 'a NumPy array', remedy: table },
  { magic: 'SQLite format 3\0', what: 'an SQLite database', remedy: table },
  { magic: '%PDF-', what: 'a PDF document', remedy: table },
];

/** What a file is, by its first bytes, where it cannot be of the format that its name says. */
export function foreignDefect(head: Buffer, format: Format): Defect | undefined {
  const defect = (what: string, remedy: string): Defect =>
    fileDefect('unknown-format', `the file is ${what}, not ${titles[format]}`, remedy);
  const known = kinds.find((kind) => kind.format !== format && starts(head, kind.magic) && isBinary(head));
  if (known !== undefined) return defect(known.what, known.remedy);
  if (starts(head, 'PK\x03\x04')) {
    return head.includes('xl/') || head.includes('[Content_Types].xml')
      ? defect('an Excel workbook', excel)
      : defect('a zip archive', 'unpack it in data.fetch, and name the files in it');
  }
  // The first two bytes of a pickle are PROTO and the protocol's number, 2 to 5.
  if (head[0] === 0x80 && head[1]! >= 2 && head[1]! <= 5) return defect('a Python pickle', table);
  const text = head.toString('latin1').replace(/^(?:\xef\xbb\xbf)?\s+/, '');
  if (/^<(!doctype html|html|head|body)\b/i.test(text)) {
    return defect(
      'an HTML page, such as the login or error page of a server',
      'check the address and the credentials of the download in data.fetch',
    );
  }
  if (/^<\?xml\b/i.test(text)) return defect('XML', table);
  return undefined;
}

/** Text can begin with letters that some format begins with, such as the header `ORCID,name`. */
function isBinary(head: Buffer): boolean {
  return head.some((byte) => byte < 0x20 && !whitespace.includes(byte));
}
const whitespace = [...Buffer.from('\t\n\v\f\r')];

const titles: Readonly<Record<Format, string>> = { csv: 'CSV', jsonl: 'JSON Lines', parquet: 'Parquet' };

function starts(head: Buffer, magic: string): boolean {
  return head.toString('latin1', 0, magic.length) === magic;
}
