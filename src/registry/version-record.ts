import * as v from 'valibot';
import { UserError } from '../common/errors.js';
import { tryParseJson } from '../common/json.js';
import { type VersionRecord, versionRecordSchema } from '../formats/version-record.js';
import { refMovedByOthers } from '../github/failure.js';
import type { GitHub } from '../github/types.js';

const file = 'version.json';
const attempts = 3;

export const versionRecordRef = (model: string, version: string): string =>
  `refs/mlops/versions/${model}/v${version}`;

/**
 * Writes down what a release is about to hold. Only the holder of the model's lock calls this, before it publishes:
 * what an earlier try left for the same number is replaced by a commit on top.
 */
export async function writeVersionRecord(github: GitHub, record: VersionRecord): Promise<void> {
  const ref = versionRecordRef(record.model, record.version);
  const text = `${JSON.stringify(record)}\n`;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const tip = await github.refs.get(ref);
    if (tip !== undefined && (await github.commits.readFile(tip.sha, file)) === text) return;
    const sha = await github.commits.create({
      message: `Register ${record.model} ${record.version}`,
      files: { [file]: text },
      ...(tip !== undefined && { parent: tip.sha }),
    });
    const written = tip ? await github.refs.fastForward(ref, sha) : await github.refs.create(ref, sha);
    if (written) return;
  }
  throw refMovedByOthers(ref, attempts);
}

/** Undefined when there is none. @throws UserError when it cannot be read */
export async function readVersionRecord(
  github: GitHub,
  model: string,
  version: string,
): Promise<VersionRecord | undefined> {
  const ref = versionRecordRef(model, version);
  const tip = await github.refs.get(ref);
  if (tip === undefined) return undefined;
  const text = (await github.commits.readFile(tip.sha, file)) ?? '';
  const parsed = v.safeParse(versionRecordSchema, tryParseJson(text));
  if (parsed.success && parsed.output.model === model && parsed.output.version === version)
    return parsed.output;
  throw new UserError({
    message: `${ref} is not the record of ${model} ${version}`,
    remedy: 'somebody changed it: do not use this version; register the model again',
  });
}
