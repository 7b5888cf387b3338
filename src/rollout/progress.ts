import * as v from 'valibot';
import { UserError } from '../common/errors.js';
import { driverRef } from '../ledger/tenure.js';
import { type State, stateSchema } from './state.js';

const progressSchema = v.object({
  /** Of which deployment. */
  deployment: v.number(),
  /** When the state was saved, milliseconds since 1970. */
  at: v.number(),
  state: stateSchema,
});

/** The state of one rollout, as a tenure saves it. */
export type Progress = v.InferOutput<typeof progressSchema>;

/**
 * The saved progress of a deployment; undefined when none was saved for it.
 * @throws UserError when what was saved cannot be read
 */
export function progressOf(
  saved: unknown,
  deployment: number,
  where: { readonly model: string; readonly environment: string },
): Progress | undefined {
  if (saved === undefined || saved === null) return undefined;
  const parsed = v.safeParse(progressSchema, saved);
  if (parsed.success) return parsed.output.deployment === deployment ? parsed.output : undefined;
  const ref = driverRef(where.model, where.environment);
  throw new UserError({
    message: `${ref} does not hold the progress of a rollout (${parsed.issues[0].message})`,
    remedy: `somebody changed it: check what serves, delete the ref (git push origin :${ref}), and run this again`,
  });
}

export const saveable = (deployment: number, state: State, at: Date): Progress => ({
  deployment,
  at: at.getTime(),
  state,
});
