import type { ColumnType } from '../../formats/profile.js';

/** A text as a literal of Spark SQL, whatever is in it; a backslash escapes there. */
export function sparkText(text: string): string {
  const escaped = text.replace(/[\\']/g, (c) => `\\${c}`).replaceAll('\0', '\\u0000');
  return `'${escaped}'`;
}

/** A number as a literal of Spark SQL of type DOUBLE, whatever it is. */
export const sparkNumber = (value: number): string =>
  Number.isFinite(value) ? `(${value}D)` : `double('${String(value)}')`;

const sparkTypes: Readonly<Record<ColumnType, string>> = {
  integer: 'BIGINT',
  number: 'DOUBLE',
  string: 'STRING',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
};

const clock = '[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?';
const forms = {
  integer: '^\\s*[+-]?[0-9]+\\s*$',
  number: '^(?i)\\s*[+-]?(([0-9]+[.]?[0-9]*|[.][0-9]+)(e[+-]?[0-9]+)?|inf|infinity|nan)\\s*$',
  date: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$',
  timestamp: `^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T]${clock}( ?(Z|[+-][0-9]{2}(:?[0-9]{2})?))?)?$`,
};

/**
 * The value of a text as a type, NULL where it is none: the same texts as `parsedText` takes for DuckDB. Spark's own
 * casts take `1.5f` as a number and `2001-1-2` as a date.
 * @param text SQL expression of type STRING
 */
export function sparkParsed(text: string, type: ColumnType): string {
  switch (type) {
    case 'string':
      return text;
    case 'boolean':
      return `CASE lower(${text}) WHEN 'true' THEN true WHEN '1' THEN true WHEN 'false' THEN false WHEN '0' THEN false END`;
    default:
      return `CASE WHEN ${text} RLIKE ${sparkText(forms[type])} THEN try_cast(trim(${text}) AS ${sparkTypes[type]}) END`;
  }
}

/**
 * The value of a typed column as the type that is wanted, by the type that the file has; those that are not among
 * the keys cannot stand for it. `{c}` is the column.
 */
export function sparkConversions(wanted: ColumnType): Readonly<Partial<Record<ColumnType, string>>> {
  const own = { [wanted]: `try_cast({c} AS ${sparkTypes[wanted]})` };
  switch (wanted) {
    case 'number':
      return { ...own, integer: 'CAST({c} AS DOUBLE)' };
    case 'integer':
      return { ...own, number: 'CASE WHEN {c} = try_cast({c} AS BIGINT) THEN try_cast({c} AS BIGINT) END' };
    case 'timestamp':
      return { ...own, date: 'CAST({c} AS TIMESTAMP)' };
    case 'date':
      return { ...own, timestamp: "CASE WHEN {c} = date_trunc('DAY', {c}) THEN CAST({c} AS DATE) END" };
    default:
      return own;
  }
}

export const isTime = (type: ColumnType): boolean => type === 'date' || type === 'timestamp';
export const isText = (type: ColumnType): boolean => type === 'string' || type === 'boolean';

/** A value as the profile has it: a DOUBLE (times in seconds since 1970) or a text. */
export function sparkProfiled(value: string, type: ColumnType): string {
  if (isText(type)) return `CAST(${value} AS STRING)`;
  // A day has 86,400 seconds; microseconds hold in a DOUBLE to the year 2255.
  if (type === 'date') return `CAST(unix_date(${value}) AS DOUBLE) * 86400`;
  return type === 'timestamp' ? `unix_micros(${value}) / 1e6D` : `CAST(${value} AS DOUBLE)`;
}
