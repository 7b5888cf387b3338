import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ownValue } from '../common/own.js';

type Environment = Readonly<Record<string, string | undefined>>;

export interface Registry {
  /** Without a slash at its end. */
  readonly url: string;
  /** Value of the `authorization` header, where the registry wants one. */
  readonly authorization?: string;
}

/**
 * The npm registry that this machine is set up with for a scope (`@duckdb`), by the rules of npm's own
 * configuration: environment, then the user's .npmrc (actions/setup-node names its own by NPM_CONFIG_USERCONFIG).
 */
export async function npmRegistry(scope: string, env: Environment): Promise<Registry> {
  const setting = (name: string): string | undefined =>
    env[`npm_config_${name}`] ?? env[`NPM_CONFIG_${name.toUpperCase()}`];
  const file = setting('userconfig') ?? join(homedir(), '.npmrc');
  const lines = parseNpmrc(await readFile(file, 'utf8').catch(() => ''), env);
  const url = (
    lines.get(`${scope}:registry`) ??
    setting('registry') ??
    lines.get('registry') ??
    'https://registry.npmjs.org'
  ).replace(/\/+$/, '');
  const token = lines.get(`${url.replace(/^https?:/, '')}/:_authToken`);
  return { url, ...(token !== undefined && token !== '' && { authorization: `Bearer ${token}` }) };
}

function parseNpmrc(text: string, env: Environment): Map<string, string> {
  const entries = text
    .split(/\r?\n/)
    .filter((line) => !/^\s*[#;]/.test(line))
    .map((line) => /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(line))
    .filter((match) => match !== null)
    .map(([, key, value]): [string, string] => [
      key!,
      value!.replace(/\$\{([^}]+)\}/g, (_all, name: string) => ownValue(env, name) ?? ''),
    ]);
  return new Map(entries);
}
