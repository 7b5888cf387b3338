// The commands of rollout.target in model.yml: start, set-weight, stop, status. Each may be repeated.
import { existsSync, readFileSync } from 'node:fs';

const { MLOPS_ENVIRONMENT: environment, MLOPS_VERSION: version } = process.env;
const commands = {
  start: () => call('POST', 'arms', { version, folder: process.env.MLOPS_MODEL_DIR }),
  'set-weight': () => call('PUT', 'weight', { version, weight: Number(process.env.MLOPS_WEIGHT) }),
  stop: () => call('DELETE', `arms/${encodeURIComponent(version)}`),
  status: () => call('GET', 'signals'),
};

const command = process.argv[2];
if (!(command in commands))
  fail(`unknown command "${command}": there are ${Object.keys(commands).join(', ')}`);
if (!environment) fail('MLOPS_ENVIRONMENT is not set: these commands are run by deploy-canary');
if (!version && command !== 'status')
  fail('MLOPS_VERSION is not set: these commands are run by deploy-canary');
const { arms, weight } = JSON.parse(await commands[command]());
// What deploy-canary reads back.
const { champion, challenger } = arms;
console.log(
  JSON.stringify({
    champion: champion ? { version: champion.version } : null,
    challenger: challenger ? { version: challenger.version, weight } : null,
  }),
);

async function call(method, path, body) {
  const url = `${address()}/${environment}/${path}`;
  let response;
  try {
    response = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) });
  } catch (error) {
    return fail(
      `the platform at ${url} does not answer (${error.cause?.message ?? error.message}): is it running?`,
    );
  }
  const text = await response.text();
  return response.ok ? text : fail(`${method} ${url} answered ${response.status}: ${text}`);
}

function address() {
  const { SERVING_URL: url, SERVING_STATE: file } = process.env;
  if (url) return url;
  if (file && existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')).url;
  return fail(
    'neither SERVING_URL nor the file of SERVING_STATE says where the platform is: node serving/platform.mjs',
  );
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
