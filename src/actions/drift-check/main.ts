import { resolve } from 'node:path';
import { digestOf } from '../../common/json.js';
import { earlierWindows } from '../../drift/memory.js';
import { type Policy, findingsOf, judgeAlarm, policyOf, subjectOf } from '../../drift/policy.js';
import type { Drift } from '../../formats/drift.js';
import { type LoadedSpec, loadSpec } from '../../spec/load.js';
import type { Outcome } from '../definition.js';
import type { Dependencies } from '../dependencies.js';
import type { ValuesOf } from '../inputs.js';
import { ping } from '../ping.js';
import { follow } from './follow.js';
import { type Gathered, gather } from './gather.js';
import type { definition } from './inputs.js';
import { type Look, look } from './look.js';
import { type Past, keepPast, readPast } from './past.js';
import { adviceOf, driftReport, logLine } from './report.js';
import { tellOthers } from './telemetry.js';

type Inputs = ValuesOf<typeof definition.inputs>;

/** Compares current data with the reference, keeps the incident, asks for retraining, and tells others. */
export async function main(
  inputs: Inputs,
  dependencies: Dependencies,
): Promise<Outcome<keyof typeof definition.outputs>> {
  const { run, logger, clock } = dependencies;
  const spec = await loadSpec(resolve(run.workspace, inputs.model));
  const gathered = await gather(inputs, spec, dependencies);
  let seen: Look;
  let past: Past;
  try {
    past = await readPast(inputs, spec.value.name, dependencies);
    seen = await look(spec, gathered, past, inputs.scope, dependencies);
  } finally {
    await gathered.data.close();
  }
  const { policy: settings, performance, windows } = spec.value.drift ?? {};
  const policy = policyOf(settings ?? {}, {
    harmIsMeasured: performance !== undefined,
    // Where windows could not be compared, nothing else stands for the inputs.
    seasonal: (windows?.season.length ?? 0) > 0 && seen.parts.windows !== undefined,
  });
  const runUrl = `${run.serverUrl}/${run.owner}/${run.repository}/actions/runs/${run.runId}`;
  const composed = compose(inputs, spec, gathered, seen, policy, past, String(run.runId), clock.now());
  logger.info(logLine(composed));

  const unkept = await keepPast(past, {
    points: seen.points,
    streams: seen.streams,
    run: String(run.runId),
    check: {
      run: String(run.runId),
      at: composed.checkedAt,
      url: runUrl,
      verdict: composed.verdict,
      findings: findingsOf(composed.columns, composed.sections).map(subjectOf),
    },
  });
  const found: Drift = { ...composed, unkept: unkept ?? null };
  const following = { spec, found, policy, report: driftReport(found, runUrl), runUrl };
  const { outcome, trouble } = await follow(inputs, following, dependencies);
  const result: Drift = { ...found, ...outcome };
  const metrics = await tellOthers(result, inputs['otlp-endpoint'], dependencies);
  const problems = [trouble, ...problemsOf(inputs, result, policy, unkept)].filter(
    (one) => one !== undefined,
  );
  if (inputs.history && unkept !== undefined) {
    logger.warning(`this check was not kept for the next ones: ${unkept}`);
  }
  const seenOften = result.alarm.findings.filter(({ raised }) => raised);
  if (seenOften.length > 0) logger.warning(driftIn(seenOften));
  if (problems.length === 0) await ping(inputs['ping-url'], dependencies);
  const alarms = seenOften.filter(({ response }) => response !== 'warn');
  const failures = [...(inputs['fail-on-drift'] && alarms.length > 0 ? [driftIn(alarms)] : []), ...problems];
  return {
    outputs: {
      verdict: result.verdict,
      alarm: result.alarm.raised,
      'drifted-columns': JSON.stringify(result.columns.filter(({ alarm }) => alarm).map(({ name }) => name)),
      ...(result.incident !== null && { incident: result.incident.number }),
      'retrain-requested': result.retrain.requested,
      metrics,
    },
    result,
    report: driftReport(result, runUrl, adviceOf(result)),
    ...(failures.length > 0 && { failure: failures.join('; ') }),
  };
}

/** The result of this window, before anybody was told of it. */
function compose(
  inputs: Inputs,
  spec: LoadedSpec,
  { reference, current, source }: Gathered,
  seen: Look,
  policy: Policy,
  { history, store }: Past,
  run: string,
  now: Date,
): Drift {
  const { name: model, drift } = spec.value;
  const earlier = store === undefined ? undefined : earlierWindows(history?.checks ?? [], run);
  return {
    kind: 'drift',
    schemaVersion: 1,
    model,
    scope: inputs.scope,
    verdict: seen.verdict,
    reasons: [...seen.reasons],
    alpha: drift?.alpha ?? 0.05,
    reference: {
      source: reference.source,
      ...(reference.version !== undefined && { version: reference.version }),
      rows: reference.profile.rows,
      profile: digestOf(reference.profile),
    },
    current: { source, rows: current.rows, profile: digestOf(current) },
    checkedAt: now.toISOString(),
    unkept: null,
    sections: [...seen.sections],
    alarm: judgeAlarm(seen.columns, seen.sections, policy, earlier),
    columns: seen.columns,
    ...seen.parts,
    incident: null,
    retrain: { requested: false, reason: 'not asked for' },
  };
}

/** What could not be done. */
function problemsOf(
  inputs: Inputs,
  result: Drift,
  { n }: Policy,
  unkept: string | undefined,
): (string | undefined)[] {
  const broken = result.sections.filter(({ state }) => state === 'broken');
  return [
    ...broken.map(({ name, reasons }) => `${name} could not be checked: ${reasons.join('; ')}`),
    // Without the past, an alarm over several windows would never come.
    n > 1 && inputs.issue && unkept !== undefined
      ? `drift.policy looks back on ${n} windows, and this one could not be kept: ${unkept}`
      : undefined,
  ];
}

const driftIn = (findings: Drift['alarm']['findings']): string =>
  `drift in ${findings.map(({ name }) => name).join(', ')}`;
