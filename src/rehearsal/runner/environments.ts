import { type Scope, type Token, evaluate, evaluateText, child } from './expressions.js';
import type { JobEnvironment } from './job-state.js';
import { Slots } from './locks.js';
import type { RunSetup } from './setup.js';
import { toText } from './values.js';
import { isMapping } from '@actions/workflow-parser';

/** `environment:` of a job; undefined when there is none. */
export function readEnvironment(token: Token | undefined, scope: Scope): JobEnvironment | undefined {
  if (token === undefined) return undefined;
  const name = evaluateText(isMapping(token) ? child(token, 'name') : token, scope);
  if (name === '') return undefined;
  const deployment = evaluate(child(token, 'deployment'), scope);
  return { name, url: child(token, 'url'), deployment: toText(deployment) !== 'false' };
}

/** One question at a time. */
const questions = new WeakMap<object, Slots>();

/**
 * Waits until a job may use an environment.
 * @returns false when it was rejected
 */
export async function enterEnvironment(name: string, job: string, setup: RunSetup): Promise<boolean> {
  const { repository, info, reporter, approve } = setup;
  const about = { run: info, job };
  const environment = repository.environment(name);
  // GitHub makes an environment that is missing, without any protection.
  if (environment === undefined) await repository.setEnvironment({ name });
  const waitMinutes = environment?.waitMinutes ?? 0;
  if (waitMinutes > 0) {
    const reason = `${name} has a wait timer of ${waitMinutes} minutes: a rehearsal does not wait for it`;
    reporter.report({ kind: 'job-waiting', ...about, reason });
  }
  if (environment === undefined || environment.reviewers.length === 0) return true;
  const turn = questions.get(repository) ?? new Slots(1);
  questions.set(repository, turn);
  return turn.use(async () => {
    await repository.runs.requestApproval(info.id, name);
    await repository.runs.update(info.id, { status: 'waiting' });
    reporter.report({
      kind: 'job-waiting',
      ...about,
      reason: `${name} wants approval of ${environment.reviewers.join(', ')}`,
    });
    const decision = await approve(name, info);
    await repository.runs.decide(info.id, name, decision);
    await repository.runs.update(info.id, { status: 'in_progress' });
    reporter.report({ kind: 'approval', ...about, environment: name, decision });
    return decision.state === 'approved';
  });
}
