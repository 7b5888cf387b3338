import type { Conclusion } from './events.js';
import type { Mapping } from './values.js';

export interface StepState {
  readonly outputs: Readonly<Record<string, string>>;
  readonly outcome: Conclusion;
  readonly conclusion: Conclusion;
}

/** A list of steps that runs: a job's, or a composite action's inside it. */
export interface Frame {
  /** The file that the steps stand in. */
  readonly file: string;
  /** Unique in the job: names the state of its steps. */
  readonly key: string;
  /** 0: the job itself. */
  readonly depth: number;
  readonly steps: Record<string, StepState>;
  status: 'success' | 'failure';
  /** Of a composite action; the job's own frame has the workflow's. */
  readonly inputs?: Mapping;
  readonly actionPath?: string;
  /** The environment that the calling step gave. */
  readonly env: Readonly<Record<string, string>>;
  /** The folder that `$/` means here. */
  containing(): Promise<string>;
}
