import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { UserError, messageOf } from '../common/errors.js';
import type { Logger } from '../common/logger.js';
import { ownValue } from '../common/own.js';
import { npmRegistry } from './npm-registry.js';

/** The exact version, and what package-lock.json says of each platform's package. */
export const duckdbVersion = '1.5.5-r.5';
export const duckdbPackages: Readonly<Record<string, string>> = {
  'darwin-arm64': 'WJdeLTFy4pRg60rkbp9smtlP1iIQ8ErtIJkxS+2LQtM1ZZMSByyW+3WPpNoKe7IwPtVl2fLlPw7tDmQW4Z974g==',
  'darwin-x64': 'rN0KjX13MwVQ5V5ufykolty/tf4SaafOpGWcUA1Cegf98jPeRdsJsEE1IMXn8n3u6WvMSZEVJmHJ3ma4Hr7Vzg==',
  'linux-arm64': 'CafH2AIvXtpwDynG3KB/4uEOHRGlFoB7auCRMIwH3BKNIobsANV5LSpDJ3tfyRCFIsK6e8AT1eseWVnu2Dv3cw==',
  'linux-arm64-musl':
    '00z3mYHUBAucp3L73EoftKDdaGOaV8ENELejiT+PK7dFjTzdXxqhJwZ1LaQV1/zEhIecz+x23f6WvFhWw+7XXQ==',
  'linux-x64': 'kCyq6BXhn6QXfwF8yVdVKriSSHP+rfVWcJ56cG8qZzlOZpxyvT5WGm6jMshxg4ditLlOsHsIN/D47RYrcjXuHQ==',
  'linux-x64-musl':
    'S5qEc7F+GjXt85T2xArjjvN5oc/IjtH6zsLJsuo8N3fQolheBCefemIMdZoK2Jik8a0sBxidiS6Ld4qprMPPDw==',
  'win32-arm64': 'L3Mroc23xhqOowWVElni8LgEmsm5e9DdG1y2pLka/1ug3Pl2vpQMl1Phxwz4UEMF8DOBbMgN5BBNrYwG2BFo+g==',
  'win32-x64': 'mBGFn8netT/AAhK4TOG6Fw47+Db68CxCVtQ9qfxZc1kZAjds+aYrh17Fd/u5CbTDdxILsrcyuF8q9cUcm54kQA==',
};

const scope = '@duckdb';
const toolName = 'duckdb-node-bindings';

export interface DuckdbOptions {
  /** Folders whose node_modules may hold the library: this checkout. */
  readonly roots: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
  readonly platform?: string;
}

/**
 * Path of DuckDB's native library for this machine: from node_modules, otherwise from the runner's tool cache, otherwise
 * from the npm registry (one package of about 24 MB, by exact version and sha512) into the tool cache.
 * @throws UserError when it is nowhere and cannot be fetched
 */
export async function locateDuckdb(options: DuckdbOptions): Promise<string> {
  const { roots, env, logger, platform = platformName() } = options;
  const integrity = ownValue(duckdbPackages, platform);
  if (integrity === undefined) {
    throw new UserError({
      message: `DuckDB has no library for ${platform}`,
      remedy: `use a runner of one of ${Object.keys(duckdbPackages).join(', ')}`,
    });
  }
  for (const root of roots) {
    const file = join(root, 'node_modules', scope, `node-bindings-${platform}`, 'duckdb.node');
    if (await exists(file)) return file;
  }
  const tools = await import('@actions/tool-cache');
  // Without a tool cache there is nothing to find, and the toolkit would throw.
  const cached = env.RUNNER_TOOL_CACHE ? tools.find(toolName, duckdbVersion, platform) : '';
  if (cached !== '') return join(cached, 'duckdb.node');
  const name = `node-bindings-${platform}`;
  const registry = await npmRegistry(scope, env);
  const url = `${registry.url}/${scope}/${name}/-/${name}-${duckdbVersion}.tgz`;
  logger.info(`Fetching DuckDB's library for ${platform} from ${registry.url}`);
  let archive: string | undefined;
  try {
    archive = await tools.downloadTool(url, undefined, registry.authorization);
    await verify(archive, integrity, url);
    const unpacked = await tools.extractTar(archive);
    const folder = join(unpacked, 'package');
    const kept = env.RUNNER_TOOL_CACHE
      ? await tools.cacheDir(folder, toolName, duckdbVersion, platform)
      : folder;
    return join(kept, 'duckdb.node');
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      {
        message: `DuckDB's library cannot be fetched from ${url} (${messageOf(error)})`,
        remedy:
          `let the runner reach its npm registry, or put the unpacked package ${scope}/${name}@${duckdbVersion} into ` +
          `$RUNNER_TOOL_CACHE/${toolName}/${duckdbVersion}/${platform} with an empty file ${platform}.complete beside it`,
      },
      { cause: error },
    );
  } finally {
    if (archive !== undefined) await rm(archive, { force: true });
  }
}

async function verify(archive: string, integrity: string, url: string): Promise<void> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(archive), hash);
  const found = hash.digest('base64');
  if (found === integrity) return;
  throw new UserError({
    message: `what ${url} sent is not the DuckDB library we know: its sha512 is ${found}, not ${integrity}`,
    remedy: 'look at what stands between the runner and the npm registry (a proxy, a mirror), and run again',
  });
}

function platformName(): string {
  const { platform, arch } = process;
  return `${platform}-${arch}${platform === 'linux' && isMusl() ? '-musl' : ''}`;
}

function isMusl(): boolean {
  // Else the report looks up the names of open connections, which can take seconds.
  Object.assign(process.report, { excludeNetwork: true });
  const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return header?.glibcVersionRuntime === undefined;
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
