import { ownValue } from '../../common/own.js';
/** Java's letters (DateTimeFormatter, which ODCS uses) as directives of strptime; runs of a letter are one. */
const letters: Readonly<Record<string, string>> = {
  yyyy: '%Y',
  uuuu: '%Y',
  yy: '%y',
  uu: '%y',
  MMMM: '%B',
  MMM: '%b',
  MM: '%m',
  M: '%-m',
  dd: '%d',
  d: '%-d',
  D: '%-j',
  DDD: '%j',
  EEEE: '%A',
  EEE: '%a',
  E: '%a',
  HH: '%H',
  H: '%-H',
  hh: '%I',
  h: '%-I',
  a: '%p',
  mm: '%M',
  m: '%-M',
  ss: '%S',
  s: '%-S',
  SSS: '%g',
  SSSSSS: '%f',
  X: '%z',
  XX: '%z',
  XXX: '%z',
  Z: '%z',
};
/** What the engine's strptime reads, of Python's directives. */
const directives = 'aAbBdHIjmMpSyYzf';

/** A pattern of Java's as one of strptime; undefined where the engine has nothing like it. */
export function fromJavaPattern(pattern: string): string | undefined {
  let out = '';
  for (const [token, quoted, run] of pattern.matchAll(/'((?:[^']|'')*)'|(([A-Za-z])\3*)|[^A-Za-z']/g)) {
    if (quoted !== undefined)
      out += (quoted === '' ? "'" : quoted.replaceAll("''", "'")).replaceAll('%', '%%');
    else if (run === undefined) out += token === '%' ? '%%' : token;
    else {
      const directive = ownValue(letters, run);
      if (directive === undefined) return undefined;
      out += directive;
    }
  }
  return /^[^']*('([^']|'')*'[^']*)*$/.test(pattern) ? out : undefined;
}

/** Whether the engine can read times written in a pattern of Python's strptime. */
export function isStrptimePattern(pattern: string): boolean {
  const found = [...pattern.matchAll(/%(-?.?)/g)].map(([, directive]) => directive!);
  return (
    found.some((directive) => directive !== '%') &&
    found.every((d) => d === '%' || (d.replace('-', '') !== '' && directives.includes(d.replace('-', ''))))
  );
}
