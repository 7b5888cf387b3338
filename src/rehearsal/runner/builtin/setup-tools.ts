import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { Builtin, BuiltinCall } from './builtin.js';

const run = promisify(execFile);

/** `actions/setup-node`: nothing is installed. The bundled Node is put first when it is the version asked for. */
export const setupNode: Builtin = {
  inputs: {
    'node-version': '',
    'node-version-file': '',
    'check-latest': 'false',
    architecture: '',
    'registry-url': '',
    scope: '',
    token: '',
    cache: '',
    'cache-dependency-path': '',
    'package-manager-cache': '',
    'always-auth': '',
    mirror: '',
    'mirror-token': '',
  },
  async run(call): Promise<Record<string, string>> {
    const wanted = call.inputs['node-version'] ?? '';
    const bundled = await versionOf(call.setup.node, call);
    if (wanted !== '' && majorOf(wanted) === majorOf(bundled ?? '')) {
      call.addPath(dirname(call.setup.node));
      call.log(`Node ${bundled}, as asked for (${wanted})`);
      return { 'node-version': bundled ?? '', 'cache-hit': 'false' };
    }
    return { ...(await say('node', wanted, call)), 'cache-hit': 'false' };
  },
};

/** `actions/setup-python`: nothing is installed. */
export const setupPython: Builtin = {
  inputs: {
    'python-version': '',
    'python-version-file': '',
    cache: '',
    architecture: '',
    'check-latest': 'false',
    token: '',
    'cache-dependency-path': '',
    'update-environment': 'true',
    'allow-prereleases': 'false',
    freethreaded: 'false',
    'pip-version': '',
    'pip-install': '',
  },
  run: (call) => say('python3', call.inputs['python-version'] ?? '', call),
};

async function say(program: string, wanted: string, call: BuiltinCall): Promise<Record<string, string>> {
  const found = await versionOf(program, call);
  if (found === undefined)
    throw new Error(`${program} is not on this machine, and a rehearsal installs nothing`);
  const asked =
    wanted === '' || majorOf(wanted) === majorOf(found) ? '' : `; the workflow asks for ${wanted}`;
  const line = `${program} ${found}: what is on this machine${asked}`;
  if (asked === '') call.log(line);
  else call.warning(line);
  return { [`${program === 'node' ? 'node' : 'python'}-version`]: found };
}

async function versionOf(program: string, { path }: BuiltinCall): Promise<string | undefined> {
  try {
    const { stdout } = await run(program, ['--version'], { env: { PATH: path } });
    return /(\d+(?:\.\d+)+)/.exec(stdout)?.[1];
  } catch {
    return undefined;
  }
}

function majorOf(version: string): string {
  return /\d+/.exec(version)?.[0] ?? '';
}
