/**
 * A pattern of RE2, which contracts are written in, for Java's regular expressions: the same texts match.
 * @returns undefined where Java would take the pattern for something else
 */
export function javaPattern(pattern: string): string | undefined {
  const flags = /^\(\?([imsU]+)\)/.exec(pattern);
  const body = pattern.slice(flags?.[0].length ?? 0);
  // Greed matters to what is matched, not to whether.
  const kept = (flags?.[1] ?? '').replace('U', '');
  let java = '';
  let inClass = false;
  for (let i = 0; i < body.length; i++) {
    const [c, next] = [body[i]!, body[i + 1]];
    if (c === '\\') {
      // Classes by name and word boundaries have other members there.
      if (next === undefined || /[pPbBQCsS]/.test(next)) {
        const space = next === 's' ? '[\\t\\n\\f\\r ]' : next === 'S' ? '[^\\t\\n\\f\\r ]' : undefined;
        if (space === undefined || inClass) return undefined;
        java += space;
      } else java += c + next;
      i++;
    } else if (inClass) {
      // Java nests and intersects classes.
      if (c === '[' || (c === '&' && next === '&')) return undefined;
      if (c === ']') inClass = false;
      java += c;
    } else if (c === '[') {
      // Contracts' own check lets no class be empty or begin with its end.
      inClass = true;
      java += c;
    } else if (c === '$' && !kept.includes('m')) {
      // Java's $ also stands before a last line's end.
      java += '\\z';
    } else if (/[*+?}]/.test(c) && next === '+') {
      return undefined;
    } else java += c;
  }
  // d: lines end with \n alone; u: letters of every script have their other case.
  return `(?d${kept.includes('i') ? 'u' : ''}${kept})${java}`;
}
