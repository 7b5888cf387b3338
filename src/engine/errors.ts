import { isCancellation } from '../common/cancelled.js';
import { UserError, messageOf } from '../common/errors.js';
import { tryParseJson } from '../common/json.js';

/** What DuckDB refused, by its own word for the kind of error: `Invalid Input`, `IO`, `Binder`. */
export class EngineError extends Error {
  readonly type: string;

  constructor(type: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'EngineError';
    this.type = type;
  }
}

/** A query took longer than it may. */
export class TimeLimitError extends Error {
  readonly limitMs: number;

  constructor(limitMs: number) {
    super(`the query takes more than ${limitMs} ms`);
    this.name = 'TimeLimitError';
    this.limitMs = limitMs;
  }
}

/** An error of the engine, which writes its errors as JSON (engine/connection.ts); anything else as it is. */
export function engineErrorOf(error: unknown): unknown {
  const text = messageOf(error);
  const start = text.indexOf('{"exception_type"');
  if (start < 0) return error;
  const parsed = tryParseJson(text.slice(start)) as
    { readonly exception_type: string; readonly exception_message: string } | undefined;
  if (parsed === undefined) return error;
  const { exception_type: type, exception_message: message } = parsed;
  return new EngineError(type, `${type} Error: ${message.replace(/^Failed to read file ".*?": /, '')}`, {
    cause: error,
  });
}

/** Errors that no other SQL and no other file would have spared. */
const ownTypes = ['Out of Memory', 'INTERRUPT', 'Connection', 'FATAL', 'INTERNAL'];

/** An error that says nothing about the file or the SQL that was asked for: the engine's trouble, or a cancellation. */
export function isOwnTrouble(error: unknown): boolean {
  if (error instanceof EngineError) return ownTypes.includes(error.type);
  // Which names a broken file, or says what the machine lacks; a file that cannot be opened is one or the other.
  if (error instanceof UserError) return !(error.cause instanceof EngineError && error.cause.type === 'IO');
  return (
    error instanceof TimeLimitError || isCancellation(error) || /engine is closed/.test(messageOf(error))
  );
}
