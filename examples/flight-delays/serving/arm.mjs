// One version of the model, served by a process of its own from its own copy of the model's files.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

const timeLimit = 1000;

export class Arm {
  counts = { requests: 0, error: 0, slow: 0, positive: 0 };
  #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  #child;
  #waiting = 0;
  #port;

  /** @param {{ version: string, folder: string, slowMs: number }} options folder: the arm's own copy */
  constructor({ version, folder, slowMs }) {
    this.version = version;
    this.folder = folder;
    this.slowMs = slowMs;
  }

  /** Takes a copy of a released model: the folder that it was downloaded to is gone after the job. */
  static copy(source, folder) {
    if (!existsSync(join(source, 'serve.mjs'))) throw new Error(`${source} holds no serve.mjs`);
    const part = `${folder}.part`;
    rmSync(part, { recursive: true, force: true });
    cpSync(source, part, { recursive: true });
    rmSync(folder, { recursive: true, force: true });
    renameSync(part, folder);
  }

  /** Resolves when the process answers. */
  async start() {
    this.#child = spawn(process.execPath, ['serve.mjs'], {
      cwd: this.folder,
      env: { PATH: process.env.PATH, PORT: '0', MODEL_VERSION: this.version, MODEL_LIFELINE: 'stdin' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let said = '';
    this.#child.stderr.on('data', (chunk) => (said = (said + chunk).slice(-2000)));
    this.#child.stdin.on('error', () => {}); // it may be gone already
    this.#port = await new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${this.version} did not start within 10 s`)), 10_000);
      createInterface({ input: this.#child.stdout }).once('line', (line) => {
        clearTimeout(late);
        resolve(JSON.parse(line).port);
      });
      this.#child.once('error', (error) => {
        clearTimeout(late);
        reject(error);
      });
      this.#child.once('exit', (code) => {
        clearTimeout(late);
        reject(new Error(`${this.version} ended with code ${code}: ${said.trim()}`));
      });
    });
    await this.#warmUp();
  }

  /** A process that has just started is slow for a moment: no customer shall see it, and no guardrail count it. */
  async #warmUp() {
    const flight = { date: '2001-01-15 12:00:00', distance: 733, origin: 'ORD', destination: 'LGA' };
    const body = JSON.stringify(flight);
    for (let round = 0; round < 15; round++)
      await Promise.all(Array.from({ length: 20 }, () => this.#send(body)));
  }

  /** Lets the requests under way have their answers first. */
  async stop() {
    const deadline = performance.now() + timeLimit;
    while (this.#waiting > 0 && performance.now() < deadline) await delay(10);
    this.#child.kill('SIGTERM');
    this.#agent.destroy();
  }

  /** Passes a request on, counts how it went, and answers what the model answered. */
  async answer(body) {
    const started = performance.now();
    this.#waiting++;
    const { status, text } = await this.#send(body);
    this.#waiting--;
    this.counts.requests++;
    if (status >= 500) this.counts.error++;
    if (performance.now() - started > this.slowMs) this.counts.slow++;
    if (status === 200 && text.includes('"delayed":true')) this.counts.positive++;
    return { status, text };
  }

  #send(body) {
    return new Promise((resolve) => {
      const failed = (status) => () => resolve({ status, text: '{"error":"the model did not answer"}' });
      const call = request(
        {
          host: '127.0.0.1',
          port: this.#port,
          path: '/predict',
          method: 'POST',
          agent: this.#agent,
          timeout: timeLimit,
          headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
        },
        (response) => {
          let text = '';
          response.on('data', (chunk) => (text += chunk));
          response.on('end', () => resolve({ status: response.statusCode, text }));
          response.on('error', failed(502));
        },
      );
      call.on('timeout', () => {
        failed(504)();
        call.destroy();
      });
      call.on('error', failed(502));
      call.end(body);
    });
  }
}
