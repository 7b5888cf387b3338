import type { Permissions } from '../types.js';
import { ApiError } from './http.js';

/** Who asks: a token of a run, or nobody. */
export interface Identity {
  readonly login: string;
  /** `owner/name` of the repository that the token is for; undefined without a token. */
  readonly repository: string | undefined;
  readonly permissions: Permissions;
  readonly runId?: number;
}

export const anonymous: Identity = { login: '', repository: undefined, permissions: {} };
export const actionsBot = 'github-actions[bot]';

/** A permission that an operation needs; of several, any one will do. */
export type Need = `${string}:${'read' | 'write'}`;

// No `permissions:` of a workflow can name these.
const beyondWorkflows = ['administration', 'workflows'];

export function may({ permissions }: Identity, need: Need): boolean {
  const [scope = '', level] = need.split(':');
  if (scope === 'metadata') return true;
  if (permissions === 'write-all') return !beyondWorkflows.includes(scope);
  if (permissions === 'read-all') return level === 'read' && !beyondWorkflows.includes(scope);
  const held = permissions[scope] ?? 'none';
  return held === 'write' || (level === 'read' && held === 'read');
}

/**
 * Refuses in GitHub's words. Reading a public repository needs the permission here too, which GitHub does not ask:
 * so a rehearsed workflow also works once its repository is private.
 */
export function demand(identity: Identity, needs: readonly Need[]): void {
  if (needs.length === 0 || needs.some((need) => may(identity, need))) return;
  if (identity.repository === undefined) throw new ApiError(401, 'Requires authentication');
  throw forbidden(needs);
}

export function forbidden(needs: readonly Need[] = []): ApiError {
  return new ApiError(403, 'Resource not accessible by integration', undefined, {
    'x-accepted-github-permissions': needs
      .map((need) => need.replace(':', '=').replaceAll('-', '_'))
      .join('; '),
  });
}
