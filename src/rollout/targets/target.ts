/** What serves now, as the target's own `status` says it. */
export interface Serving {
  readonly champion: { readonly version: string } | null;
  readonly challenger: { readonly version: string; readonly weight: number } | null;
}

/** Where models are served. Every call says what shall be, so that it can be repeated. */
export interface Target {
  /** The challenger is up and gets no traffic yet. */
  start(): Promise<void>;
  /** The challenger gets this share of the requests; at 1 it serves alone. */
  setWeight(weight: number): Promise<void>;
  /** The challenger is gone, and the champion serves alone. `reached`: the largest weight that it had. */
  stop(reached: number): Promise<void>;
  /** Undefined when the target cannot tell. */
  status(): Promise<Serving | undefined>;
}

/** The target did not do what it was told: a fact about the rollout, not a defect. */
export class TargetError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TargetError';
  }
}
