import type { Action } from '../actions/definition.js';

/** Every action of the suite, each loaded only when it is the one that runs. */
export const registry = {
  'validate-data': () => import('../actions/validate-data/index.js'),
  'merge-profiles': () => import('../actions/merge-profiles/index.js'),
  'train-on-gpu-runner': () => import('../actions/train-on-gpu-runner/index.js'),
  'evaluate-gate': () => import('../actions/evaluate-gate/index.js'),
  'register-model': () => import('../actions/register-model/index.js'),
  'fetch-model': () => import('../actions/fetch-model/index.js'),
  'deploy-canary': () => import('../actions/deploy-canary/index.js'),
  'drift-check': () => import('../actions/drift-check/index.js'),
  'drift-heartbeat': () => import('../actions/drift-heartbeat/index.js'),
  'comment-report': () => import('../actions/comment-report/index.js'),
} satisfies Record<string, () => Promise<{ default: unknown }>>;

export type ActionName = keyof typeof registry;

/** Actions that run commands of the user: their environment is sealed. */
export const commandActions: readonly ActionName[] = [
  'validate-data',
  'train-on-gpu-runner',
  'evaluate-gate',
  'deploy-canary',
  'drift-check',
];

export async function loadAction(name: ActionName): Promise<Action> {
  const module = await registry[name]();
  return module.default as unknown as Action;
}
