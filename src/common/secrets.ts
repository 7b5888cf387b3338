import { UserError } from './errors.js';
import { formsOfSecret, shortestSecret } from './secret-forms.js';

/** Names of variables whose whole value is secret. */
const secretVariable =
  /TOKEN(?!IZ)|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|WEBHOOK|(API|ACCESS|ACCOUNT|PRIVATE|SIGNING|ENCRYPTION|STORAGE|SSH|DEPLOY|MASTER|LICEN[CS]E)_?KEY|_(PAT|PWD|PASS|AUTH|DSN)$/i;
/** Names of a URL's query parameters whose values are secret. */
const secretParameter = /token|secret|pass(word|wd|phrase)?$|pwd|credential|key|^sig$|signature|auth/i;
/** Names in connection strings and JSON, which hold more that only sounds secret than a query does. */
const secretField =
  /token$|secret$|password$|passwd$|passphrase$|pwd$|(api|access|account|private|secret)[ _-]?key$|^sig$|signature$/i;
/** Parameters of a training are recorded and shown; `max_tokens` is one. */
const ownVariable = /^MLOPS_PARAM(S$|_)/;

/**
 * Every text that must not be shown of an environment, in all forms in which it may be printed, the longest first:
 * values of variables with secret names, and what is secret inside any other value (URLs, connection strings, JSON).
 */
export function findSecrets(environment: Readonly<Record<string, string>>): string[] {
  const found = new Set<string>();
  for (const [name, value] of Object.entries(environment)) {
    if (ownVariable.test(name)) continue;
    if (secretVariable.test(name)) formsOfSecret(value).forEach((form) => found.add(form));
    for (const secret of secretsWithin(value)) {
      if (secret.length >= shortestSecret) formsOfSecret(secret).forEach((form) => found.add(form));
    }
    for (const part of shortPasswords(value)) found.add(part);
  }
  return [...found].sort((a, b) => b.length - a.length);
}

/**
 * A line of a program's output as it may be shown: without secrets, and without a meaning for the runner,
 * which would obey a `::command::` that a program merely printed.
 */
export function sanitizeLogLine(line: string, secrets: readonly string[]): string {
  return (
    hideSecrets(line, secrets)
      // The runner takes `::` after white space at the beginning of a line, and `##[` anywhere in it, for a command.
      // Colours and other control characters are skipped too: what reads the log later may remove them.
      .replace(
        /(^|[\r\n\u0085\u2028\u2029])((?:[\s\p{Cc}\p{Cf}]|\p{Cc}\[[\d;?]*[A-Za-z])*):(?=:)/gu,
        '$1$2:\u200b',
      )
      .replaceAll('##[', '##\u200b[')
  );
}

/** A text with `***` in place of every secret. */
export function hideSecrets(text: string, secrets: readonly string[]): string {
  let shown = text;
  for (const secret of secrets) shown = shown.replaceAll(secret, '***');
  return shown;
}

function secretsWithin(value: string): string[] {
  return [...userSecrets(value), ...querySecrets(value), ...fieldSecrets(value), ...jsonSecrets(value)];
}

/** An error as it may be shown: a UserError's problems can quote a program's output and the files that it wrote. */
export function hideSecretsInError(error: unknown, secrets: readonly string[]): unknown {
  if (!(error instanceof UserError)) return error;
  const problems = error.problems.map((problem) => ({
    ...problem,
    message: hideSecrets(problem.message, secrets),
  }));
  return new UserError(problems, { cause: error.cause });
}

/** Scheme and user of a URL, and all that stands between the user's colon and the last `@`. */
const withUser = /([a-z][a-z0-9+.-]{0,30}):\/\/([^\s:/?#@"<>]*)(?=:([^\s"<>]*)@|@)/gi;

interface UserInfo {
  readonly scheme: string;
  readonly user: string;
  readonly password: string;
}

function userInfos(value: string): UserInfo[] {
  return (
    [...value.matchAll(withUser)]
      // `host:8080/path@1` has a port and no user.
      .filter(([, , , rest = '']) => !/^\d{1,5}[/?#]/.test(rest))
      .map(([, scheme = '', user = '', rest = '']) => ({ scheme, user, password: passwordOf(rest) }))
  );
}

/** The password in what follows a user's colon, up to the last `@` of the host's part. */
function passwordOf(text: string): string {
  const [hostPart] = /^[^/?#]*/.exec(`${text}@`)!;
  const end = hostPart.lastIndexOf('@');
  // Where no `@` ends the host's part, the password holds a `/`, `?` or `#` that nobody encoded.
  return end === -1 ? text : hostPart.slice(0, end);
}

function userSecrets(value: string): string[] {
  return userInfos(value).flatMap(({ scheme, user, password }) => {
    // Git hosts take a token as the user, with a password that says nothing or with none.
    const alone = password === '' || password === 'x-oauth-basic';
    return [password, ...(alone && /^https?$/i.test(scheme) ? [user] : [])];
  });
}

/** Passwords of URLs that are too short to be looked for by themselves, with what surrounds them. */
function shortPasswords(value: string): string[] {
  return userInfos(value)
    .filter(({ password }) => password !== '' && password.length < shortestSecret)
    .map(({ password }) => `:${password}@`);
}

function querySecrets(value: string): string[] {
  return [...value.matchAll(/[?&#]([^=&#\s?]+)=([^&#\s"']+)/g)]
    .filter(([, name]) => secretParameter.test(name!))
    .map(([, , secret]) => secret!);
}

/** `name=value` of connection strings and command lines. */
function fieldSecrets(value: string): string[] {
  return [...value.matchAll(/(?:^|[;,&?{\s"'-])([A-Za-z][\w -]{0,40}?)\s*=\s*/g)]
    .filter(([, name]) => secretField.test(name!))
    .flatMap((match) => {
      const [written] = /^("[^"]*"|'[^']*'|[^;]*)/.exec(value.slice(match.index + match[0].length))!;
      const quoted = /^["'](.*)["']$/s.exec(written)?.[1];
      // It ends at a semicolon in ADO's form, at a space in libpq's, at an ampersand in a query.
      return quoted === undefined ? [written, written.split(/[\s&]/)[0]!] : [quoted];
    });
}

function jsonSecrets(value: string): string[] {
  return [...value.matchAll(/"([^"\\]+)"\s*:\s*("(?:[^"\\]|\\.)+")/g)]
    .filter(([, name]) => secretField.test(name!))
    .flatMap(([, , written]) => [written!.slice(1, -1), unquoted(written!)]);
}

function unquoted(json: string): string {
  try {
    return JSON.parse(json) as string;
  } catch {
    return json.slice(1, -1);
  }
}
