import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { CommandHandler } from './commands.js';
import type { Reporter, RunInfo } from './events.js';
import type { Masks } from './masks.js';

const keptTail = 40;

/** The log of a job: a file with everything, and events for who watches. Masks are applied to all of it. */
export class JobLog implements CommandHandler {
  readonly file: string;
  readonly #handle: number;
  readonly #masks: Masks;
  readonly #reporter: Reporter;
  readonly #about: { readonly run: RunInfo; readonly job: string };
  readonly #debug: boolean;
  #step = '';
  #tail: string[] = [];
  #summaries = '';
  #closed = false;

  constructor(options: {
    file: string;
    masks: Masks;
    reporter: Reporter;
    run: RunInfo;
    job: string;
    debug: boolean;
  }) {
    this.file = options.file;
    this.#masks = options.masks;
    this.#reporter = options.reporter;
    this.#about = { run: options.run, job: options.job };
    this.#debug = options.debug;
    mkdirSync(dirname(this.file), { recursive: true });
    this.#handle = openSync(this.file, 'w');
  }

  /** What follows is of this step. */
  begin(step: string): void {
    this.#step = this.#masks.apply(step);
    this.#tail = [];
    this.#write(`##[step] ${this.#step}`);
    this.#reporter.report({ kind: 'step-started', ...this.#about, step: this.#step });
  }

  get tail(): readonly string[] {
    return this.#tail;
  }

  /** A text as it may be shown. */
  shown(text: string): string {
    return this.#masks.apply(text);
  }

  log(line: string): void {
    if (this.#closed) return;
    const shown = this.#masks.apply(line);
    this.#write(shown);
    this.#tail.push(shown);
    if (this.#tail.length > keptTail) this.#tail.shift();
    this.#reporter.report({ kind: 'log', ...this.#about, step: this.#step, line: shown });
  }

  annotation(
    level: 'error' | 'warning' | 'notice',
    message: string,
    properties: Readonly<Record<string, string>> = {},
  ): void {
    this.log(`##[${level}]${message}`);
    const { file, line, title } = properties;
    this.#reporter.report({
      kind: 'annotation',
      ...this.#about,
      step: this.#step,
      level,
      message: this.#masks.apply(message),
      ...(file !== undefined && { file: this.#masks.apply(file) }),
      ...(line !== undefined && Number.isInteger(Number(line)) && { line: Number(line) }),
      ...(title !== undefined && { title: this.#masks.apply(title) }),
    });
  }

  debug(message: string): void {
    if (this.#debug) this.log(`##[debug]${message}`);
  }

  mask(value: string): void {
    this.#masks.add(value);
  }

  group(title: string | undefined): void {
    this.log(title === undefined ? '##[endgroup]' : `##[group]${title}`);
  }

  /** Keeps what a step wrote to its summary: `<job>.md` beside the log. */
  summary(markdown: string): void {
    if (markdown.trim() === '') return;
    this.#summaries += `${this.#masks.apply(markdown)}\n`;
    const file = this.file.replace(/\.log$/, '.md');
    writeFileSync(file, this.#summaries);
    this.#reporter.report({ kind: 'summary', ...this.#about, markdown: this.#masks.apply(markdown), file });
  }

  close(): void {
    this.#closed = true;
    closeSync(this.#handle);
  }

  #write(line: string): void {
    if (!this.#closed) writeSync(this.#handle, `${line}\n`);
  }
}
