const secretName = /TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|(API|ACCESS|PRIVATE)_?KEY|_PAT$/i;
/** Shorter values would blot out half the log. */
const shortest = 6;

/** Values of the variables whose names say that they are secret, the longest first. */
export function secretsOf(environment: Readonly<Record<string, string>>): string[] {
  const values = Object.entries(environment)
    .filter(([name, value]) => secretName.test(name) && value.length >= shortest)
    .flatMap(([, value]) => [value, ...value.split('\n').filter((line) => line.length >= shortest)])
    .sort((a, b) => b.length - a.length);
  return [...new Set(values)];
}

/**
 * A line of a program's output as it may be shown: without secrets, and without a meaning for the runner,
 * which would obey a `::command::` that a program merely printed.
 */
export function harmless(line: string, secrets: readonly string[]): string {
  let shown = line;
  for (const secret of secrets) shown = shown.replaceAll(secret, '***');
  // The runner looks for `::` at the beginning of a line and for `##[` anywhere in it.
  return shown.replace(/^(\s*)::/, '$1:\u200b:').replaceAll('##[', '##\u200b[');
}
