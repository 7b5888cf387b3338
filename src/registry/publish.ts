import type { Clock } from '../common/clock.js';
import { UserError } from '../common/errors.js';
import type { Logger } from '../common/logger.js';
import type { Manifest } from '../formats/manifest.js';
import { type GitHubFailure, hasStatus } from '../github/failure.js';
import type { GitHub, Release } from '../github/types.js';
import { loadManifest, verifyVersion } from './verify.js';
import { type LockTimes, type Owner, withLock } from './lock.js';
import { contentDigest, contentMarker, manifestAsset, markedContent } from './manifest.js';
import { type Registration, planRelease } from './release-plan.js';
import { uploadAll } from './upload.js';
import { readVersionRecord, writeVersionRecord } from './version-record.js';
import { compareVersions, nextVersion, tagOf, versionOfTag } from '../common/version.js';
import type { ModelVersion } from './versions.js';

export interface Registered {
  readonly version: ModelVersion;
  readonly manifest: Manifest;
  readonly manifestDigest: string;
  /** False when the same content was registered before: that version is the answer. */
  readonly created: boolean;
}

export interface RegisterOptions {
  readonly github: GitHub;
  readonly registration: Registration;
  readonly owner: Owner;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal?: AbortSignal;
  /** Asked when version and digest are known, before anything is written to releases; throws to refuse. */
  approve?(manifestDigest: string): Promise<void>;
  readonly lockTimes?: LockTimes;
  /** Pause before an upload is tried again, milliseconds; default 1,000. */
  readonly pause?: number;
}

/** How often somebody else may take the version that we chose, by a tag or release that we could not see. */
const mostCollisions = 5;

/**
 * Registers a model as a release: draft, upload, verify, publish; the tag comes with publishing.
 * The same content is one version however often it is registered; what a killed try left is continued.
 * @throws UserError when GitHub refuses, or when `approve` does
 */
export async function register(options: RegisterOptions): Promise<Registered> {
  const { github, registration, owner, clock, logger, lockTimes, signal } = options;
  const { model } = registration;
  const content = contentDigest(model, registration.files);
  const before = await findContent(github, content, (await survey(github, model)).published);
  if (before !== undefined) return before;

  return withLock(
    {
      github,
      model,
      owner,
      clock,
      logger,
      ...(lockTimes !== undefined && { times: lockTimes }),
      ...(signal !== undefined && { signal }),
    },
    async (lock) => {
      const taken = new Set<string>();
      for (let collisions = 0; ; collisions++) {
        const { published, drafts, tagged } = await survey(github, model);
        const same = await findContent(github, content, published);
        if (same !== undefined) return same;
        for (const { version } of published) taken.add(version);
        for (const version of tagged) taken.add(version);
        const newest = [...taken].sort(compareVersions).at(-1);
        const version = nextVersion(newest, registration.bump);
        const plan = planRelease(registration, version);
        await options.approve?.(plan.manifestDigest);

        const body = `${plan.card}\n\n${contentMarker(content)}\n`;
        const tag = tagOf(model, version);
        let draft = await tidyDrafts(github, drafts, { tag, content, commit: registration.commit });
        if (draft === undefined) draft = await createDraft(options, tag, body);
        else if (draft.body !== body) draft = await github.releases.updateBody(draft.id, body);
        await uploadAll({
          github,
          draft,
          wanted: plan.assets,
          logger,
          clock,
          pause: options.pause ?? 1000,
          ...(signal !== undefined && { signal }),
        });
        await writeVersionRecord(github, {
          kind: 'version',
          schemaVersion: 1,
          model,
          version,
          manifestDigest: plan.manifestDigest,
          contentDigest: content,
          commit: registration.commit,
        });
        await lock.ensureHeld();
        try {
          const release = await github.releases.publish(draft.id);
          const { manifest, manifestDigest } = plan;
          return { version: { model, version, tag, release }, manifest, manifestDigest, created: true };
        } catch (error) {
          // Somebody made this tag by hand, or a deleted immutable release has used it up.
          if (!isTagTaken(error) || collisions === mostCollisions) throw error;
          logger.warning(`GitHub does not take the tag ${tag} (${error.detail}): trying the next version`);
          await github.releases.delete(draft.id);
          taken.add(version);
        }
      }
    },
  );
}

function isTagTaken(error: unknown): error is GitHubFailure {
  return hasStatus(error, 422) && /tag_name|already_exists/i.test(error.detail);
}

interface Survey {
  readonly published: readonly ModelVersion[];
  /** Drafts that register made; those of people are left alone. */
  readonly drafts: readonly Release[];
  /** Versions that a tag or a person's draft uses. */
  readonly tagged: readonly string[];
}

async function survey(github: GitHub, model: string): Promise<Survey> {
  const published: ModelVersion[] = [];
  const drafts: Release[] = [];
  const tagged: string[] = [];
  for await (const release of github.releases.list()) {
    const version = versionOfTag(model, release.tag);
    if (version === undefined) continue;
    if (!release.draft) published.push({ model, version, tag: release.tag, release });
    else if (markedContent(release.body) !== undefined) drafts.push(release);
    else tagged.push(version);
  }
  for (const { ref } of await github.refs.matching(`refs/tags/${model}@v`)) {
    const version = versionOfTag(model, ref.replace('refs/tags/', ''));
    if (version !== undefined) tagged.push(version);
  }
  return { published, drafts, tagged };
}

/** The version that has this content already. */
async function findContent(
  github: GitHub,
  content: string,
  published: readonly ModelVersion[],
): Promise<Registered | undefined> {
  for (const version of published) {
    const marked = markedContent(version.release.body);
    if (marked !== undefined && marked !== content) continue;
    const asset = version.release.assets.find(({ name }) => name === manifestAsset);
    // A release that somebody made by hand.
    if (asset === undefined) continue;
    const { manifest, manifestDigest } = await loadManifest(github, version);
    if (manifest.contentDigest !== content) continue;
    // Without a record, register-model did not make it: the author of this release chose its manifest.
    if ((await readVersionRecord(github, version.model, version.version)) === undefined) continue;
    await verifyVersion({ github, version });
    return { version, manifest, manifestDigest, created: false };
  }
  return undefined;
}

/** Keeps the one draft that can be continued; others of ours are what dead runs left, since we hold the lock. */
async function tidyDrafts(
  github: GitHub,
  drafts: readonly Release[],
  wanted: { tag: string; content: string; commit: string },
): Promise<Release | undefined> {
  let kept: Release | undefined;
  for (const draft of drafts) {
    const fits =
      draft.tag === wanted.tag &&
      draft.targetCommitish === wanted.commit &&
      markedContent(draft.body) === wanted.content;
    if (fits && kept === undefined) kept = draft;
    else await github.releases.delete(draft.id);
  }
  return kept;
}

async function createDraft(
  { github, registration }: RegisterOptions,
  tag: string,
  body: string,
): Promise<Release> {
  const { commit } = registration;
  try {
    return await github.releases.createDraft({ tag, target: commit, name: tag, body });
  } catch (error) {
    // We hold the lock, so the token may write: it is this commit that GitHub refuses.
    if (!hasStatus(error, 403, 404)) throw error;
    if ((await github.commits.get(commit)) === undefined) throw error;
    throw new UserError(
      {
        message: `GitHub refuses a release at commit ${commit.slice(0, 7)} (${error.detail})`,
        remedy:
          'where .github/workflows/ of that commit differs from the default branch, GITHUB_TOKEN may not tag it: ' +
          'register from the newest commit, or pass a `token` that may change workflows',
      },
      { cause: error },
    );
  }
}
