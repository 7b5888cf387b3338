import { resolve } from 'node:path';
import { UserError, describeProblem, failOn } from '../../common/errors.js';
import { displayPath } from '../../common/files.js';
import { digestOf } from '../../common/json.js';
import { nearest } from '../../common/text.js';
import { compareProfiles } from '../../drift/compare.js';
import { type IncidentOutcome, keepIncident } from '../../drift/incident.js';
import type { Drift } from '../../formats/drift.js';
import type { Profile } from '../../formats/profile.js';
import { prepareData } from '../../spec/data.js';
import { type LoadedSpec, loadSpec } from '../../spec/load.js';
import { seededRandom } from '../../statistics/random.js';
import type { Outcome } from '../definition.js';
import type { Dependencies } from '../dependencies.js';
import type { ValuesOf } from '../inputs.js';
import type { definition } from './inputs.js';
import { profileFiles } from './profile.js';
import { type Reference, fileReference, liveReference, profilePath } from './reference.js';
import { driftReport, logLine } from './report.js';

type Inputs = ValuesOf<typeof definition.inputs>;

/** Compares current data with the reference, keeps the incident, asks for retraining. */
export async function main(
  inputs: Inputs,
  dependencies: Dependencies,
): Promise<Outcome<keyof typeof definition.outputs>> {
  const { run, logger } = dependencies;
  const spec = await loadSpec(resolve(run.workspace, inputs.model));
  const { name: model, drift, evaluate } = spec.value;
  const { reference, current, source } = await readBoth(inputs, spec, dependencies);
  checkColumns(spec, reference.profile, current);

  const alpha = drift?.alpha ?? 0.05;
  const compared = compareProfiles(reference.profile, current, {
    alpha,
    columns: drift?.columns ?? {},
    optional: [evaluate.label],
    random: seededRandom(1).uniform,
  });
  const found: Drift = {
    kind: 'drift',
    schemaVersion: 1,
    model,
    scope: inputs.scope,
    verdict: compared.verdict,
    reasons: [...compared.reasons],
    alpha,
    reference: {
      source: reference.source,
      ...(reference.version !== undefined && { version: reference.version }),
      rows: reference.profile.rows,
      profile: digestOf(reference.profile),
    },
    current: { source, rows: current.rows, profile: digestOf(current) },
    columns: [...compared.columns],
    incident: null,
    retrain: { requested: false, reason: 'not asked for' },
  };
  logger.info(logLine(found));

  const runUrl = `${run.serverUrl}/${run.owner}/${run.repository}/actions/runs/${run.runId}`;
  const { outcome, trouble } = await follow(inputs, spec, found, runUrl, dependencies);
  const result: Drift = { ...found, ...outcome };
  const drifted = result.columns.filter(({ alarm }) => alarm).map(({ name }) => name);
  if (result.verdict === 'fail') logger.warning(`drift in ${drifted.join(', ')}`);
  const failure =
    trouble ??
    (inputs['fail-on-drift'] && result.verdict === 'fail'
      ? `${drifted.length} of ${result.columns.length} columns drifted: ${drifted.join(', ')}`
      : undefined);
  return {
    outputs: {
      verdict: result.verdict,
      'drifted-columns': JSON.stringify(drifted),
      ...(result.incident !== null && { incident: result.incident.number }),
      'retrain-requested': result.retrain.requested,
    },
    result,
    report: driftReport(result, runUrl, adviceOf(result)),
    ...(failure !== undefined && { failure }),
  };
}

/** The incident and the request for retraining; what fails there does not lose what was found. */
async function follow(
  { issue, retrain, token }: Inputs,
  { value, at }: LoadedSpec,
  found: Drift,
  runUrl: string,
  { github: connect, run, clock }: Dependencies,
): Promise<{ outcome: IncidentOutcome; trouble?: string }> {
  const nothing = (reason: string): IncidentOutcome => ({
    incident: null,
    retrain: { requested: false, reason },
  });
  if (!issue) {
    return { outcome: nothing('the issue remembers when it was last asked for, and `issue` is false') };
  }
  const wanted = retrain ? value.drift?.retrain : undefined;
  try {
    const github = await connect(token);
    const ask = async (workflow: string): Promise<number | undefined> => {
      const { defaultBranch } = await github.repository();
      const columns = found.columns.filter(({ alarm }) => alarm).map(({ name }) => name);
      const reason = `drift of ${found.model} (${found.scope}): ${columns.join(', ')}`.slice(0, 500);
      return github.dispatches.workflow(workflow, defaultBranch, { reason }).catch((error: unknown) => {
        if (!(error instanceof UserError)) throw error;
        const where = at(['drift', 'retrain', 'workflow']);
        const shown = { ...where, ...(where.file && { file: displayPath(where.file, run.workspace) }) };
        throw new UserError(
          error.problems.map((problem) => ({ ...problem, where: shown })),
          { cause: error },
        );
      });
    };
    const outcome = await keepIncident({
      github,
      result: found,
      report: driftReport(found, runUrl),
      run: { id: run.runId, url: runUrl },
      now: clock.now(),
      recoverAfter: value.drift?.['recover-after'] ?? 1,
      reopenWithinMs: value.drift?.['reopen-within'] ?? 14 * 86_400_000,
      ...(wanted && { retrain: { coolDownMs: wanted['cool-down'], ask: () => ask(wanted.workflow) } }),
    });
    return { outcome };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const trouble = error.problems.map(describeProblem).join('; ');
    return { outcome: nothing('keeping the issue, or asking, failed'), trouble };
  }
}

/** Reads reference and current data; the reference first, since it names the types that are expected. */
async function readBoth(
  inputs: Inputs,
  spec: LoadedSpec,
  dependencies: Dependencies,
): Promise<{ reference: Reference; current: Profile; source: string }> {
  const { run, logger, signal, environment, github: connect } = dependencies;
  const { drift, name } = spec.value;
  if (inputs.current.length === 0 && drift === undefined) {
    throw new UserError({
      message: 'the spec has no "drift", so there is no current data to check',
      where: spec.at([]),
      remedy: 'add drift: { current: data/latest.csv }, or give the input `current`',
    });
  }
  const path = profilePath(inputs.reference, run.workspace);
  const fromData = path === undefined && (inputs.reference.length > 0 || drift?.reference !== undefined);
  const files = await prepareData({
    spec,
    purposes: fromData ? ['reference', 'current'] : ['current'],
    override: {
      ...(inputs.current.length > 0 && { current: inputs.current }),
      ...(fromData && inputs.reference.length > 0 && { reference: inputs.reference }),
    },
    workspace: run.workspace,
    environment,
    logger,
    signal,
  });
  const show = (list: readonly string[]): string =>
    list.length > 3
      ? `${list.length} files`
      : list.map((file) => displayPath(file, run.workspace)).join(', ');
  let reference: Reference;
  if (path !== undefined) reference = await fileReference(path, displayPath(path, run.workspace));
  else if (fromData) {
    const profile = await profileFiles(files.reference!, {}, dependencies);
    reference = { profile, source: show(files.reference!) };
  } else reference = await liveReference(await connect(inputs.token), name, inputs.environment);
  logger.info(`reference: ${reference.source}`);
  // Numbers are left to be found: a text among them must show as a text, not vanish as a missing value.
  const types = Object.fromEntries(
    reference.profile.columns
      .filter(({ type }) => type !== 'integer' && type !== 'number')
      .map((column) => [column.name, column.type]),
  );
  const current = await profileFiles(files.current!, types, dependencies);
  return { reference, current, source: show(files.current!) };
}

/** A setting for a column that neither side has is a misspelling. */
function checkColumns({ value, at }: LoadedSpec, reference: Profile, current: Profile): void {
  const names = new Set([...reference.columns, ...current.columns].map(({ name }) => name));
  failOn(
    Object.keys(value.drift?.columns ?? {})
      .filter((column) => !names.has(column))
      .map((column) => {
        const near = nearest(column, names);
        return {
          message: `neither the reference nor the current data has a column "${column}"`,
          where: at(['drift', 'columns', column]),
          remedy: near === undefined ? `there are ${[...names].join(', ')}` : `did you mean "${near}"?`,
        };
      }),
  );
}

function adviceOf({ incident, retrain }: Drift): string[] {
  return [
    ...(incident === null ? [] : [`The incident is issue #${incident.number}.`]),
    retrain.requested
      ? `Retraining is asked for${retrain.run === undefined ? '' : ` (run ${retrain.run})`}.`
      : `Retraining is not asked for: ${retrain.reason}.`,
  ];
}
