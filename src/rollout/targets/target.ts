/** What serves now, according to the target's own `status`. */
export interface Serving {
  readonly champion: { readonly version: string } | null;
  readonly challenger: { readonly version: string; readonly weight: number } | null;
}

/** A version to be served, and the manifest digest that was approved for it. */
export interface ServedVersion {
  readonly version: string;
  readonly manifestDigest: string;
}

/** Where models are served. Every call names the desired state, so that it can be repeated. */
export interface Target {
  /** The version is up; it gets no traffic that it did not have. */
  start(served: ServedVersion): Promise<void>;
  /** The version gets this share of the requests; at 1 it serves alone. */
  setWeight(served: ServedVersion, weight: number): Promise<void>;
  /** The version serves no more. A version that is gone counts as stopped. */
  stop(served: ServedVersion): Promise<void>;
  /** Undefined when the target cannot tell. @throws TargetError when what it says cannot be read */
  status(): Promise<Serving | undefined>;
}

/** The target did not do what it was told: a fact about the rollout, not a defect. */
export class TargetError extends Error {
  /** `command`: a command failed. `status`: what serves cannot be read. `mismatch`: something else serves. */
  readonly kind: 'command' | 'status' | 'mismatch';

  constructor(kind: TargetError['kind'], message: string) {
    super(message);
    this.name = 'TargetError';
    this.kind = kind;
  }
}

const plain = (version: string): string => version.replace(/^v/, '');

export const isVersion = (arm: { readonly version: string } | null, version: string | undefined): boolean =>
  arm !== null && plain(arm.version) === version;

export const isServing = (serving: Serving, version: string): boolean =>
  isVersion(serving.champion, version) || isVersion(serving.challenger, version);

export const isEmpty = ({ champion, challenger }: Serving): boolean =>
  champion === null && challenger === null;

export function describeServing({ champion, challenger }: Serving): string {
  const second =
    challenger === null ? 'no challenger' : `challenger ${challenger.version} at ${challenger.weight}`;
  return `champion ${champion?.version ?? 'none'}, ${second}`;
}
