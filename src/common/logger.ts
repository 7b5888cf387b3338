import type { Place } from './errors.js';

/** What the code says while it runs; the runtime turns it into workflow commands. */
export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  notice(message: string, where?: Place): void;
  warning(message: string, where?: Place): void;
  error(message: string, where?: Place): void;
  group<T>(title: string, body: () => Promise<T>): Promise<T>;
}

export interface LogRecord {
  readonly level: 'debug' | 'info' | 'notice' | 'warning' | 'error' | 'group';
  readonly message: string;
  readonly where?: Place;
}

/** A logger that keeps what it was told, for tests and for rehearsals that show it later. */
export class RecordingLogger implements Logger {
  readonly records: LogRecord[] = [];

  debug(message: string): void {
    this.records.push({ level: 'debug', message });
  }
  info(message: string): void {
    this.records.push({ level: 'info', message });
  }
  notice(message: string, where?: Place): void {
    this.records.push({ level: 'notice', message, ...(where && { where }) });
  }
  warning(message: string, where?: Place): void {
    this.records.push({ level: 'warning', message, ...(where && { where }) });
  }
  error(message: string, where?: Place): void {
    this.records.push({ level: 'error', message, ...(where && { where }) });
  }
  group<T>(title: string, body: () => Promise<T>): Promise<T> {
    this.records.push({ level: 'group', message: title });
    return body();
  }
  /** All messages, one per line. */
  text(): string {
    return this.records.map((r) => r.message).join('\n');
  }
}
