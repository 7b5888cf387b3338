// Asks for predictions of real flights, at a steady rate whatever the answers take, until standard input closes.
//
// TRAFFIC_URL  e.g. http://127.0.0.1:8000/production     TRAFFIC_RATE  requests a second, default 500
// TRAFFIC_DATA a month of flights (CSV)                  TRAFFIC_SECONDS  default: no end
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';

const {
  TRAFFIC_URL: url,
  TRAFFIC_DATA: file,
  TRAFFIC_RATE: rate = '500',
  TRAFFIC_SECONDS: seconds,
} = process.env;
if (!url || !file) {
  console.error('TRAFFIC_URL and TRAFFIC_DATA are not set');
  process.exit(1);
}
/** More than this many unanswered requests are not sent: they would only measure this machine. */
const mostWaiting = 500;
const tick = 10;

const lines = readFileSync(file, 'utf8').trimEnd().split(/\r?\n/);
const columns = lines[0].split(',');
const agent = new Agent({ keepAlive: true, maxSockets: 128 });
const target = new URL(`${url}/predict`);
const counts = { sent: 0, answered: 0, failed: 0, skipped: 0 };

const started = performance.now();
let due = 0;
const timer = setInterval(() => {
  const elapsed = (performance.now() - started) / 1000;
  if (seconds !== undefined && elapsed >= Number(seconds)) return end();
  for (; due < elapsed * Number(rate); due++) {
    if (counts.sent - counts.answered - counts.failed < mostWaiting) send();
    else counts.skipped++;
  }
}, tick);
process.stdin.resume().on('end', end);

function end() {
  clearInterval(timer);
  console.log(JSON.stringify(counts));
  process.exit(0);
}

function send() {
  counts.sent++;
  const values = lines[1 + Math.floor(Math.random() * (lines.length - 1))].split(',');
  const flight = Object.fromEntries(columns.map((name, i) => [name, values[i]]));
  const { date, distance, origin, destination } = flight;
  const body = JSON.stringify({ date, distance: Number(distance), origin, destination });
  const call = request(
    target,
    {
      method: 'POST',
      agent,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    },
    (response) => {
      response.resume();
      response.once('end', () => (response.statusCode < 500 ? counts.answered++ : counts.failed++));
      response.once('error', () => counts.failed++);
    },
  );
  call.once('error', () => counts.failed++);
  call.end(body);
}
