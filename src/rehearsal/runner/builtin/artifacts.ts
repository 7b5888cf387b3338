import { mkdir } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { formatBytes, plural } from '../../../common/text.js';
import { type FoundFile, findFiles, globToRegExp, searchRoot } from '../glob.js';
import { requestGitHub } from '../rest.js';
import { type Builtin, isOn } from './builtin.js';

const forbidden = /["<>|*?\r\n:\\/]/;

/** `actions/upload-artifact`. */
export const uploadArtifact: Builtin = {
  inputs: {
    name: 'artifact',
    path: '',
    'if-no-files-found': 'warn',
    'retention-days': '',
    'compression-level': '6',
    overwrite: 'false',
    'include-hidden-files': 'false',
  },
  async run({ inputs, workspace, setup, log, warning }) {
    const name = inputs.name || 'artifact';
    if (forbidden.test(name))
      throw new Error(`the artifact name "${name}" has a character that GitHub does not allow`);
    const patterns = (inputs.path ?? '')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
    if (patterns.length === 0) throw new Error('the input "path" is missing');
    const files = findFiles(patterns, workspace, { hidden: isOn(inputs['include-hidden-files']) });
    if (files.length === 0)
      return nothingFound(inputs['if-no-files-found'] ?? 'warn', patterns, { log, warning });
    const runs = setup.repository.runs;
    const taken = (await runs.artifacts(setup.info.id)).find((one) => one.name === name);
    if (taken !== undefined && !isOn(inputs.overwrite)) {
      throw new Error(
        `(409) Conflict: an artifact with this name already exists on the workflow run: ${name}`,
      );
    }
    if (taken !== undefined) {
      await requestGitHub(setup, { actions: 'write' }, 'DELETE', `/actions/artifacts/${taken.id}`);
    }
    const root = commonRoot(files, patterns, workspace);
    const { id, digest } = await runs.putArtifact(
      setup.info.id,
      name,
      files.map((file) => ({ path: relative(root, file.path), source: file.path })),
    );
    const size = files.reduce((sum, file) => sum + file.size, 0);
    log(`artifact ${name}: ${plural(files.length, 'file')}, ${formatBytes(size)}`);
    const { owner, name: repository } = setup.repository;
    return {
      'artifact-id': String(id),
      'artifact-url': `${setup.hub.serverUrl}/${owner}/${repository}/actions/runs/${setup.info.id}/artifacts/${id}`,
      'artifact-digest': digest.replace(/^sha256:/, ''),
    };
  },
};

function nothingFound(
  mode: string,
  patterns: readonly string[],
  say: { log(line: string): void; warning(message: string): void },
): Record<string, string> {
  const message = `No files were found with the provided path: ${patterns.join(', ')}. No artifacts will be uploaded.`;
  if (mode === 'error') throw new Error(message);
  if (mode === 'ignore') say.log(message);
  else say.warning(message);
  return {};
}

/** What paths in the artifact are relative to: the folder that all searches have in common. */
function commonRoot(files: readonly FoundFile[], patterns: readonly string[], workspace: string): string {
  const roots = patterns
    .filter((pattern) => !pattern.startsWith('!'))
    .map((pattern) => searchRoot(resolve(workspace, pattern)));
  if (roots.length === 1)
    return files.length === 1 && files[0]!.path === roots[0] ? dirname(roots[0]) : roots[0]!;
  // Several files named one by one keep their place below the nearest common folder.
  const folders = roots.map((root) =>
    (files.some((file) => file.path === root) ? dirname(root) : root).split('/'),
  );
  const first = folders[0]!;
  const shared = first.findIndex((part, i) => folders.some((folder) => folder[i] !== part));
  return (shared === -1 ? first : first.slice(0, shared)).join('/') || '/';
}

/** `actions/download-artifact`. */
export const downloadArtifact: Builtin = {
  inputs: {
    name: '',
    'artifact-ids': '',
    pattern: '',
    path: '',
    'merge-multiple': 'false',
    'github-token': '',
    repository: '',
    'run-id': '',
    'digest-mismatch': '',
  },
  refused: ['artifact-ids'],
  async run({ inputs, workspace, setup, log }) {
    const own = `${setup.repository.owner}/${setup.repository.name}`;
    // The real action's default is this repository, and so says many a workflow.
    if (inputs.repository && inputs.repository.toLowerCase() !== own.toLowerCase()) {
      throw new Error(`only artifacts of ${own} can be downloaded here, not of ${inputs.repository}`);
    }
    const run = inputs['run-id'] ? Number(inputs['run-id']) : setup.info.id;
    const target = resolve(workspace, inputs.path || '.');
    const runs = setup.repository.runs;
    if (inputs.name) {
      await mkdir(target, { recursive: true });
      if (!(await runs.extractArtifact(run, inputs.name, target))) {
        throw new Error(`Unable to download artifact(s): Artifact not found for name: ${inputs.name}`);
      }
      log(`artifact ${inputs.name} → ${relative(workspace, target) || '.'}`);
      return { 'download-path': target };
    }
    const pattern = inputs.pattern ? globToRegExp(inputs.pattern, 'files') : undefined;
    const names = (await runs.artifacts(run))
      .map((one) => one.name)
      .filter((name) => pattern?.test(name) ?? true);
    for (const name of names) {
      const folder = isOn(inputs['merge-multiple']) ? target : join(target, name);
      await mkdir(folder, { recursive: true });
      await runs.extractArtifact(run, name, folder);
    }
    log(`${plural(names.length, 'artifact')} → ${relative(workspace, target) || '.'}`);
    return { 'download-path': target };
  },
};
