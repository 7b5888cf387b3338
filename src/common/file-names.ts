/** Why a path cannot be kept under its name in an archive, a release or on another system; undefined when it can. */
export function nameProblem(path: string): string | undefined {
  if (/[\p{Cc}\u2028-\u202e\u2066-\u2069]/u.test(path)) return 'holds a control character';
  if (path.includes('\\')) return 'holds a backslash';
  // Node reads bytes that are no UTF-8 as U+FFFD, and would not find the file again.
  if (/[\p{Cs}\ufffd]/u.test(path)) return 'is not valid UTF-8';
  return /^[A-Za-z]:/.test(path) ? 'begins like a drive' : undefined;
}

/** A name with what cannot be seen written out. */
export function showName(name: string): string {
  return JSON.stringify(name).replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (c) => `\\u${c.codePointAt(0)!.toString(16).padStart(4, '0')}`,
  );
}
