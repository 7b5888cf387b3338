import { builtins } from './builtin/index.js';
import type { Suite } from './setup.js';

/** What `uses:` of a step means here. */
export type Uses =
  | { readonly kind: 'builtin'; readonly name: string }
  /** `./path`: in the workspace of the workflow. */
  | { readonly kind: 'workspace'; readonly path: string }
  /** `$/path`: in the repository that the file stands in, at the running commit. */
  | { readonly kind: 'containing'; readonly path: string }
  /** An action of the suite, from its checkout. */
  | { readonly kind: 'suite'; readonly path: string }
  | { readonly kind: 'unsupported'; readonly why: string };

export function readUses(uses: string, suite: Suite): Uses {
  if (uses.startsWith('./') || uses === '.') return { kind: 'workspace', path: uses };
  if (uses.startsWith('$/')) return { kind: 'containing', path: uses.slice(2) };
  if (uses.startsWith('docker://')) return { kind: 'unsupported', why: `${uses} is a container` };
  const match = /^([^/@]+\/[^/@]+)((?:\/[^@]+)?)@(.+)$/.exec(uses);
  if (match === null) return { kind: 'unsupported', why: `"${uses}" names no action` };
  const [, repository = '', path = ''] = match;
  if (repository.toLowerCase() === suite.name.toLowerCase()) return { kind: 'suite', path: path.slice(1) };
  const name = `${repository}${path}`.toLowerCase();
  if (name in builtins) return { kind: 'builtin', name };
  return { kind: 'unsupported', why: `the action ${repository}${path} is not on this machine` };
}
