import { formatDuration } from '../common/text.js';
import type { Conclusion, RehearsalEvent, Reporter } from '../rehearsal/runner/events.js';

const signs: Readonly<Record<Conclusion, string>> = {
  success: '✓',
  failure: '✗',
  cancelled: '⊘',
  skipped: '–',
};
const colours: Readonly<Record<Conclusion | 'dim' | 'warning' | 'bold', number>> = {
  success: 32,
  failure: 31,
  cancelled: 33,
  skipped: 90,
  dim: 90,
  warning: 33,
  bold: 1,
};

export interface ConsoleOptions {
  write(text: string): void;
  /** Only for a terminal, and not where NO_COLOR is set. */
  readonly colours: boolean;
  /** Every line of the log, and not just those of steps that fail. */
  readonly verbose?: boolean;
}

/** One line a step; the last lines of the log where a step fails. */
export class ConsoleReporter implements Reporter {
  readonly #options: ConsoleOptions;

  constructor(options: ConsoleOptions) {
    this.#options = options;
  }

  report(event: RehearsalEvent): void {
    switch (event.kind) {
      case 'run-started': {
        const { title, number, event: name, sha } = event.run;
        this.#line(
          `${this.#paint('bold', title)} ${this.#paint('dim', `#${number} · ${name} · ${sha.slice(0, 7)}`)}`,
        );
        return;
      }
      case 'job-waiting':
        this.#line(`  … ${event.job}: ${event.reason}`);
        return;
      case 'approval': {
        const { user, state, comment } = event.decision;
        const words = comment === '' ? '' : `: ${comment}`;
        this.#line(`  ${state === 'approved' ? '✓' : '✗'} ${event.environment} ${state} by ${user}${words}`);
        return;
      }
      case 'log':
        if (this.#options.verbose === true) this.#line(this.#paint('dim', `      ${event.line}`));
        return;
      case 'annotation':
        this.#annotation(event);
        return;
      case 'step-finished':
        this.#step(event);
        return;
      case 'job-finished':
        this.#ended('  ', event.job, event.conclusion, event.durationMs);
        if (event.conclusion === 'failure' && event.logFile !== undefined) {
          this.#line(this.#paint('dim', `    log: ${event.logFile}`));
        }
        return;
      case 'run-finished':
        this.#ended('', event.run.title, event.conclusion, event.durationMs);
        return;
      default:
    }
  }

  #annotation(event: Extract<RehearsalEvent, { kind: 'annotation' }>): void {
    // The log of a failing step is shown with the step.
    if (event.level === 'error' && event.step !== '') return;
    if (event.level === 'notice' && this.#options.verbose !== true) return;
    const place =
      event.file === undefined ? '' : `${event.file}${event.line === undefined ? '' : `:${event.line}`}: `;
    const colour = event.level === 'error' ? 'failure' : 'warning';
    this.#line(this.#paint(colour, `    ${event.level}: ${place}${event.message}`));
  }

  #step(event: Extract<RehearsalEvent, { kind: 'step-finished' }>): void {
    const { job, step, conclusion, continued, durationMs, tail } = event;
    const time = conclusion === 'skipped' ? '' : this.#paint('dim', ` ${formatDuration(durationMs)}`);
    const note = continued ? ' (the job goes on)' : '';
    this.#line(`    ${this.#sign(conclusion)} ${this.#paint('dim', `${job} ·`)} ${step}${note}${time}`);
    if (conclusion !== 'failure' || this.#options.verbose === true) return;
    for (const line of tail) this.#line(this.#paint('dim', `      │ ${line}`));
  }

  #ended(indent: string, name: string, conclusion: Conclusion, durationMs: number): void {
    const words = conclusion === 'success' ? '' : ` ${conclusion}`;
    this.#line(
      `${indent}${this.#sign(conclusion)} ${name}${words} ${this.#paint('dim', formatDuration(durationMs))}`,
    );
  }

  #sign(conclusion: Conclusion): string {
    return this.#paint(conclusion, signs[conclusion]);
  }

  #paint(colour: keyof typeof colours, text: string): string {
    return this.#options.colours ? `\u001b[${colours[colour]}m${text}\u001b[0m` : text;
  }

  #line(text: string): void {
    // What a log says must not move the cursor or change the terminal.
    const safe = text.replace(/[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f]/g, '');
    this.#options.write(`${this.#options.colours ? safe : safe.replace(/\u001b\[[0-9;]*m/g, '')}\n`);
  }
}
