import { behaviourReport } from '../report/behaviour.js';
import type { GatePart } from '../sections.js';
import { askingOf } from './asking.js';

/** How the model answers changed rows. */
export const behaviourPart: GatePart<'behaviour'> = {
  key: 'behaviour',
  // Changed rows are read from the files, as they stand there.
  columns: ({ behaviour }) => (behaviour === undefined ? undefined : []),
  async decide(context, reuse) {
    const { testBehaviour, reasonsOf } = await import('../../../evaluation/behaviour/behaviour.js');
    const asking = askingOf(context, 'behaviour', reuse);
    const record = await testBehaviour(context.spec.value.evaluate.behaviour!, asking);
    const claims = record.tests.map(({ name, verdict, reason }) => ({ names: [name], verdict, reason }));
    return { verdict: record.verdict, reasons: reasonsOf(record), claims, record };
  },
  report: behaviourReport,
};
