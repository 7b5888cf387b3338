import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tryParseJson } from '../common/json.js';

/**
 * Makes the folder for a step's files: `mlops-out/<action>` in the workspace, and `mlops-out/<action>-2` for the second
 * step of a job that uses the action, so that no step writes over another's result.
 * @param where `temp` is the job's own folder, which the runner empties before each job
 * @param step id of the step (GITHUB_ACTION); undefined outside of a workflow, where there is one folder
 * @returns its absolute path; the same for a step's main and post phase
 */
export function makeOutputFolder(
  { workspace, temp }: { readonly workspace: string; readonly temp: string },
  action: string,
  step: string | undefined,
): string {
  const place = step === undefined || step === '' ? 0 : placeOf(step, join(temp, 'mlops-steps'), action);
  const folder = join(workspace, 'mlops-out', place === 0 ? action : `${action}-${place + 1}`);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Which of the job's steps with this action it is, from 0. */
function placeOf(step: string, folder: string, action: string): number {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${action}.json`);
  const known = readSteps(file);
  const place = known.indexOf(step);
  if (place >= 0) return place;
  writeFileSync(file, JSON.stringify([...known, step]));
  return known.length;
}

function readSteps(file: string): readonly unknown[] {
  try {
    const found = tryParseJson(readFileSync(file, 'utf8'));
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}
