import { formatDuration, formatInteger, formatNumber, formatPercent, plural } from '../../common/text.js';
import type { RolloutResult } from '../../formats/rollout.js';
import type { Block, Fact, Report, Section, Table, Text } from '../../report/model.js';
import { boundOf } from '../../rollout/engine.js';
import { goodBound } from '../../rollout/evidence.js';
import type { RolloutEnd } from '../../rollout/request.js';
import type { State, Step } from '../../rollout/state.js';

type ResultStep = RolloutResult['steps'][number];

export function rolloutResult(end: RolloutEnd, environment: string): RolloutResult {
  const { plan, state, payload, incident } = end;
  const cancelled = {
    verdict: 'inconclusive' as const,
    fault: 'none' as const,
    reasons: ['cancelled before it was decided'],
  };
  const { verdict, fault, reasons } = state.decision ?? cancelled;
  return {
    kind: 'rollout',
    schemaVersion: 1,
    verdict,
    fault,
    reasons: [...reasons],
    model: payload.model,
    version: payload.version,
    manifestDigest: payload.manifestDigest,
    replaced: payload.replaces,
    environment,
    cause: payload.cause === 'rollback' ? 'rollback' : 'rollout',
    end: end.how,
    ...(end.how === 'cancelled' && { routed: end.routed ?? null }),
    deployment: end.deployment,
    plan: { steps: [...plan.steps], bakeMs: plan.bakeMs, intervalMs: plan.intervalMs },
    bounds: { bad: boundOf(plan), good: goodBound },
    steps: state.steps.map((step): ResultStep => ({
      weight: step.weight,
      requests: { champion: step.sums.champion.requests, challenger: step.sums.challenger.requests },
      looks: step.looks,
      durationMs: step.until - step.since,
      guardrails: step.evidence.map(({ logEBadTotal, ...e }) => ({ ...e, logEBad: logEBadTotal })),
      verdict: step.verdict,
    })),
    approval: payload.approval,
    ...(payload.withdraws !== undefined && { withdraws: [...payload.withdraws] }),
    ...(incident && {
      incident: { number: incident.issue.number, url: incident.issue.url, action: incident.action },
    }),
  };
}

/** Why the step fails; undefined when it does not. */
export function failureOf(result: RolloutResult): string | undefined {
  const { version, environment, reasons } = result;
  if (result.end === 'cancelled') return headlineOf(result);
  if (result.end === 'stuck') {
    return `${version} could not be stopped in ${environment}: ${reasons.at(-1)}; the next run tries again`;
  }
  return result.verdict === 'pass' ? undefined : `${headlineOf(result)}: ${reasons.join('; ')}`;
}

export function rolloutReport(result: RolloutResult, state: State): Report {
  const { model, version, environment, verdict, manifestDigest, deployment, approval, incident } = result;
  const approvers = approval.approvers.map(({ user, how, scope, comment }): Text => [
    { bold: user },
    ` approved (${how}: ${scope})${comment === undefined || comment === '' ? '' : `: ${comment}`}`,
  ]);
  const noApproval: Text[] = approval.policy === 'none' ? ['No approval was asked for.'] : [];
  const isRollback = result.cause === 'rollback';
  const withdrawn = (result.withdraws ?? []).map(({ version: out, by }): Text => [
    { bold: out },
    ` is withdrawn from ${environment} by ${by}: nothing deploys it there again until a person restores it`,
  ]);
  return {
    key: `deploy-canary:${model}:${environment}`,
    title: isRollback ? `Rollback of ${model} in ${environment}` : `Rollout of ${model} to ${environment}`,
    verdict,
    headline: headlineOf(result),
    reasons: [...result.reasons, ...withdrawn, ...approvers, ...noApproval],
    sections: [
      // A rollback has one step, and nothing was compared in it.
      ...(result.steps.length === 0 || isRollback ? [] : [{ title: 'Steps', blocks: [stepsTable(result)] }]),
      ...result.steps.flatMap((step, i) => guardrails(result, step, state.steps[i])),
      { title: 'What to do next', blocks: [{ kind: 'bullets', items: adviceFor(result) }] },
    ],
    footer: [
      { name: 'Version', value: version },
      { name: 'Deployment', value: String(deployment) },
      { name: 'Manifest', value: [{ code: manifestDigest }] },
      ...(incident === undefined
        ? []
        : [
            { name: 'Incident', value: [{ link: incident.url, text: `#${incident.number}` }] } satisfies Fact,
          ]),
    ],
  };
}

function headlineOf(result: RolloutResult): string {
  const { version, environment, replaced, cause, fault, end } = result;
  const reached = result.steps.at(-1)?.weight ?? 0;
  const at = formatPercent(reached);
  if (end === 'already-live') return `${version} is already live in ${environment}: nothing was changed`;
  if (end === 'cancelled') {
    const share =
      result.routed === null || result.routed === undefined
        ? 'an unknown share of the requests'
        : formatPercent(result.routed);
    return `Cancelled with ${version} at ${share} in ${environment}: the next run continues from there`;
  }
  if (end === 'stuck') return `${version} failed in ${environment} and could not be stopped`;
  if (result.verdict === 'pass') {
    const place = replaced === null || replaced === version ? '' : `, in place of ${replaced}`;
    return cause === 'rollback'
      ? `${environment} is back on ${version}${place}`
      : `${version} is live in ${environment}${place}`;
  }
  if (cause === 'rollback') return `${environment} could not be rolled back to ${version}`;
  const who = {
    none: 'was not promoted',
    model: 'failed',
    telemetry: 'could not be watched',
    routing: 'did not get the requests that it was given',
    target: 'could not be served',
  }[fault];
  const still = replaced === null ? '' : `; ${replaced} serves as before`;
  return `${version} ${who} in ${environment} at ${at} and was rolled back${still}`;
}

function stepsTable(result: RolloutResult): Table {
  const shown = { running: 'running', pass: 'pass', fail: 'fail', inconclusive: 'inconclusive' } as const;
  return {
    kind: 'table',
    columns: [
      { title: 'Weight', align: 'right' },
      { title: 'Verdict' },
      { title: 'Challenger', align: 'right' },
      { title: 'Champion', align: 'right' },
      { title: 'Looks', align: 'right' },
      { title: 'Time', align: 'right' },
    ],
    rows: result.steps.map((step) => [
      formatPercent(step.weight),
      step.verdict === 'running' ? shown.running : [{ verdict: step.verdict }],
      plural(step.requests.challenger, 'request'),
      step.weight >= 1 ? '–' : plural(step.requests.champion, 'request'),
      formatInteger(step.looks),
      formatDuration(step.durationMs),
    ]),
  };
}

function guardrails(result: RolloutResult, step: ResultStep, state: Step | undefined): Section[] {
  if (step.guardrails.length === 0) return [];
  const { bad, good } = result.bounds;
  const rate = (value: number | null) => (value === null ? '–' : formatPercent(value));
  const table: Table = {
    kind: 'table',
    columns: [
      { title: 'Guardrail' },
      { title: 'Challenger', align: 'right' },
      { title: 'Champion', align: 'right' },
      { title: 'Ratio', align: 'right' },
      { title: `Evidence that it is worse (${formatNumber(bad, 3)} rolls back)`, align: 'right' },
      { title: `Evidence that it is fine (${formatNumber(good, 3)} passes)`, align: 'right' },
      { title: 'Verdict' },
    ],
    rows: step.guardrails.map((g) => [
      `${g.signal} ${g.side === 'max' ? '≤' : '≥'} ${formatNumber(g.limit)} ×`,
      rate(g.rates.challenger),
      rate(g.rates.champion),
      g.ratio === null ? '–' : formatNumber(g.ratio, 3),
      formatNumber(g.logEBad, 3),
      formatNumber(g.logEGood, 3),
      [{ verdict: g.verdict }],
    ]),
    note: 'Evidence is the logarithm of an e-value. Checking it often does not raise the false-alarm rate.',
  };
  const chart = state === undefined ? [] : evidenceChart(result, state);
  const folded = step.verdict === 'pass';
  return [{ title: `Guardrails at ${formatPercent(step.weight)}`, folded, blocks: [table, ...chart] }];
}

/** The most telling line of each kind: the strongest evidence against, the weakest in favour. */
function evidenceChart(result: RolloutResult, { trail }: Step): Block[] {
  if (trail.length < 2) return [];
  const rounded = (value: number) => Math.round(value * 100) / 100;
  return [
    {
      kind: 'line-chart',
      title: 'Evidence as requests came in',
      x: { label: 'requests', values: trail.map((point) => point.requests) },
      y: { label: 'ln E' },
      series: [
        { name: 'worse than the champion', values: trail.map((point) => rounded(Math.max(...point.bad))) },
        { name: 'no worse than tolerated', values: trail.map((point) => rounded(Math.min(...point.good))) },
      ],
      lines: [
        { name: 'rolls back', y: rounded(result.bounds.bad) },
        { name: 'passes', y: rounded(result.bounds.good) },
      ],
    },
  ];
}

function adviceFor(result: RolloutResult): Text[] {
  const { verdict, fault, end, environment, replaced, version } = result;
  if (end === 'cancelled') {
    return [
      `Run the workflow again to continue. Until then nobody watches ${version}.`,
      'To give it up, run rollback-model, or deploy another version: this one is stopped first.',
    ];
  }
  if (end === 'stuck') return ['Fix rollout.target.stop in the model spec and run the workflow again.'];
  if (verdict === 'pass' && result.cause === 'rollback') {
    const [out] = result.withdraws ?? [];
    return out === undefined
      ? [`Nothing: ${version} serves in ${environment}.`]
      : [
          `Find out what was wrong with ${out.version}, and register a better version.`,
          [
            `To bring ${out.version} back all the same, run rollback-model with `,
            { code: `version: ${out.version}` },
            ' and ',
            { code: 'restore: true' },
            '.',
          ],
        ];
  }
  if (verdict === 'pass') {
    return replaced === null || replaced === version
      ? [`Nothing: ${version} serves in ${environment}.`]
      : [`Nothing. If it fails later, rollback-model brings ${replaced} back with one dispatch.`];
  }
  const own: Readonly<Record<RolloutResult['fault'], Text>> = {
    none: 'Let each step take longer (bake), give it more traffic (larger first steps), or tolerate more (max-ratio, negligible).',
    model:
      'The version passed the gate offline: compare how it computes its predictions when it serves with how it does offline. Register the fixed model as a new version.',
    telemetry: 'Fix the signal source, then roll the same version out again: nothing is known against it.',
    routing:
      'Fix the routing of the target, then roll the same version out again: nothing is known against it.',
    target:
      'Fix rollout.target in the model spec, or the platform behind it, then roll the same version out again: nothing is known against it.',
  };
  return [own[fault], 'The incident is closed by the next rollout that succeeds.'];
}
