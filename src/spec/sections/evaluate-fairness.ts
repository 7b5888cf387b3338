import * as v from 'valibot';
import { nonEmpty, versus } from '../words.js';
import { type SliceDefinition, crossSchema, cutEntries, oneCut, oneCutMessage } from './evaluate-slices.js';

/** What a fairness rule can ask for. */
export const fairnessKinds = ['max', 'min', 'max-increase', 'max-drop'] as const;
export type FairnessKind = (typeof fairnessKinds)[number];

export const fairnessSchema = v.pipe(
  v.strictObject({
    /** Column of the hold-out data that says to which group a row belongs, or several whose values are taken together. */
    column: v.union([nonEmpty, crossSchema]),
    ...cutEntries,
    /** Such as demographic_parity_difference, equalized_odds_ratio, accuracy_group_min. */
    metric: nonEmpty,
    max: v.optional(v.number()),
    min: v.optional(v.number()),
    /** How much further apart than under `versus` the groups may be. */
    'max-increase': v.optional(v.pipe(v.number(), v.minValue(0))),
    'max-drop': v.optional(v.pipe(v.number(), v.minValue(0))),
    versus: v.optional(versus),
    /** Smaller groups are shown, not judged; default: min-slice-rows. */
    'min-rows': v.optional(v.pipe(v.number(), v.integer(), v.minValue(2))),
  }),
  v.check((rule) => oneCut(rule), oneCutMessage),
  v.check(
    (rule) => typeof rule.column === 'string' || (rule.values ?? rule.ranges ?? rule.quantiles) === undefined,
    'of several columns, each must say how it is cut: column: [sex, { column: age, ranges: [30, 60] }]',
  ),
  v.check(
    (rule) => fairnessKinds.filter((kind) => rule[kind] !== undefined).length === 1,
    `a fairness rule needs exactly one of ${fairnessKinds.join(', ')}`,
  ),
);

export type FairnessSpec = v.InferOutput<typeof fairnessSchema>;

/** How a rule cuts the rows into groups. */
export function groupsOf({ column, values, ranges, quantiles }: FairnessSpec): SliceDefinition {
  if (typeof column !== 'string') return column;
  if (values !== undefined) return { column, values };
  if (ranges !== undefined) return { column, ranges };
  return quantiles === undefined ? column : { column, quantiles };
}
