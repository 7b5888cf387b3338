import { relative, resolve } from 'node:path';
import { checkApproval } from '../../approval/approval.js';
import { UserError } from '../../common/errors.js';
import { expandGlobs } from '../../common/files.js';
import { expandFolderGlobs } from '../../common/folder.js';
import { digestOf } from '../../common/json.js';
import type { ApprovalRecord } from '../../formats/deployment.js';
import type { RegistrationResult } from '../../formats/registration.js';
import { readContents } from '../../registry/contents.js';
import { lineageOf, readEvidence, readRunRecord, refuseFailed } from '../../registry/enclosures.js';
import { register } from '../../registry/publish.js';
import { renderMarkdown } from '../../report/markdown.js';
import { loadPlan } from '../../plan/plan.js';
import type { Outcome } from '../definition.js';
import type { Dependencies } from '../dependencies.js';
import type { ValuesOf } from '../inputs.js';
import type { definition } from './inputs.js';
import { modelCard, registrationReport } from './report.js';

/** GitHub's limit for the text of a release is 125,000 characters. */
const cardBudget = 120_000;

/** Registers the model's files as a version; the same content is one version however often this runs. */
export async function main(
  inputs: ValuesOf<typeof definition.inputs>,
  { run, github: connect, logger, clock, signal }: Dependencies,
): Promise<Outcome<keyof typeof definition.outputs>> {
  const at = (path: string): string => resolve(run.workspace, path);
  const { spec } = await loadPlan({ file: at(inputs.model), workspace: run.workspace, logger });
  const { name: model, release, train } = spec.value;
  const folder = inputs.folder === undefined ? resolve(spec.folder, train.output) : at(inputs.folder);

  const paths = await expandFolderGlobs(release.files, folder, spec.at(['release', 'files']));
  const files = await readContents(
    folder,
    paths.map((path) => relative(folder, path)),
    inputs['part-size'],
  );
  const trained =
    inputs['run-record'] === undefined
      ? undefined
      : await readRunRecord(model, at(inputs['run-record']), files);
  const evidence = await readEvidence(model, await expandGlobs(inputs.evidence, run.workspace));
  const profile = inputs.profile === undefined ? [] : await readEvidence(model, [at(inputs.profile)]);
  const enclosures = [...(trained === undefined ? [] : [trained.enclosure]), ...evidence, ...profile];
  refuseFailed(enclosures, inputs['allow-failed-evidence']);

  const github = await connect(inputs.token);
  const commit = trained?.record.commit ?? run.sha;
  const runUrl = `${run.serverUrl}/${run.owner}/${run.repository}/actions/runs/${run.runId}`;
  let approval: ApprovalRecord | undefined;
  const registered = await register({
    github,
    logger,
    clock,
    signal,
    owner: { runId: run.runId, runAttempt: run.runAttempt, job: run.job, runner: run.runnerName },
    registration: {
      model,
      commit,
      files,
      enclosures,
      bump: inputs.bump ?? release.bump,
      specDigest: digestOf(spec.value),
      lineage: lineageOf({ id: run.runId, attempt: run.runAttempt, url: runUrl }, commit, trained?.record),
      card: (manifest, digest) =>
        renderMarkdown(modelCard(spec.value, manifest, digest), { budget: cardBudget }),
    },
    approve: async (manifestDigest) => {
      const answer = await checkApproval({
        github,
        run,
        policy: inputs['require-approval'] ?? release['require-approval'],
        environment: inputs.environment,
        approvals: inputs.approvals ?? release.approvals,
        manifestDigest,
      });
      if (!answer.granted) {
        throw new UserError(answer.reasons.map((reason) => ({ message: `not approved: ${reason}` })));
      }
      approval = answer.record;
    },
  });

  const { version, manifest, manifestDigest, created } = registered;
  logger.notice(
    `${version.tag} ${created ? 'is registered' : 'was registered before, with the same content'}`,
  );
  const result: RegistrationResult = {
    kind: 'registration',
    schemaVersion: 1,
    model,
    version: version.version,
    tag: version.tag,
    created,
    release: { id: version.release.id, url: version.release.url },
    manifestDigest,
    contentDigest: manifest.contentDigest,
    files: manifest.files.map(({ path, size, sha256 }) => ({ path, size, sha256 })),
    ...(approval !== undefined && { approval }),
  };
  return {
    outputs: {
      version: version.version,
      tag: version.tag,
      'release-id': version.release.id,
      'release-url': version.release.url,
      'manifest-digest': manifestDigest,
      created,
    },
    result,
    report: registrationReport(spec.value, manifest, result),
  };
}
