import { resolve } from 'node:path';
import type { Decision } from '../../formats/decision.js';
import type { Outcome } from '../definition.js';
import type { Dependencies } from '../dependencies.js';
import { loadPlan } from '../../plan/plan.js';
import { commentOn } from './comment.js';
import { openContext } from './context.js';
import { decide } from './decide.js';
import type { definition } from './inputs.js';
import type { GateInputs } from './models.js';
import { judgedIn, recordOf } from './record.js';
import { gateReport } from './report.js';
import { parts } from './sections.js';

/** Judges the challenger on the hold-out rows, and tells the pull request. */
export async function main(
  inputs: GateInputs,
  dependencies: Dependencies,
): Promise<Outcome<keyof typeof definition.outputs>> {
  const { run, logger } = dependencies;
  const { spec } = await loadPlan({
    file: resolve(run.workspace, inputs.model),
    workspace: run.workspace,
    logger,
  });
  const { evaluate } = spec.value;
  const asked = parts.flatMap((part) => {
    const columns = part.columns(evaluate);
    return columns === undefined ? [] : [{ part, columns }];
  });
  const columns = asked.some((one) => one.columns === 'all')
    ? 'all'
    : asked.flatMap((one) => one.columns as readonly string[]);
  const context = await openContext(inputs, spec, columns, dependencies);
  try {
    const judged = await judgedIn(context);
    const decided = await decide(
      context,
      judged,
      asked.map(({ part }) => part),
    );
    const decision = recordOf(context, judged, decided);
    const report = gateReport(decision, {
      championName: context.champion?.name,
      challenger: context.challenger.rows,
      champion: context.champion?.rows,
      minSliceRows: evaluate['min-slice-rows'],
    });
    if (inputs.comment) await commentOn(decision, report, inputs.token, dependencies);
    for (const warning of decided.warnings) logger.warning(warning);
    const failure = failureOf(decision, evaluate['when-inconclusive']);
    if (failure === undefined && decision.verdict === 'inconclusive') {
      logger.warning(`The gate is inconclusive, and a person must decide: ${decision.reasons[0]}`);
    }
    return {
      outputs: {
        verdict: decision.verdict,
        reasons: decision.reasons.join('\n'),
        waived: decided.waivers.covered.join('\n'),
        'champion-version': context.champion?.version ?? '',
      },
      result: decision,
      report,
      ...(failure !== undefined && { failure }),
    };
  } finally {
    await context.engine.close();
  }
}

function failureOf(
  { verdict, reasons }: Decision,
  whenInconclusive: 'fail' | 'needs-review',
): string | undefined {
  if (verdict === 'fail') return `The model does not pass: ${reasons[0]}`;
  if (verdict === 'inconclusive' && whenInconclusive === 'fail') {
    return `The gate is inconclusive, and when-inconclusive is fail: ${reasons[0]}`;
  }
  return undefined;
}
