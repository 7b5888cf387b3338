import { createHash } from 'node:crypto';
import * as v from 'valibot';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const factsSchema = v.strictObject({
  /** What it is about, such as the model: a later part of the same key replaces it. */
  key: v.string(),
  verdict: v.picklist(['pass', 'fail', 'inconclusive']),
  /** The verdict in one line, and the first reason for it; plain texts. */
  headline: v.string(),
  why: v.string(),
  /** By which run, of which commit. `at` is in milliseconds since 1970, `url` the page of the run. */
  said: v.strictObject({ run: count, attempt: count, at: count, commit: v.string(), url: v.string() }),
  /** Sections and facts that gave way. */
  left: count,
});

/** What one job says in a comment that several jobs write. */
export interface Part extends v.InferOutput<typeof factsSchema> {
  /** Markdown, the most important first: the last give way where the comment is full. */
  readonly sections: readonly string[];
}
export type Said = Part['said'];

/**
 * The parts of a comment by their keys. Joining is commutative, associative and idempotent, so writers that
 * overwrite each other agree in the end, in whatever order they read and write.
 */
export type Parts = ReadonlyMap<string, Part>;

/** Of both, by key what the later run said: an old run that ends late says nothing new. */
export function joinParts(a: Parts, b: Parts): Parts {
  const joined = new Map(a);
  for (const [key, part] of b) {
    const other = joined.get(key);
    if (other === undefined || isLater(part, other)) joined.set(key, part);
  }
  return joined;
}

/** Whether nothing of `wanted` is missing or older. */
export function coversParts(found: Parts, wanted: Parts): boolean {
  return [...wanted].every(([key, { said }]) => {
    const there = found.get(key);
    return there !== undefined && order(there.said, said) >= 0;
  });
}

function order(a: Said, b: Said): number {
  return a.run - b.run || a.attempt - b.attempt || a.at - b.at;
}

/** Of two parts of the same time, the longer text wins; otherwise any fixed order is fine. */
function isLater(a: Part, b: Part): boolean {
  const later = order(a.said, b.said) || b.left - a.left;
  return later === 0 ? idOf(a) > idOf(b) : later > 0;
}

/* What a part is in hidden lines around its sections: the id is a digest of them, so no text can forge its end. */
const hidden = (name: string, id: string, more = ''): string => `<!-- mlops-${name} ${id}${more} -->`;

/** A part as text that `readParts` finds again. */
export function writePart({ sections, ...facts }: Part): string {
  const id = idOf({ sections, ...facts });
  // A comment in HTML ends at `--`.
  const json = JSON.stringify(facts).replace(
    /[<>&-]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const body = sections.join(`\n\n${hidden('cut', id)}\n\n`);
  return [hidden('part', id, ` ${json}`), ...(body === '' ? [] : [body]), hidden('end', id)].join('\n\n');
}

/** The parts of a comment; what somebody edited until it cannot be read is none. */
export function readParts(comment: string): Parts {
  const text = comment.replaceAll('\r\n', '\n');
  const parts = new Map<string, Part>();
  let from = 0;
  for (;;) {
    const start = /^<!-- mlops-part ([0-9a-f]{16}) (\{.*\}) -->$/m.exec(text.slice(from));
    if (start === null) return parts;
    const [line, id = '', json = ''] = start;
    const after = from + start.index + line.length;
    const end = text.indexOf(hidden('end', id), after);
    from = after;
    if (end === -1) continue;
    const facts = v.safeParse(factsSchema, parsed(json));
    if (!facts.success) continue;
    from = end;
    const body = text.slice(after, end).replace(/^\n+|\n+$/g, '');
    const sections = body === '' ? [] : body.split(`\n\n${hidden('cut', id)}\n\n`);
    parts.set(facts.output.key, { ...facts.output, sections });
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function idOf(part: Part): string {
  return createHash('sha256')
    .update(JSON.stringify([part.key, part.said, part.sections]))
    .digest('hex')
    .slice(0, 16);
}
