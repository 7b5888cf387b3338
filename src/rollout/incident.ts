import { formatPercent } from '../common/text.js';
import { type Incident, closeIncident, openOrUpdateIncident } from '../github/incident.js';
import type { GitHub } from '../github/types.js';
import type { Decision, State } from './state.js';

export interface IncidentScope {
  readonly model: string;
  readonly environment: string;
}

const labels = ['mlops-incident', 'rollout'] as const;
const keyOf = ({ model, environment }: IncidentScope): string => `rollout:${model}:${environment}`;

/** One issue for each (model, environment), open from a failed rollout until a later one succeeds. */
export function openRolloutIncident(
  github: GitHub,
  scope: IncidentScope,
  what: {
    readonly version: string;
    readonly replaced: string | null;
    readonly decision: Decision;
    readonly state: State;
    readonly runUrl: string;
    readonly deployment: number;
  },
): Promise<Incident> {
  const { version, replaced, decision, state, runUrl, deployment } = what;
  const reached = state.steps.at(-1)?.weight;
  const outcome = decision.verdict === 'fail' ? 'failed its rollout' : 'was not promoted and was rolled back';
  const body = [
    `Version ${plain(version)} of ${plain(scope.model)} ${outcome} in ${plain(scope.environment)}${reached === undefined ? '' : `, at ${formatPercent(reached)} of the requests`}.`,
    '',
    ...decision.reasons.map((reason) => `- ${plain(reason)}`),
    '',
    `At fault: ${describeFault(decision.fault)}.`,
    replaced === null
      ? 'No other version is on record there.'
      : `On record as live there is version ${plain(replaced)}, as before.`,
    '',
    `Run: ${runUrl}. Deployment ${deployment}.`,
    '',
    'This issue is closed by the next rollout there that succeeds.',
  ].join('\n');
  return openOrUpdateIncident(github, {
    key: keyOf(scope),
    labels,
    title: `Rollout of ${scope.model} ${version} to ${scope.environment} was rolled back`,
    body,
    comment: `Version ${plain(version)} ${outcome}: ${decision.reasons.map(plain).join('; ')} (${runUrl})`,
    run: String(deployment),
  });
}

export function closeRolloutIncident(
  github: GitHub,
  scope: IncidentScope,
  what: { readonly version: string; readonly runUrl: string; readonly deployment: number },
): Promise<Incident | undefined> {
  return closeIncident(github, {
    key: keyOf(scope),
    labels,
    comment: `Version ${plain(what.version)} is live in ${plain(scope.environment)} (${what.runUrl}).`,
    run: String(what.deployment),
  });
}

export function describeFault(fault: Decision['fault']): string {
  return {
    none: 'nothing in particular: there was not enough evidence',
    model: 'the model',
    telemetry: 'the telemetry, not the model: nobody could see how it did',
    routing: 'the routing, not the model: the requests did not go where the weight sent them',
    target: 'the serving platform or the commands of rollout.target, not the model',
  }[fault];
}

/** Text of commands and signal sources, without any meaning in Markdown. */
const plain = (text: string): string =>
  text.replace(/[\\`*_{}[\]<>()#|~!&@]/g, (c) => `&#${c.charCodeAt(0)};`).replace(/\s+/g, ' ');
