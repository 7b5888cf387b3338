import type { Performance } from '../../../formats/drift-performance.js';
import { worst } from '../../../common/verdict.js';
import { type SectionOutcome, checked } from './section.js';

/** Predictions that changed and performance that is worse are two findings: a policy may answer them differently. */
export function performanceSections(result: Performance): SectionOutcome['sections'] {
  const { predictions } = result;
  const harm = [result.realised, result.estimated, result.concept].filter((part) => part !== null);
  return [
    ...(predictions === null ? [] : [checked('predictions', 'predictions', predictions)]),
    ...(harm.length === 0
      ? []
      : [
          checked('performance', 'performance', {
            verdict: worst(harm.map(({ verdict }) => verdict)),
            reasons: harm.flatMap(({ reasons }) => reasons),
          }),
        ]),
  ];
}
