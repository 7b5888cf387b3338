/** Semantic versions, as far as models need them: three numbers, and ranges over those. */
export type Bump = 'major' | 'minor' | 'patch';

type Numbers = readonly [major: number, minor: number, patch: number];

/** `1.2.0` or `v1.2.0`; undefined when it is no version. */
function numbersOf(text: string): Numbers | undefined {
  const match = /^v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/.exec(text);
  return match === null ? undefined : [Number(match[1]), Number(match[2]), Number(match[3])];
}

/** The plain form (`1.2.0`) of a version; undefined when it is none. */
export function normalVersion(text: string): string | undefined {
  return numbersOf(text)?.join('.');
}

/** Negative when `a` comes before `b`. Both must be versions. */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [numbersOf(a)!, numbersOf(b)!];
  return x[0] - y[0] || x[1] - y[1] || x[2] - y[2];
}

/** The version after `from`; the first one is 1.0.0. */
export function nextVersion(from: string | undefined, bump: Bump): string {
  if (from === undefined) return '1.0.0';
  const [major, minor, patch] = numbersOf(from)!;
  if (bump === 'major') return `${major + 1}.0.0`;
  return bump === 'minor' ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`;
}

export function tagOf(model: string, version: string): string {
  return `${model}@v${version}`;
}

/** The version of a model's tag `name@v1.2.3`; undefined for other tags. */
export function versionOfTag(model: string, tag: string): string | undefined {
  const prefix = `${model}@v`;
  return tag.startsWith(prefix) ? normalVersion(tag.slice(prefix.length)) : undefined;
}

export interface Selector {
  /** The one version that is meant; undefined for a range. */
  readonly exact?: string;
  matches(version: string): boolean;
}

/**
 * Reads `1.2.0`, `v1.2.0`, `^1`, `^1.2.3`, `~1.2`, `1`, `1.2`, `1.x` or `newest`, with npm's meaning;
 * undefined when it is none of these.
 */
export function parseSelector(text: string): Selector | undefined {
  const trimmed = text.trim();
  if (trimmed === 'newest') return { matches: () => true };
  const exact = normalVersion(trimmed);
  if (exact !== undefined) return { exact, matches: (version) => version === exact };
  const match = /^([\^~]?)v?(\d+)(?:\.(\d+|x))?(?:\.(\d+|x))?$/.exec(trimmed);
  if (match === null) return undefined;
  const [major, minor, patch] = match
    .slice(2)
    .map((part) => (part === undefined || part === 'x' ? undefined : Number(part)));
  if (minor === undefined && patch !== undefined) return undefined;
  const low = [major!, minor ?? 0, patch ?? 0].join('.');
  // The first version that is no longer meant.
  const high = ceiling(match[1] ?? '', major!, minor, patch);
  return { matches: (v) => compareVersions(v, low) >= 0 && compareVersions(v, high) < 0 };
}

function ceiling(
  operator: string,
  major: number,
  minor: number | undefined,
  patch: number | undefined,
): string {
  if (operator === '^') {
    if (major > 0 || minor === undefined) return `${major + 1}.0.0`;
    // Below 1.0.0 every minor, and below 0.1.0 every patch, may break.
    return minor > 0 || patch === undefined ? `0.${minor + 1}.0` : `0.0.${patch + 1}`;
  }
  return minor === undefined ? `${major + 1}.0.0` : `${major}.${minor + 1}.0`;
}
