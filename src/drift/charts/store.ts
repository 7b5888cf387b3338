import * as v from 'valibot';
import { UserError } from '../../common/errors.js';
import { tryParseJson } from '../../common/json.js';
import { refMovedByOthers } from '../../github/failure.js';
import type { GitHub } from '../../github/types.js';
import { type DriftHistory, driftHistorySchema } from '../../formats/drift-history.js';
import { emptyHistory } from './history.js';

/** Where the history lies. Its updates can be repeated and can meet: `change` is pure, and is made again then. */
export interface HistoryStore {
  /** Where it lies, for people. */
  readonly where: string;
  /** Undefined where there is none yet. @throws UserError when it cannot be read */
  read(): Promise<DriftHistory | undefined>;
  /** Writes what `change` makes of the newest history; nothing where it changes nothing. */
  update(change: (history: DriftHistory) => DriftHistory): Promise<DriftHistory>;
}

const file = 'history.json';
const attempts = 8;

/**
 * The history as a ref of its own, `refs/mlops/history/<model>/<scope>`: each update is a commit on top of the one
 * before, and the ref only moves forward, so of two runs that meet the later one merges again. It outlives
 * artifacts, shows in no list of branches, and `git log` tells what was known when. Needs `contents: write`.
 */
export function refHistoryStore(github: GitHub, model: string, scope: string): HistoryStore {
  const ref = `refs/mlops/history/${model}/${refPart(scope)}`;
  // The ref exists, so there is a history: an answer without it must not overwrite it with an empty one.
  const readAt = async (sha: string): Promise<DriftHistory> => {
    const history = parse((await github.commits.readFile(sha, file)) ?? '', model, scope);
    if (history !== undefined) return history;
    throw new UserError({
      message: `${ref} does not hold the drift history of ${model} (${scope})`,
      remedy: `run this again; if somebody changed it, delete the ref to start a new history (git push origin :${ref})`,
    });
  };
  return {
    where: ref,
    read: async () => {
      const tip = await github.refs.get(ref);
      return tip && (await readAt(tip.sha));
    },
    update: async (change) => {
      for (let attempt = 1; ; attempt++) {
        const tip = await github.refs.get(ref);
        const before = tip && (await readAt(tip.sha));
        const after = change(before ?? emptyHistory(model, scope));
        const text = `${JSON.stringify(after)}\n`;
        if (before !== undefined && text === `${JSON.stringify(before)}\n`) return after;
        const sha = await github.commits.create({
          message: `Drift history of ${model} (${scope})`,
          files: { [file]: text },
          ...(tip && { parent: tip.sha }),
        });
        const moved = tip ? await github.refs.fastForward(ref, sha) : await github.refs.create(ref, sha);
        if (moved) return after;
        if (attempt === attempts) throw refMovedByOthers(ref, attempts);
      }
    },
  };
}

/** Undefined for what is not a history of this model. */
function parse(text: string, model: string, scope: string): DriftHistory | undefined {
  const parsed = v.safeParse(driftHistorySchema, tryParseJson(text));
  return parsed.success && parsed.output.model === model && parsed.output.scope === scope
    ? parsed.output
    : undefined;
}

/** A scope as a part of a ref's name: what git does not take there is spelt out. */
function refPart(scope: string): string {
  const spelt = scope.replace(/[^A-Za-z0-9_-]/gu, (c) => `.x${c.codePointAt(0)!.toString(16)}`);
  return spelt.startsWith('.') ? `s${spelt}` : spelt;
}
