import type { Verdict } from '../../../common/verdict.js';
import { importanceReport } from '../report/importance.js';
import type { GatePart } from '../sections.js';
import { askingOf } from './asking.js';

/** What the model leans on. */
export const importancePart: GatePart<'importance'> = {
  key: 'importance',
  columns: ({ importance }) => (importance === undefined ? undefined : []),
  async decide(context, reuse) {
    const { measureImportance, leansOn } = await import('../../../evaluation/behaviour/importance.js');
    const { unrepeatedSentence } = await import('../../../evaluation/behaviour/behaviour.js');
    const { importance } = context.spec.value.evaluate;
    const asking = askingOf(context, 'importance', reuse);
    const record = await measureImportance(importance!, context.rules, asking);
    const of = (wanted: Verdict): string[] =>
      record.columns.flatMap(({ verdict, reason }) => (verdict === wanted ? [reason!] : []));
    const again = unrepeatedSentence(record.repeated);
    return {
      verdict: record.verdict,
      reasons: [
        ...of('fail'),
        ...of('inconclusive'),
        ...(record.verdict === null || record.verdict === 'pass' ? [leansOn(record)] : []),
        ...of('pass'),
        ...(again === undefined ? [] : [again]),
      ],
      claims: record.columns.map(({ name, verdict, reason }) => ({
        names: [`importance ${name}`],
        verdict,
        reason: reason ?? '',
      })),
      record,
    };
  },
  report: importanceReport,
};
