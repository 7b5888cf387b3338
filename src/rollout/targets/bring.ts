import {
  type ServedVersion,
  type Target,
  TargetError,
  describeServing,
  isServing,
  isVersion,
} from './target.js';

/** Gives a version all requests, starting it where it is not up. Depends on no other version. */
export async function bringUp(target: Target, served: ServedVersion): Promise<void> {
  const serving = await target.status();
  if (serving === undefined || !isServing(serving, served.version)) await target.start(served);
  try {
    await target.setWeight(served, 1);
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    // A command that an earlier run left under way may have taken it down meanwhile.
    await target.start(served);
    await target.setWeight(served, 1);
  }
}

/**
 * Takes a challenger out, and makes sure that the stable version serves.
 * @param reached the largest weight that the challenger may have had; decides where the target cannot tell
 * @throws TargetError when the challenger still serves, or the stable version cannot be brought back
 */
export async function stopChallenger(
  target: Target,
  challenger: ServedVersion,
  stable: ServedVersion | undefined,
  reached: number,
): Promise<void> {
  const serving = await target.status();
  const tookOver = serving === undefined ? reached >= 1 : isVersion(serving.champion, challenger.version);
  if (tookOver && stable !== undefined) await bringUp(target, stable);
  else if (serving === undefined ? reached > 0 : isVersion(serving.challenger, challenger.version)) {
    // No request should be cut off; where the weight cannot be set any more, stopping may still work.
    await target.setWeight(challenger, 0).catch(ignoreTargetError);
  }
  await target.stop(challenger);
  if (stable !== undefined) await restoreStable(target, stable);
}

/** Brings the stable version back where the target serves nothing at all. */
export async function restoreStable(target: Target, stable: ServedVersion): Promise<void> {
  const serving = await target.status();
  if (serving === undefined || isVersion(serving.champion, stable.version)) return;
  if (serving.champion === null) await bringUp(target, stable);
  else {
    throw new TargetError(
      'mismatch',
      `status should show the stable version ${stable.version}, and shows ${describeServing(serving)}`,
    );
  }
}

export function ignoreTargetError(error: unknown): void {
  if (!(error instanceof TargetError)) throw error;
}
