import { join, resolve } from 'node:path';
import type { FetchedModel } from '../../formats/fetched-model.js';
import type { GitHub } from '../../github/types.js';
import { fetchVersion } from '../../registry/fetch.js';
import { selectDeployed } from '../../registry/select.js';
import { type VerifiedVersion, verifyVersion } from '../../registry/verify.js';
import { NoSuchVersion, resolveVersion } from '../../registry/versions.js';
import { loadSpec } from '../../spec/load.js';
import type { Outcome } from '../definition.js';
import type { Dependencies } from '../dependencies.js';
import type { ValuesOf } from '../inputs.js';
import type { definition } from './inputs.js';
import { fetchReport } from './report.js';

type Inputs = ValuesOf<typeof definition.inputs>;

/** Brings a version's files into a folder, checked. */
export async function main(
  inputs: Inputs,
  { run, github: connect, logger, signal, outputFolder }: Dependencies,
): Promise<Outcome<keyof typeof definition.outputs>> {
  const model = inputs.name ?? (await loadSpec(resolve(run.workspace, inputs.model))).value.name;
  const { environment } = inputs;
  const selector = inputs.version ?? (environment === undefined ? 'newest' : 'live');
  const asked = {
    kind: 'fetched-model',
    schemaVersion: 1,
    model,
    selector,
    ...(environment !== undefined && { environment }),
  } as const;
  const github = await connect(inputs.token);
  let verified: VerifiedVersion;
  try {
    verified = await select(github, model, selector, environment);
  } catch (error) {
    if (!(error instanceof NoSuchVersion) || inputs['if-missing'] === 'fail') throw error;
    const result: FetchedModel = { ...asked, found: false, reason: error.problems[0]?.message ?? '' };
    logger.notice(`${result.reason}: going on without it`);
    return { outputs: { found: false }, result, report: fetchReport(result, undefined) };
  }

  const { version, manifest, manifestDigest } = verified;
  const folder = await fetchVersion({
    github,
    verified,
    folder:
      inputs.folder === undefined
        ? join(outputFolder, `${model}-${version.version}`)
        : resolve(run.workspace, inputs.folder),
    logger,
    signal,
  });
  const outputs = { found: true, version: version.version, tag: version.tag, folder };
  const result: FetchedModel = { ...asked, ...outputs, manifestDigest };
  return {
    outputs: { ...outputs, 'manifest-digest': manifestDigest },
    result,
    report: fetchReport(result, manifest),
  };
}

async function select(
  github: GitHub,
  model: string,
  selector: string,
  environment: string | undefined,
): Promise<VerifiedVersion> {
  if (environment !== undefined) return selectDeployed(github, model, environment, selector);
  return verifyVersion({ github, version: await resolveVersion(github, model, selector) });
}
