// Answers predictions over HTTP: POST /predict a flight, GET /healthz. Ends when its standard input closes.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { predictOne } from './boosting.mjs';
import { encodeOne } from './features.mjs';

const version = process.env.MODEL_VERSION ?? 'unknown';

const server = createServer(async (request, response) => {
  try {
    if (request.method === 'GET' && request.url === '/healthz') return answer(response, 200, { version });
    if (request.method !== 'POST' || request.url !== '/predict') {
      return answer(response, 404, { error: 'POST /predict or GET /healthz' });
    }
    const flight = parse(await read(request));
    if (flight.problem !== undefined) return answer(response, 400, { error: flight.problem });
    const model = readModel();
    const p = predictOne(model, encodeOne(model.encoder, flight));
    answer(response, 200, { p_delayed: Number(p.toFixed(6)), delayed: p >= model.threshold, version });
  } catch (error) {
    answer(response, 500, { error: error.message });
  }
});

server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  console.log(JSON.stringify({ port: server.address().port, version }));
});
if (process.env.MODEL_LIFELINE === 'stdin') {
  process.stdin.resume().on('end', () => process.exit(0));
}

/** Read anew, so that a corrected table of routes is picked up without a restart. */
function readModel() {
  return JSON.parse(readFileSync(new URL('model.json', import.meta.url), 'utf8'));
}

async function read(request) {
  let body = '';
  for await (const chunk of request) {
    body += chunk;
    if (body.length > 10_000) return '';
  }
  return body;
}

/** A flight, or what is wrong with it. */
function parse(body) {
  let flight;
  try {
    flight = JSON.parse(body);
  } catch {
    return { problem: 'the body is not JSON' };
  }
  const { date, distance, origin, destination } = flight ?? {};
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(date))
    return { problem: 'date: expected YYYY-MM-DD HH:MM:SS' };
  if (!(distance > 0)) return { problem: 'distance: expected miles' };
  for (const [name, code] of Object.entries({ origin, destination })) {
    if (!/^[A-Z]{3}$/.test(code)) return { problem: `${name}: expected three capital letters` };
  }
  return { date, distance, origin, destination };
}

function answer(response, status, value) {
  const body = JSON.stringify(value);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}
