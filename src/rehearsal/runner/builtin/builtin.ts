import type { RunSetup } from '../setup.js';

/** One call of an action that the runner answers itself. */
export interface BuiltinCall {
  /** As given under `with:`, defaults filled in. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly workspace: string;
  readonly setup: RunSetup;
  /** What steps find programs by. */
  readonly path: string;
  log(line: string): void;
  warning(message: string): void;
  notice(message: string): void;
  addPath(folder: string): void;
}

export interface Builtin {
  /** Input → default. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Inputs that mean something here only when they are off. */
  readonly refused?: readonly string[];
  /**
   * Does what the action does; its outputs.
   * @throws Error when the step fails
   */
  run(call: BuiltinCall): Promise<Record<string, string>>;
}

/** `true` as YAML 1.2 writes it. */
export function isOn(value: string | undefined): boolean {
  return /^(true|True|TRUE)$/.test(value ?? '');
}
