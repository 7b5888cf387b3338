import * as v from 'valibot';
import { type Problem, failOn } from '../common/errors.js';
import { readNamedFile } from '../common/files.js';
import { parseJson, writtenBefore } from '../common/json.js';
import type { Manifest } from '../formats/manifest.js';
import { type RunRecord, runRecordSchema } from '../formats/run-record.js';
import type { ModelFile } from './contents.js';
import type { Enclosure } from './release-plan.js';

/** What every result of the chain says of itself. */
const resultSchema = v.looseObject({
  kind: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]*$/, 'must be lower-case letters, digits and hyphens')),
  model: v.optional(v.string()),
  verdict: v.optional(v.picklist(['pass', 'fail', 'inconclusive'])),
  /** Of a decision: a release must tell as well that it stands on a waiver. */
  waivers: v.optional(
    v.looseObject({ list: v.array(v.looseObject({ covers: v.optional(v.array(v.string()), []) })) }),
  ),
});

/**
 * Results of the chain as enclosures of a release.
 * @throws UserError naming every file that is no result, or that is another model's
 */
export async function readEvidence(model: string, files: readonly string[]): Promise<Enclosure[]> {
  const enclosures: Enclosure[] = [];
  const problems: Problem[] = [];
  for (const file of files) {
    const bytes = await readNamedFile(file, writtenBefore);
    const { kind, verdict, waivers, model: of } = parseJson(bytes.toString('utf8'), resultSchema, file);
    if (of !== undefined && of !== model) problems.push(ofAnother(file, of, model));
    const waived = (waivers?.list ?? []).flatMap(({ covers }) => covers);
    enclosures.push({
      kind,
      bytes,
      ...(verdict !== undefined && { verdict }),
      ...(waived.length > 0 && { waived }),
    });
  }
  failOn(problems);
  return enclosures;
}

/**
 * The run record of the training that made these files.
 * @throws UserError when it is another model's, or when a file is not the one that was trained
 */
export async function readRunRecord(
  model: string,
  file: string,
  files: readonly ModelFile[],
): Promise<{ record: RunRecord; enclosure: Enclosure }> {
  const bytes = await readNamedFile(file, writtenBefore);
  const record = parseJson(bytes.toString('utf8'), runRecordSchema, file);
  const problems: Problem[] = record.model === model ? [] : [ofAnother(file, record.model, model)];
  if (record.exit.code !== 0) {
    problems.push({
      message: `the training that it records did not succeed (${record.exit.endedBy}, code ${record.exit.code})`,
      where: { file },
      remedy: 'train the model again, and register what a successful training wrote',
    });
  }
  const trained = new Map(record.files.map((known) => [known.path, known.sha256]));
  for (const { path, sha256, file: where } of files) {
    const known = trained.get(path);
    if (known === undefined || known === sha256) continue;
    problems.push({
      message: `is not the file that the training wrote (${sha256}, the run record says ${known})`,
      where: { file: where },
      remedy: 'register the files of the training’s artifact as they are',
    });
  }
  failOn(problems);
  return { record, enclosure: { kind: 'run-record', bytes } };
}

/** Where a model came from, as its manifest tells. */
export function lineageOf(
  run: Manifest['lineage']['run'],
  commit: string,
  record: RunRecord | undefined,
): Manifest['lineage'] {
  const { dataDigest, parameters, seed, metrics } = record ?? {};
  return {
    commit,
    run,
    ...(dataDigest !== undefined && { dataDigest }),
    ...(parameters !== undefined && { parameters }),
    ...(seed !== undefined && { seed }),
    ...(metrics !== undefined && { metrics }),
  };
}

/** @throws UserError naming every enclosure whose verdict is fail, unless that is allowed */
export function refuseFailed(enclosures: readonly Enclosure[], allowed: boolean): void {
  if (allowed) return;
  failOn(
    enclosures
      .filter(({ verdict }) => verdict === 'fail')
      .map(({ kind }) => ({
        message: `the evidence "${kind}" says fail: the model is not registered`,
        remedy: 'fix what it names, or set `allow-failed-evidence: true` if you know why',
      })),
  );
}

function ofAnother(file: string, found: string, wanted: string): Problem {
  return {
    message: `is of the model "${found}", not "${wanted}"`,
    where: { file },
    remedy: 'name the results of the same model',
  };
}
