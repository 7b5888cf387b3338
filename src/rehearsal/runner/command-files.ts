import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const kinds = ['output', 'env', 'state', 'path', 'step_summary'] as const;
type Kind = (typeof kinds)[number];
const summaryLimit = 1 << 20;

/** The files by which a step talks to the runner: they exist, empty, before it starts. */
export class CommandFiles {
  readonly #paths: Readonly<Record<Kind, string>>;

  constructor(folder: string, id: string) {
    mkdirSync(folder, { recursive: true });
    this.#paths = Object.fromEntries(kinds.map((kind) => [kind, join(folder, `${kind}_${id}`)])) as Record<
      Kind,
      string
    >;
    for (const path of Object.values(this.#paths)) writeFileSync(path, '');
  }

  /** GITHUB_OUTPUT and the others. */
  get environment(): Record<string, string> {
    return Object.fromEntries(kinds.map((kind) => [`GITHUB_${kind.toUpperCase()}`, this.#paths[kind]]));
  }

  /**
   * What the step wrote; removes the files.
   * @throws Error naming the file and the line that cannot be read
   */
  collect(): {
    outputs: Record<string, string>;
    env: Record<string, string>;
    state: Record<string, string>;
    path: string[];
    summary: string;
    problems: string[];
  } {
    const problems: string[] = [];
    const read = (kind: Kind): string => {
      try {
        return readFileSync(this.#paths[kind], 'utf8');
      } catch {
        return '';
      }
    };
    const pairs = (kind: Kind): Record<string, string> => {
      try {
        return parseKeyValues(read(kind));
      } catch (error) {
        problems.push(`GITHUB_${kind.toUpperCase()}: ${(error as Error).message}`);
        return {};
      }
    };
    let summary = read('step_summary');
    if (Buffer.byteLength(summary) > summaryLimit) {
      problems.push('the step summary is larger than 1 MiB: GitHub drops it');
      summary = '';
    }
    const path = read('path')
      .split(/\r?\n/)
      .filter((line) => line !== '');
    const result = {
      outputs: pairs('output'),
      env: pairs('env'),
      state: pairs('state'),
      path,
      summary,
      problems,
    };
    for (const file of Object.values(this.#paths)) rmSync(file, { force: true });
    return result;
  }
}

/**
 * `key=value` lines and `key<<delimiter` … `delimiter` blocks.
 * @throws Error naming the line
 */
export function parseKeyValues(text: string): Record<string, string> {
  const result: Record<string, string> = {};
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (equals > 0 && (heredoc === -1 || equals < heredoc))
      result[line.slice(0, equals)] = line.slice(equals + 1);
    else if (heredoc > 0 && line.length > heredoc + 2) {
      const delimiter = line.slice(heredoc + 2);
      const end = lines.indexOf(delimiter, i + 1);
      if (end === -1)
        throw new Error(`line ${i + 1}: the delimiter ${JSON.stringify(delimiter)} is never closed`);
      result[line.slice(0, heredoc)] = lines.slice(i + 1, end).join('\n');
      i = end;
    } else throw new Error(`line ${i + 1}: ${JSON.stringify(line)} is not of the form key=value`);
  }
  return result;
}
