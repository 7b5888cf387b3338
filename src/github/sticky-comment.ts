import { type Clock, systemClock } from '../common/clock.js';
import { hasStatus } from './failure.js';
import type { Comment, GitHub } from './types.js';

export interface StickyComment {
  readonly url: string;
  /** How often the comment was written until it held what it must. */
  readonly writes: number;
  /** False where others kept overwriting it, or somebody keeps changing it. */
  readonly settled: boolean;
}

/** A text that several writers keep together. `join` must be commutative, associative and idempotent. */
export interface SharedText<S> {
  read(text: string): S;
  join(a: S, b: S): S;
  /** At most 65,536 characters with the hidden line that marks the comment. */
  write(state: S): string;
  /** Whether `found` says all that `wanted` says. */
  covers(found: S, wanted: S): boolean;
}

export interface StickyPace {
  readonly clock: Clock;
  /** How long what was written must stand before it counts, milliseconds; a random pause as long comes on top. */
  readonly settleMs: number;
  readonly tries: number;
  readonly random: () => number;
}
const ownPace: StickyPace = { clock: systemClock, settleMs: 1000, tries: 12, random: Math.random };

/**
 * Brings what one job has to say into the one comment of a key on an issue or pull request.
 *
 * GitHub has no conditional write for comments, so jobs at the same time overwrite each other. Each one therefore
 * joins its own with all that it has read, looks again after a while, and writes again where something is missing.
 * While a write waits for its answer the comment is read too: what others said meanwhile is not lost by a slow
 * request, only by a job that is killed between its own write and the next look
 * (docs/decisions/045-one-comment.md).
 */
export async function shareComment<S>(options: {
  github: GitHub;
  number: number;
  key: string;
  text: SharedText<S>;
  own: S;
  pace?: Partial<StickyPace>;
}): Promise<StickyComment> {
  const { github, number, text } = options;
  const { clock, settleMs, tries, random } = { ...ownPace, ...options.pace };
  const marker = markerOf(options.key);
  let known = options.own;
  const look = async (): Promise<readonly Comment[]> => {
    const found = await findComments(github, number, marker);
    for (const { body } of found) known = text.join(known, text.read(body));
    return found;
  };

  let url = '';
  for (let writes = 0; ; writes++) {
    const [comment, ...doubles] = await look();
    const body = `${marker}\n${text.write(known)}`;
    if (comment !== undefined) ({ url } = comment);
    const holds = comment !== undefined && text.covers(text.read(comment.body), text.read(body));
    if (holds && doubles.length === 0) return { url, writes, settled: true };
    if (writes >= tries) return { url, writes, settled: false };

    const write = comment === undefined ? create(github, number, body) : update(github, comment.id, body);
    await watched(write, look, settleMs / 3, clock);
    // Jobs that began at the same time made one each: all that they say is in the oldest now.
    for (const { id } of doubles) await github.issues.deleteComment(id);
    await clock.sleep(settleMs * (1 + random()));
  }
}

async function create(github: GitHub, number: number, body: string): Promise<void> {
  await github.issues.createComment(number, body);
}

/** A comment that is gone is made anew after the next look. */
async function update(github: GitHub, id: number, body: string): Promise<void> {
  try {
    await github.issues.updateComment(id, body);
  } catch (error) {
    if (!hasStatus(error, 404)) throw error;
  }
}

/** Looks again and again until the write has its answer; what cannot be seen meanwhile is seen later. */
async function watched(
  write: Promise<void>,
  look: () => Promise<unknown>,
  everyMs: number,
  clock: Clock,
): Promise<void> {
  let answered = false;
  const answer = write.finally(() => (answered = true));
  answer.catch(() => undefined);
  while (!answered) {
    const waiting = new AbortController();
    const pause = clock.sleep(everyMs, waiting.signal).catch(() => undefined);
    await Promise.race([answer.catch(() => undefined), pause]);
    waiting.abort();
    if (!answered) await look().catch(() => undefined);
  }
  await answer;
}

/**
 * The comment of a key, and its doubles by the same author. The oldest is the one, so that all agree; an app's
 * comes before a person's, and a stranger's does not count, since anybody may write the hidden line.
 */
async function findComments(github: GitHub, number: number, marker: string): Promise<readonly Comment[]> {
  const found: Comment[] = [];
  for await (const comment of github.issues.comments(number)) {
    if (comment.trusted && comment.body.startsWith(marker)) found.push(comment);
  }
  const first = found.find(({ author }) => author.endsWith('[bot]')) ?? found[0];
  return found.filter(({ author }) => author === first?.author).sort((a, b) => a.id - b.id);
}

function markerOf(key: string): string {
  // A comment in HTML ends at `--`, which a key must not contain.
  return `<!-- mlops-actions:${key.replace(/-{2,}/g, '-').replace(/[<>\n]/g, '')} -->`;
}
