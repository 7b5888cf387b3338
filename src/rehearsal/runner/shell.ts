import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** How a script is started: `{0}` stands for its file. */
export interface Shell {
  readonly program: string;
  readonly args: readonly string[];
  readonly extension: string;
}

const known: Readonly<Record<string, { readonly line: string; readonly extension: string }>> = {
  // Unspecified is not the same as bash: no pipefail.
  '': { line: 'bash -e {0}', extension: '.sh' },
  bash: { line: 'bash --noprofile --norc -e -o pipefail {0}', extension: '.sh' },
  sh: { line: 'sh -e {0}', extension: '.sh' },
  python: { line: 'python {0}', extension: '.py' },
};
const unsupported = ['pwsh', 'powershell', 'cmd'];

/** Why a shell cannot be used here; undefined when it can. */
export function shellProblem(shell: string): string | undefined {
  if (unsupported.includes(shell)) return `the shell ${shell} is not supported`;
  if (!(shell in known) && !shell.includes('{0}'))
    return `the shell "${shell}" is unknown: a custom one needs {0}`;
  return undefined;
}

/**
 * @param shell as under `shell:`; empty when it is not given
 * @param path what programs are found by
 */
export function readShell(shell: string, path: string): Shell {
  const { line, extension } = known[shell] ?? { line: shell, extension: '' };
  const [program = '', ...args] = line.split(/\s+/).filter((part) => part !== '');
  // Many machines have python3 alone.
  const found = program === 'python' && !isOnPath('python', path) ? 'python3' : program;
  return { program: found, args, extension };
}

function isOnPath(program: string, path: string): boolean {
  return path.split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, program)));
}
