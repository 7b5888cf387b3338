import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Outcome } from '../../src/actions/definition.js';
import { UserError, describeProblem } from '../../src/common/errors.js';
import { type Case, faultOf } from './faults.js';
import type { Site } from './site.js';

/** An action in a state of the world. */
export interface Scene {
  readonly action: string;
  /** Makes the state before the run. */
  prepare(site: Site): Promise<void>;
  run(site: Site): Promise<Outcome>;
  /** What the run leaves, but for what differs between two attempts. */
  end(site: Site, outcome: Outcome): Promise<unknown>;
  /** What shows that nothing was done twice or left open; compared where a run gets over the failure by itself. */
  trace?(site: Site, outcome: Outcome): Promise<unknown>;
  /** What is there and must never be, whatever fails; undefined when all is well. */
  danger(site: Site, failing: Case): Promise<string | undefined>;
  /** Operations that are not sent again when their answer is lost, by design. */
  readonly notSentAgain?: readonly string[];
  /**
   * What a second attempt has in common with the undisturbed run where the first came to an end of its own, which is
   * on record; default: everything.
   */
  core?(end: unknown): unknown;
}

/**
 * `same`: as if nothing had failed. `in words`: it fails with a remedy, and a second attempt ends the same.
 * `with a warning`: it goes on without something, and a second attempt ends the same.
 */
export type Verdict = 'same' | 'in words' | 'with a warning' | 'not reached' | { readonly wrong: string };

/** What a run leaves that nothing disturbs. */
export interface Expected {
  readonly end: unknown;
  readonly trace: unknown;
}

const patienceMs = 90_000;

/** Whether a run in which one request fails ends as it must. */
export async function judge(
  scene: Scene,
  template: Site,
  folder: string,
  what: { readonly failing: Case; readonly expected: Expected },
): Promise<Verdict> {
  const site = await template.copyTo(folder);
  try {
    return await judgeAt(scene, site, what);
  } catch (error) {
    return { wrong: `the sweep itself: ${String(error instanceof Error ? error.stack : error)}` };
  } finally {
    await site.close();
  }
}

async function judgeAt(
  scene: Scene,
  site: Site,
  { failing, expected }: { readonly failing: Case; readonly expected: Expected },
): Promise<Verdict> {
  const { operation } = failing.request;
  site.hub.faults.add(faultOf(failing));
  const first = await attempt(scene, site);
  const seen = site.hub.requests.filter((request) => request.operation === operation).length;
  site.hub.faults.clear();
  const hit = seen > failing.index;
  if (first.defect !== undefined) return { wrong: `a defect: ${first.defect}` };
  const danger = await scene.danger(site, failing);
  if (danger !== undefined) return { wrong: `${danger} (${first.words ?? 'no failure'})` };
  const getsOver = failing.kind.recoverable && !(scene.notSentAgain ?? []).includes(operation);
  if (getsOver && !failing.forever && first.words !== undefined) return { wrong: `fails: ${first.words}` };
  let left: string | undefined;
  if (first.outcome !== undefined) {
    left = difference(await scene.end(site, first.outcome), expected.end);
    if (left === undefined && getsOver && !failing.forever) {
      left = difference(await scene.trace?.(site, first.outcome), expected.trace);
    }
    if (left === undefined) return hit ? 'same' : 'not reached';
    if (getsOver && !failing.forever) return { wrong: `ends otherwise: ${left}` };
    const told =
      first.outcome.failure ?? site.logger.records.find(({ level }) => level === 'warning')?.message;
    if (told === undefined) return { wrong: `leaves something out without a word: ${left}` };
  }
  await site.startAgain();
  const second = await attempt(scene, site);
  if (second.outcome === undefined) {
    return { wrong: `the second attempt fails: ${second.words ?? second.defect}; the first: ${first.words}` };
  }
  const core = (first.outcome !== undefined && scene.core) || ((end: unknown) => end);
  const after = difference(core(await scene.end(site, second.outcome)), core(expected.end));
  if (after !== undefined)
    return { wrong: `the second attempt ends otherwise: ${after}; the first: ${first.words ?? left}` };
  return first.words === undefined ? 'with a warning' : 'in words';
}

async function attempt(
  scene: Scene,
  site: Site,
): Promise<{ readonly outcome?: Outcome; readonly words?: string; readonly defect?: string }> {
  const late = new AbortController();
  try {
    const outcome = await Promise.race([
      scene.run(site),
      delay(patienceMs, undefined, { signal: late.signal }).then(() => {
        throw new Error(`no end after ${patienceMs} ms`);
      }),
    ]);
    return { outcome };
  } catch (error) {
    if (!(error instanceof UserError))
      return { defect: String(error instanceof Error ? error.stack : error).slice(0, 600) };
    const words = error.problems.map(describeProblem).join('; ');
    const silent = error.problems.some((problem) => !describeProblem(problem).includes('→'));
    return silent ? { defect: `no remedy: ${words}` } : { words };
  } finally {
    late.abort();
  }
}

const clip = (value: unknown): string => JSON.stringify(value).slice(0, 300);

/** Undefined when there is none. */
function difference(found: unknown, expected: unknown, at = ''): string | undefined {
  const [a, b] = [found, expected].map((value) => JSON.parse(JSON.stringify(value ?? null)) as unknown);
  if (isDeepStrictEqual(a, b)) return undefined;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') {
    return `${at.slice(1)} is ${clip(a)} instead of ${clip(b)}`;
  }
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])]
    .map((key) => difference(left[key], right[key], `${at}.${key}`))
    .filter((one) => one !== undefined)
    .slice(0, 4)
    .join(', ');
}
