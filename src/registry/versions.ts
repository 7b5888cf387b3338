import { UserError } from '../common/errors.js';
import type { GitHub, Release } from '../github/types.js';
import { compareVersions, parseSelector, tagOf, versionOfTag } from '../common/version.js';

/** A published version of a model. */
export interface ModelVersion {
  readonly model: string;
  /** `1.2.0`. */
  readonly version: string;
  /** `name@v1.2.0`. */
  readonly tag: string;
  readonly release: Release;
}

/** Nothing is registered, or nothing that the selector means: the one failure that a workflow may want to ignore. */
export class NoSuchVersion extends UserError {}

/** Every published version of a model, newest (highest) first. */
export async function listVersions(github: GitHub, model: string): Promise<ModelVersion[]> {
  const versions: ModelVersion[] = [];
  for await (const release of github.releases.list()) {
    const version = versionOfTag(model, release.tag);
    if (version === undefined || release.draft) continue;
    versions.push({ model, version, tag: release.tag, release });
  }
  return versions.sort((a, b) => compareVersions(b.version, a.version));
}

/**
 * The highest version that a selector means.
 * @param selector `1.2.0`, `v1.2.0`, `^1`, `~1.2`, `1.x` or `newest`
 * @throws UserError when it is no selector, NoSuchVersion when nothing matches
 */
export async function resolveVersion(github: GitHub, model: string, selector: string): Promise<ModelVersion> {
  const parsed = parseSelector(selector);
  if (parsed === undefined) {
    throw new UserError({
      message: `"${selector}" is not a version`,
      remedy: 'write 1.2.0, a range such as ^1 or ~1.2, or newest',
    });
  }
  if (parsed.exact !== undefined) {
    const tag = tagOf(model, parsed.exact);
    const release = await github.releases.byTag(tag);
    if (release !== undefined) return { model, version: parsed.exact, tag, release };
  }
  const versions = await listVersions(github, model);
  const found = versions.find(({ version }) => parsed.matches(version));
  if (found !== undefined) return found;
  const known = versions.slice(0, 5).map(({ version }) => version);
  throw new NoSuchVersion({
    message: `no version of ${model} matches "${selector}"`,
    remedy:
      known.length === 0
        ? `no version of ${model} is registered yet: run register-model first`
        : `registered are ${known.join(', ')}${versions.length > known.length ? ', …' : ''}`,
  });
}
