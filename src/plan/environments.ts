import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isMap, isScalar, parseDocument, visit } from 'yaml';
import type { Problem } from '../common/errors.js';
import { nearest } from '../common/text.js';
import type { LoadedSpec } from '../spec/load.js';

/**
 * Environments of `rollout.environments` that no workflow of the repository names: their settings, such as who must
 * approve, would never apply. None where there are no workflows, or one takes its environment from an expression.
 */
export async function unusedEnvironments(spec: LoadedSpec, workspace: string): Promise<Problem[]> {
  const names = Object.keys(spec.value.rollout?.environments ?? {});
  if (names.length === 0) return [];
  const used = await environmentsOfWorkflows(join(workspace, '.github/workflows'));
  if (used === undefined || used.size === 0) return [];
  return names
    .filter((name) => !used.has(name))
    .map((name) => {
      const near = nearest(name, used);
      return {
        message: `no workflow of this repository deploys to the environment ${name}, so these settings apply to nothing`,
        where: spec.at(['rollout', 'environments', name]),
        remedy: near === undefined ? `workflows name ${[...used].join(', ')}` : `did you mean "${near}"?`,
      };
    });
}

/** Undefined where one is only known when the workflow runs. */
async function environmentsOfWorkflows(folder: string): Promise<ReadonlySet<string> | undefined> {
  const files = (await readdir(folder).catch(() => [])).filter((name) => /\.ya?ml$/.test(name));
  const used = new Set<string>();
  let open = false;
  for (const file of files) {
    // A workflow that cannot be read is GitHub's to refuse.
    const text = await readFile(join(folder, file), 'utf8').catch(() => '');
    visit(parseDocument(text), {
      Pair: (_, { key, value }) => {
        if (!isScalar(key) || key.value !== 'environment') return;
        const name = isMap(value) ? value.get('name') : isScalar(value) ? value.value : undefined;
        if (typeof name !== 'string') return;
        if (name.includes('${{')) open = true;
        else used.add(name);
      },
    });
  }
  return open ? undefined : used;
}
