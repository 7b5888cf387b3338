import { formatDuration } from '../../common/text.js';
import type { RehearsalEvent, Reporter } from '../../rehearsal/runner/events.js';

const marks = { success: '✓', failure: '✗', cancelled: '■', skipped: '–' } as const;
const codes = { success: 32, failure: 31, cancelled: 33, skipped: 90 } as const;

/** Tells the story on a terminal or into a file: a line a step, and what it means between them. */
export class Narrator implements Reporter {
  readonly #write: (text: string) => void;
  readonly #colour: boolean;
  #chapter = 0;

  constructor(write: (text: string) => void, colour: boolean) {
    this.#write = write;
    this.#colour = colour;
  }

  chapter(title: string): void {
    this.#chapter++;
    this.#write(`\n${this.#paint(1, `${this.#chapter}  ${title}`)}\n`);
  }

  /** What happens in the world outside the workflows. */
  say(text: string): void {
    this.#write(`   ${text}\n`);
  }

  /** What came of it, as a person would find it on GitHub. */
  found(text: string): void {
    this.#write(`   ${this.#paint(36, '→')} ${text}\n`);
  }

  /** The last words: where to look, each place with what is there. */
  end(text: string, places: readonly (readonly [string, string])[]): void {
    this.#write(`\n${this.#paint(1, text)}\n`);
    const width = Math.max(...places.map(([place]) => place.length));
    for (const [place, what] of places) this.#write(`   ${place.padEnd(width)}  ${what}\n`);
  }

  report(event: RehearsalEvent): void {
    if (event.kind === 'run-started') {
      this.#write(`   ${this.#paint(90, `workflow “${event.run.workflow}”, on ${event.run.event}`)}\n`);
    } else if (event.kind === 'step-finished' && event.conclusion !== 'skipped') {
      const name = `${event.job} / ${event.step}`;
      this.#line(event.conclusion, name, event.durationMs);
      if (event.conclusion === 'failure')
        for (const line of event.tail.slice(-6)) this.#write(`       ${line}\n`);
    } else if (event.kind === 'approval') {
      const { environment, decision } = event;
      this.#write(`     ${this.#paint(35, '●')} ${environment}: ${decision.state} by ${decision.user}\n`);
    } else if (event.kind === 'run-finished') {
      this.#line(event.conclusion, `“${event.run.workflow}” ${event.conclusion}`, event.durationMs, '   ');
    }
  }

  #line(conclusion: keyof typeof marks, name: string, durationMs: number, indent = '     '): void {
    const mark = this.#paint(codes[conclusion], marks[conclusion]);
    this.#write(
      `${indent}${mark} ${name.padEnd(58)} ${this.#paint(90, formatDuration(durationMs).padStart(7))}\n`,
    );
  }

  #paint(code: number, text: string): string {
    return this.#colour ? `\u001b[${code}m${text}\u001b[0m` : text;
  }
}
