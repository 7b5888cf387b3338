import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { RecordingLogger } from '../../src/common/logger.js';
import { duckdbPackages, duckdbVersion, locateDuckdb } from '../../src/runtime/duckdb.js';
import { npmRegistry } from '../../src/runtime/npm-registry.js';

const folder = mkdtempSync(join(tmpdir(), 'locate-'));
const asked: { path: string; authorization: string | undefined }[] = [];
let server: Server;
let url: string;
const before = { tools: process.env.RUNNER_TOOL_CACHE, temp: process.env.RUNNER_TEMP };
beforeAll(async () => {
  // The toolkit reads these two itself.
  process.env.RUNNER_TOOL_CACHE = join(folder, 'tools');
  process.env.RUNNER_TEMP = join(folder, 'temp');
  server = createServer((request, response) => {
    asked.push({ path: request.url!, authorization: request.headers.authorization });
    if (request.url!.includes('linux-arm64')) response.writeHead(404).end();
    else response.end('not the package');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  for (const [name, value] of [
    ['RUNNER_TOOL_CACHE', before.tools],
    ['RUNNER_TEMP', before.temp],
  ] as const) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

const locate = (platform: string, roots: readonly string[] = []) =>
  locateDuckdb({
    roots,
    env: {
      RUNNER_TOOL_CACHE: join(folder, 'tools'),
      npm_config_registry: `${url}/`,
      npm_config_userconfig: join(folder, '.npmrc'),
    },
    logger: new RecordingLogger(),
    platform,
  });
const touch = (...path: string[]): string => {
  const file = join(folder, ...path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '');
  return file;
};

describe('the library of DuckDB', () => {
  it('is taken from the checkout first, then from the tool cache', async () => {
    const own = touch('node_modules/@duckdb/node-bindings-darwin-x64/duckdb.node');
    expect(await locate('darwin-x64', [folder])).toBe(own);
    const cached = touch('tools/duckdb-node-bindings', duckdbVersion, 'win32-x64/duckdb.node');
    touch('tools/duckdb-node-bindings', duckdbVersion, 'win32-x64.complete');
    expect(await locate('win32-x64')).toBe(cached);
    expect(asked).toEqual([]);
  });

  it('is refused when it is not what we know, and not kept', async () => {
    writeFileSync(join(folder, '.npmrc'), `//127.0.0.1:${new URL(url).port}/:_authToken=secret\n`);
    await expect(locate('linux-x64-musl')).rejects.toThrow(/sha512 is .*, not S5qEc7F\+/);
    const path = `/@duckdb/node-bindings-linux-x64-musl/-/node-bindings-linux-x64-musl-${duckdbVersion}.tgz`;
    expect(asked.at(-1)).toEqual({ path, authorization: 'Bearer secret' });
    expect(existsSync(join(folder, 'tools/duckdb-node-bindings', duckdbVersion, 'linux-x64-musl'))).toBe(
      false,
    );
  });

  it('says how to bring it where the registry lacks it', async () => {
    await expect(locate('linux-arm64')).rejects.toThrow(
      /cannot be fetched from .*404.* → .*RUNNER_TOOL_CACHE/,
    );
    await expect(locate('sunos-x64')).rejects.toThrow(
      /no library for sunos-x64 → use a runner of one of darwin-arm64/,
    );
  });

  it('is the one that the lock file names, on every platform', () => {
    const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
      packages: Record<string, { version: string; integrity: string }>;
    };
    for (const [platform, sha512] of Object.entries(duckdbPackages)) {
      const entry = lock.packages[`node_modules/@duckdb/node-bindings-${platform}`];
      expect(entry).toMatchObject({ version: duckdbVersion, integrity: `sha512-${sha512}` });
    }
  });
});

describe('the npm registry', () => {
  const read = (npmrc: string, env: Record<string, string> = {}) => {
    const file = join(folder, 'user.npmrc');
    writeFileSync(file, npmrc);
    return npmRegistry('@duckdb', { NPM_CONFIG_USERCONFIG: file, ...env });
  };

  it('is found as npm finds it', async () => {
    expect(await read('')).toEqual({ url: 'https://registry.npmjs.org' });
    expect(await read('# registry=x\nregistry = https://a.example/npm/\n')).toEqual({
      url: 'https://a.example/npm',
    });
    expect(
      (await read('registry=https://a.example\n', { npm_config_registry: 'https://b.example' })).url,
    ).toBe('https://b.example');
    const scoped = '@duckdb:registry=https://c.example/x\n//c.example/x/:_authToken=${TOKEN}\n';
    expect(await read(scoped, { TOKEN: 't' })).toEqual({
      url: 'https://c.example/x',
      authorization: 'Bearer t',
    });
    expect(await read(scoped)).toEqual({ url: 'https://c.example/x' });
  });
});
