import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { UserError } from '../../common/errors.js';
import { digestOf, tryParseJson } from '../../common/json.js';
import { allOf } from '../../evaluation/metrics/repeated.js';
import type { EvaluationRows } from '../../evaluation/rows.js';
import { hasStatus, refMovedByOthers } from '../../github/failure.js';
import type { GitHub } from '../../github/types.js';

const ledgerSchema = v.strictObject({
  kind: v.literal('holdout-uses'),
  schemaVersion: v.literal(1),
  model: v.string(),
  /** Of the hold-out files. */
  digest: v.string(),
  /** Challengers that these rows have decided on, each once, in the order in which they came. */
  challengers: v.array(v.strictObject({ challenger: v.string(), commit: v.string() })),
});
type Ledger = v.InferOutput<typeof ledgerSchema>;

const file = 'uses.json';
const attempts = 8;

export interface HoldoutUse {
  readonly digest: string;
  /** From 1. */
  readonly use: number;
  readonly recorded: boolean;
}

/** Of hold-out files, whatever their names and order. */
export function holdoutDigest(sha256: readonly string[]): string {
  return digestOf([...sha256].sort());
}

/** Of what a model answers to the hold-out rows, whatever the order and the format of its file. */
export function answersDigest(rows: EvaluationRows): string {
  const hash = createHash('sha256');
  const add = (name: string, value: unknown): void => {
    if (ArrayBuffer.isView(value)) hash.update(name).update(value as Uint8Array);
    if (value instanceof Map) for (const [key, inner] of value) add(`${name} ${String(key)}`, inner);
  };
  for (const one of allOf(rows)) {
    for (const name of Object.keys(one).sort()) add(name, one[name as keyof EvaluationRows]);
  }
  return `sha256:${hash.digest('hex')}`;
}

/**
 * Which use of the hold-out rows this is. The ref `refs/mlops/holdout/<model>/<digest>` holds the challengers that
 * they have decided on; the same challenger is the same use however often it is judged. A use is recorded before
 * its decision is told, so that a killed run cannot look for nothing.
 * @param challenger digest by which the model, or its predictions, can be known again
 */
export async function countUse(
  github: GitHub,
  about: {
    readonly model: string;
    readonly digest: string;
    readonly challenger: string;
    readonly commit: string;
  },
): Promise<HoldoutUse> {
  const { model, digest, challenger, commit } = about;
  const ref = `refs/mlops/holdout/${model}/${digest.replace('sha256:', '')}`;
  for (let attempt = 1; ; attempt++) {
    const tip = await github.refs.get(ref);
    const before = await readLedger(github, ref, tip?.sha, about);
    const known = before.challengers.findIndex((one) => one.challenger === challenger);
    if (known >= 0) return { digest, use: known + 1, recorded: true };
    const use = before.challengers.length + 1;
    const after: Ledger = { ...before, challengers: [...before.challengers, { challenger, commit }] };
    try {
      const sha = await github.commits.create({
        message: `Use ${use} of the hold-out rows of ${model}`,
        files: { [file]: `${JSON.stringify(after)}\n` },
        ...(tip !== undefined && { parent: tip.sha }),
      });
      const moved =
        tip === undefined ? await github.refs.create(ref, sha) : await github.refs.fastForward(ref, sha);
      if (moved) return { digest, use, recorded: true };
    } catch (error) {
      // A pull request from a fork may read only.
      if (!hasStatus(error, 401, 403, 404)) throw error;
      return { digest, use, recorded: false };
    }
    if (attempt === attempts) throw refMovedByOthers(ref, attempts);
  }
}

async function readLedger(
  github: GitHub,
  ref: string,
  sha: string | undefined,
  { model, digest }: { readonly model: string; readonly digest: string },
): Promise<Ledger> {
  if (sha === undefined) return { kind: 'holdout-uses', schemaVersion: 1, model, digest, challengers: [] };
  const parsed = v.safeParse(ledgerSchema, tryParseJson((await github.commits.readFile(sha, file)) ?? ''));
  if (parsed.success) return parsed.output;
  // Starting again from nothing would make the bounds too lenient.
  throw new UserError({
    message: `${ref} does not hold the uses of the hold-out rows of ${model} (${parsed.issues[0].message})`,
    remedy: `run this again; if somebody changed it, restore its last good commit, or take fresh hold-out rows`,
  });
}
