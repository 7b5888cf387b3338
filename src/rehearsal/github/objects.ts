/** Git's own texts of commits and tags, taken apart. */
export interface Person {
  readonly name: string;
  readonly email: string;
  /** ISO 8601, UTC, to the second. */
  readonly date: string;
}
export interface CommitObject {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly committer: Person;
  readonly message: string;
}
export interface TagObject {
  readonly object: string;
  readonly type: string;
  readonly tag: string;
  readonly tagger: Person;
  readonly message: string;
}

/** We sign nothing. */
export const unverified = {
  verified: false,
  reason: 'unsigned',
  signature: null,
  payload: null,
  verified_at: null,
};

export function parseCommit(bytes: Buffer): CommitObject {
  const { headers, message } = parse(bytes);
  const first = (key: string): string => headers.find(([name]) => name === key)?.[1] ?? '';
  return {
    tree: first('tree'),
    parents: headers.filter(([name]) => name === 'parent').map(([, sha]) => sha),
    author: person(first('author')),
    committer: person(first('committer')),
    message,
  };
}

export function parseTag(bytes: Buffer): TagObject {
  const { headers, message } = parse(bytes);
  const first = (key: string): string => headers.find(([name]) => name === key)?.[1] ?? '';
  return {
    object: first('object'),
    type: first('type'),
    tag: first('tag'),
    tagger: person(first('tagger')),
    message,
  };
}

function parse(bytes: Buffer): { headers: [string, string][]; message: string } {
  const text = bytes.toString();
  const end = text.indexOf('\n\n');
  const head = end === -1 ? text : text.slice(0, end);
  return {
    headers: head.split('\n').map((line) => {
      const space = line.indexOf(' ');
      return [line.slice(0, space), line.slice(space + 1)];
    }),
    message: end === -1 ? '' : text.slice(end + 2).replace(/\n$/, ''),
  };
}

function person(text: string): Person {
  const [, name = '', email = '', seconds = '0'] = /^(.*?) ?<(.*)> (\d+)/.exec(text) ?? [];
  return { name, email, date: new Date(Number(seconds) * 1000).toISOString().replace('.000Z', 'Z') };
}
