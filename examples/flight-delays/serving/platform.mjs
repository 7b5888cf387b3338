// Stands for a company's own serving platform: environments with a champion and a challenger behind a proxy.
//
//   POST   /<environment>/predict   a prediction, by the arm that chance picks
//   GET    /<environment>/signals   counts of each arm, for guardrails
//   POST   /<environment>/arms      { version, folder }: start a version
//   PUT    /<environment>/weight    { version, weight }
//   DELETE /<environment>/arms/<version>
//
// SERVING_FOLDER  where it keeps its copies of models      SERVING_PORT   default: any
// SERVING_STATE   file that it writes its address to       SERVING_SLOW_MS  what counts as slow, default 50
//
// It ends, and its arms with it, when its standard input closes.
import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Conflict, Environment } from './environment.mjs';

const folder = process.env.SERVING_FOLDER ?? join(tmpdir(), 'flight-delays-serving');
const slowMs = Number(process.env.SERVING_SLOW_MS ?? 50);
const environmentName = /^[a-z][a-z0-9-]*$/;
const environments = new Map();

if (existsSync(folder)) {
  for (const name of readdirSync(folder).filter((entry) => environmentName.test(entry))) {
    environments.set(name, new Environment(join(folder, name), slowMs));
    await environments.get(name).restore();
  }
}

const server = createServer(async (request, response) => {
  try {
    const { status, text } = await route(request);
    send(response, status, text);
  } catch (error) {
    send(response, error instanceof Conflict ? 409 : 500, JSON.stringify({ error: error.message }));
  }
});
// Keep-alive connections of a slow sender must not be cut between two requests.
server.keepAliveTimeout = 60_000;
server.listen(Number(process.env.SERVING_PORT ?? 0), '127.0.0.1', () => {
  const state = JSON.stringify({ url: `http://127.0.0.1:${server.address().port}`, pid: process.pid });
  const { SERVING_STATE: file } = process.env;
  if (file !== undefined) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.part`, state);
    renameSync(`${file}.part`, file);
  }
  console.log(state);
});
// The arms end with this process, since their standard input is a pipe from it.
process.stdin.resume().on('end', () => process.exit(0));

async function route(request) {
  const [, name = '', what, version] = request.url.split('/');
  if (!environmentName.test(name)) return { status: 404, text: '{"error":"no such environment"}' };
  if (!environments.has(name)) environments.set(name, new Environment(join(folder, name), slowMs));
  const environment = environments.get(name);
  const body = await read(request);
  const action = `${request.method} ${what}`;
  if (action === 'POST predict') return environment.answer(body);
  if (action === 'POST arms') {
    const arm = JSON.parse(body);
    await environment.start(checked(arm.version), arm.folder);
  } else if (action === 'PUT weight') {
    const wanted = JSON.parse(body);
    if (!(wanted.weight >= 0 && wanted.weight <= 1)) throw new Conflict('weight must be between 0 and 1');
    await environment.setWeight(checked(wanted.version), wanted.weight);
  } else if (action === 'DELETE arms') {
    await environment.stop(checked(decodeURIComponent(version ?? '')));
  } else if (action !== 'GET signals') {
    return { status: 404, text: '{"error":"not found"}' };
  }
  return { status: 200, text: JSON.stringify(environment.signals()) };
}

/** A version names a folder here. */
function checked(version) {
  if (!/^[A-Za-z0-9][A-Za-z0-9.+-]*$/.test(version)) throw new Conflict(`"${version}" is no version`);
  return version;
}

async function read(request) {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

function send(response, status, text) {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
