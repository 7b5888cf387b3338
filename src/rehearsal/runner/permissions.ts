import type { Permissions } from '../types.js';

type Level = 'read' | 'write' | 'none';

/** What a workflow gets that names no permissions, with the restricted setting that GitHub recommends. */
const restricted: Permissions = { contents: 'read', packages: 'read' };

/**
 * What the token of a job may do. Naming any permission sets the others to none.
 * @param cap of the job that calls this workflow: permissions only shrink
 * @param fork pull requests from forks only read
 */
export function effectivePermissions(
  job: Permissions | undefined,
  workflow: Permissions | undefined,
  cap: Permissions | undefined,
  fork: boolean,
): Permissions {
  const asked = job ?? workflow ?? cap ?? restricted;
  const capped = cap === undefined ? asked : intersect(asked, cap);
  return fork ? readOnly(capped) : capped;
}

function intersect(asked: Permissions, cap: Permissions): Permissions {
  if (cap === 'write-all') return asked;
  if (cap === 'read-all') return readOnly(asked);
  if (asked === 'write-all') return cap;
  if (asked === 'read-all') return readOnly(cap);
  return Object.fromEntries(
    Object.entries(asked).map(([name, level]) => [name, lower(level, cap[name] ?? 'none')]),
  );
}

function readOnly(permissions: Permissions): Permissions {
  if (permissions === 'write-all' || permissions === 'read-all') return 'read-all';
  return Object.fromEntries(Object.entries(permissions).map(([name, level]) => [name, lower(level, 'read')]));
}

function lower(a: Level, b: Level): Level {
  if (a === 'none' || b === 'none') return 'none';
  return a === 'read' || b === 'read' ? 'read' : 'write';
}
