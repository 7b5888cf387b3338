import { isAbsolute, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf } from './errors.js';

/** Of package.json. */
export const suiteVersion = '1.0.0';

/** The checkout: two folders up from this file, also in the bundle. */
const ownFolder = join(fileURLToPath(import.meta.url), '..', '..', '..');

const keptFrames = 6;

/**
 * What a person pastes into an issue about a defect of ours: short, without data and without paths of their machine.
 * @param program action or command that was run
 * @param folder of this suite, which places in its code are relative to; default: the checkout
 */
export function defectReport(error: unknown, program: string, folder = ownFolder): string {
  const name = error instanceof Error ? error.name : typeof error;
  return [
    'This is a defect of mlops-actions, not of your files. Please report it with these lines:',
    `  mlops-actions ${suiteVersion}, ${program}, Node ${process.versions.node} on ${process.platform}-${process.arch}`,
    `  ${name}: ${withoutData(error)}`,
    ...ownFrames(error, folder).map((frame) => `    at ${frame}`),
  ].join('\n');
}

/** What an engine quotes may be a value of the data; what Node quotes is a name in our code. */
function withoutData(error: unknown): string {
  const line = messageOf(error).split('\n')[0]!;
  return error instanceof TypeError || error instanceof ReferenceError
    ? line
    : line.replace(/"[^"]*"|'[^']*'|`[^`]*`/g, '…').slice(0, 300);
}

/** The first places in our own code. */
function ownFrames(error: unknown, folder: string): string[] {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line) && !/node:|node_modules/.test(line))
    .map((line) => placed(line.trim().slice('at '.length), folder))
    .filter((frame) => frame !== undefined)
    .slice(0, keptFrames);
}

/** `run (/home/me/suite/src/x.ts:1:2)` → `run (src/x.ts:1:2)`; undefined of a place that is not ours. */
function placed(frame: string, folder: string): string | undefined {
  const [, before = '', path = '', place = ''] =
    /^((?:async )?(?:.*\()?)(?:file:\/\/)?(.*?)(:\d+:\d+\)?)$/.exec(frame) ?? [];
  const own = relative(folder, path);
  return path === '' || own.startsWith('..') || isAbsolute(own) ? undefined : `${before}${own}${place}`;
}

/** The machine's trouble with a file or folder, which no code of ours can spare: `ENOSPC`, `EACCES`. */
export function systemTrouble(
  error: unknown,
): { readonly message: string; readonly file?: string } | undefined {
  const { code, syscall, path } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  if (code === undefined || syscall === undefined) return undefined;
  const message = `the system refuses to ${syscall} (${code})`;
  return { message, ...(path !== undefined && { file: path }) };
}
