import { resolve } from 'node:path';
import { UserError, describeProblem } from '../../common/errors.js';
import { expandGlobs } from '../../common/files.js';
import { refHistoryStore } from '../../drift/charts/store.js';
import { type Beat, judgeBeat, keepHeartbeatIncident } from '../../drift/heartbeat.js';
import type { DriftHeartbeat, Watched } from '../../formats/drift-heartbeat.js';
import type { GitHub } from '../../github/types.js';
import { readLedger } from '../../ledger/ledger.js';
import { loadSpec } from '../../spec/load.js';
import type { Outcome } from '../definition.js';
import type { Dependencies } from '../dependencies.js';
import type { ValuesOf } from '../inputs.js';
import { ping } from '../ping.js';
import type { definition } from './inputs.js';
import { heartbeatReport, watchedReport } from './report.js';

type Inputs = ValuesOf<typeof definition.inputs>;

/** Looks when each model was last checked for drift, and keeps the incidents of those that are overdue. */
export async function main(
  inputs: Inputs,
  dependencies: Dependencies,
): Promise<Outcome<keyof typeof definition.outputs>> {
  const { run, logger, clock } = dependencies;
  const now = clock.now();
  const runUrl = `${run.serverUrl}/${run.owner}/${run.repository}/actions/runs/${run.runId}`;
  const specs = await watchedSpecs(inputs, run.workspace);
  const github = await dependencies.github(inputs.token);
  const watched: Watched[] = [];
  const troubles: string[] = [];
  for (const { model, overdueAfterMs } of specs) {
    const liveSince = await inUseSince(github, model, inputs.environment);
    for (const scope of inputs.scopes) {
      const past = await refHistoryStore(github, model, scope).read();
      const beat: Beat = { model, scope, lastCheck: past?.checks.at(-1), liveSince, overdueAfterMs };
      const judged = judgeBeat(beat, now);
      logger[judged.state === 'overdue' ? 'warning' : 'info'](`${model} (${scope}): ${judged.reason}`);
      let incident: Watched['incident'] = null;
      if (inputs.issue) {
        const text = { report: watchedReport(judged, runUrl), run: String(run.runId), now };
        incident = await keepHeartbeatIncident(github, judged, text).catch((error: unknown) => {
          // The incident of one model that cannot be kept must not hide those of the others.
          if (!(error instanceof UserError)) throw error;
          troubles.push(error.problems.map(describeProblem).join('; '));
          return null;
        });
      }
      watched.push({ ...judged, incident });
    }
  }
  const overdue = watched.filter(({ state }) => state === 'overdue');
  const result: DriftHeartbeat = {
    kind: 'drift-heartbeat',
    schemaVersion: 1,
    checkedAt: now.toISOString(),
    verdict: overdue.length > 0 ? 'fail' : 'pass',
    reasons: overdue.map(({ model, scope, reason }) => `${model} (${scope}): ${reason}`),
    watched,
  };
  if (overdue.length === 0 && troubles.length === 0) await ping(inputs['ping-url'], dependencies);
  const failures = [
    ...(inputs['fail-when-overdue'] && overdue.length > 0 ? [`overdue: ${result.reasons.join('; ')}`] : []),
    ...troubles,
  ];
  return {
    outputs: {
      verdict: result.verdict,
      overdue: JSON.stringify(overdue.map(({ model, scope }) => `${model} (${scope})`)),
    },
    result,
    report: heartbeatReport(result, runUrl),
    ...(failures.length > 0 && { failure: failures.join('; ') }),
  };
}

/** Every spec that has drift checks. @throws UserError when a pattern matches nothing, or none of them has any */
async function watchedSpecs(
  { models }: Inputs,
  workspace: string,
): Promise<{ model: string; overdueAfterMs: number }[]> {
  // A path without a wildcard names one file: the report says when it is missing.
  const plain = models.filter((path) => !/[*?[{]/.test(path)).map((path) => resolve(workspace, path));
  const patterns = models.filter((path) => /[*?[{]/.test(path));
  const files = new Set([...plain, ...(await expandGlobs(patterns, workspace))]);
  const specs = [];
  for (const file of files) specs.push(await loadSpec(file));
  const found = specs.flatMap(({ value: { name, drift } }) =>
    drift === undefined ? [] : [{ model: name, overdueAfterMs: drift['overdue-after'] }],
  );
  if (found.length > 0) return found;
  throw new UserError({
    message: `no model spec with "drift" is among ${models.join(', ')}`,
    remedy: 'give the input `models` the specs whose drift checks are to be watched',
  });
}

/** When a version of the model first went live, where one is live now. */
async function inUseSince(github: GitHub, model: string, environment: string): Promise<string | undefined> {
  const { live, entries } = await readLedger(github, model, environment);
  if (live === undefined) return undefined;
  return entries.flatMap(({ liveFrom }) => liveFrom ?? []).sort()[0];
}
