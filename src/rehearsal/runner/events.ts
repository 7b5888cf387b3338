/** How a step, a job or a run ended. */
export type Conclusion = 'success' | 'failure' | 'cancelled' | 'skipped';

export interface RunInfo {
  readonly id: number;
  readonly number: number;
  readonly attempt: number;
  readonly workflow: string;
  /** `.github/workflows/x.yml` */
  readonly path: string;
  readonly title: string;
  readonly event: string;
  readonly sha: string;
  /** Without `refs/heads/`. */
  readonly branch: string;
}

export interface Decision {
  readonly user: string;
  readonly state: 'approved' | 'rejected';
  readonly comment: string;
}

/** What a rehearsal tells while it goes on. `job` is the job's name, matrix and caller included. */
export type RehearsalEvent =
  | { readonly kind: 'run-started'; readonly run: RunInfo }
  | {
      readonly kind: 'run-finished';
      readonly run: RunInfo;
      readonly conclusion: Conclusion;
      readonly durationMs: number;
    }
  | { readonly kind: 'job-waiting'; readonly run: RunInfo; readonly job: string; readonly reason: string }
  | { readonly kind: 'job-started'; readonly run: RunInfo; readonly job: string }
  | {
      readonly kind: 'job-finished';
      readonly run: RunInfo;
      readonly job: string;
      readonly conclusion: Conclusion;
      readonly durationMs: number;
      /** The whole log. */
      readonly logFile?: string;
      readonly outputs: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'step-started'; readonly run: RunInfo; readonly job: string; readonly step: string }
  | {
      readonly kind: 'step-finished';
      readonly run: RunInfo;
      readonly job: string;
      readonly step: string;
      /** What the step came to; `continued` when it failed and the job goes on. */
      readonly conclusion: Conclusion;
      readonly continued: boolean;
      readonly durationMs: number;
      /** Its last lines. */
      readonly tail: readonly string[];
    }
  | {
      readonly kind: 'log';
      readonly run: RunInfo;
      readonly job: string;
      readonly step: string;
      readonly line: string;
    }
  | {
      readonly kind: 'annotation';
      readonly run: RunInfo;
      readonly job: string;
      readonly step: string;
      readonly level: 'error' | 'warning' | 'notice';
      readonly message: string;
      readonly file?: string;
      readonly line?: number;
      readonly title?: string;
    }
  | {
      readonly kind: 'approval';
      readonly run: RunInfo;
      readonly job: string;
      readonly environment: string;
      readonly decision: Decision;
    }
  | {
      readonly kind: 'summary';
      readonly run: RunInfo;
      readonly job: string;
      readonly markdown: string;
      readonly file: string;
    };

export interface Reporter {
  report(event: RehearsalEvent): void;
}
