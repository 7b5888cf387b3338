import * as v from 'valibot';
import { ownValue } from '../../common/own.js';
import { record } from '../../common/record-schema.js';
import { nonEmpty, parameter, share } from '../words.js';

/* Tests of how the model answers changed rows, and of what it leans on. */

/** One column or several, which change together. */
const columns = v.pipe(
  v.union([nonEmpty, v.pipe(v.array(nonEmpty), v.minLength(1, 'must name a column'))]),
  v.transform((value): readonly string[] => (typeof value === 'string' ? [value] : value)),
);
const rows = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(30, 'must be at least 30: fewer rows are not informative'),
);
const positive = v.pipe(v.number(), v.gtValue(0, 'must be above 0'));
const tolerance = v.optional(v.pipe(v.number(), v.minValue(0)));
const name = v.optional(nonEmpty);
/** No number of rows can show that none changes. */
const maxShare = v.pipe(
  share,
  v.gtValue(0, 'must be above 0: rows can show that few change, never that none does'),
  v.ltValue(1, 'must be below 100%: else every model passes'),
);

/** Whether exactly one of these keys is there. */
function oneOf(test: object, keys: readonly string[]): boolean {
  const found = test as Readonly<Record<string, unknown>>;
  return keys.filter((key) => ownValue(found, key) !== undefined).length === 1;
}
const needsOneOf = (keys: readonly string[]): string => `needs exactly one of ${keys.join(', ')}`;

const invariances = ['permute', 'values', 'set', 'replace', 'replace-words'];
const raises = ['add', 'multiply'];
const harms = ['noise', 'typos', 'missing'];
const limits = ['max-share', 'metric'];

export const invarianceSchema = v.pipe(
  v.strictObject({
    name,
    columns,
    /** Shuffles the columns among the rows, as they stand together. */
    permute: v.optional(v.literal(true)),
    /** Every row gets one of these that is not its own, at random. */
    values: v.optional(v.pipe(v.array(parameter), v.minLength(2, 'must name two values or more'))),
    /** Every row gets this value. */
    set: v.optional(parameter),
    /** Values → what stands in their place; other rows are not tested. */
    replace: v.optional(v.pipe(record(v.string(), parameter), v.minEntries(1))),
    /** Words within texts → the words in their place. */
    'replace-words': v.optional(v.pipe(record(nonEmpty, v.string()), v.minEntries(1))),
    /** How far a score or number may move; without it, the predicted class may not change. */
    tolerance,
    /** Largest share of rows whose answer may change. */
    'max-share': maxShare,
  }),
  v.check((test) => oneOf(test, invariances), needsOneOf(invariances)),
);

export const directionSchema = v.pipe(
  v.strictObject({
    name,
    column: nonEmpty,
    add: v.optional(v.number()),
    multiply: v.optional(v.number()),
    /** What the change may not do to the score or number: lower it, or raise it. */
    answer: v.picklist(['not-lower', 'not-higher']),
    /** The class whose probability is meant, where there are several. */
    class: v.optional(nonEmpty),
    /** Rows whose changed value would be beyond these are not tested. */
    min: v.optional(v.number()),
    max: v.optional(v.number()),
    tolerance,
    /** Largest share of rows that may move the wrong way. */
    'max-share': maxShare,
  }),
  v.check((test) => oneOf(test, raises), needsOneOf(raises)),
);

export const minimumFunctionalitySchema = v.strictObject({
  name,
  /** Cases as rows of the hold-out data, with columns `expected`, or `expected_min` and `expected_max`. */
  file: nonEmpty,
  /** The class whose probability `expected_min` and `expected_max` bound, where there are several. */
  class: v.optional(nonEmpty),
  /** How far a number may be from `expected`. */
  tolerance,
  /** Cases are chosen, not drawn: this is a count, without an interval. */
  'min-share': v.optional(share, 1),
});

export const robustnessSchema = v.pipe(
  v.strictObject({
    name,
    columns,
    /** Numbers move by a normal error of this many standard deviations of their column. */
    noise: v.optional(positive),
    /** Slips of the keyboard in each text. */
    typos: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
    /** Share of rows whose values are taken away. */
    missing: v.optional(v.pipe(share, v.gtValue(0, 'must be above 0'))),
    /** Either a metric that may not get worse by more than this than on the same rows unchanged … */
    metric: v.optional(nonEmpty),
    'max-drop': v.optional(v.pipe(v.number(), v.minValue(0))),
    'max-increase': v.optional(v.pipe(v.number(), v.minValue(0))),
    /** … or the share of answers that may change. */
    tolerance,
    'max-share': v.optional(maxShare),
  }),
  v.check((test) => oneOf(test, harms), needsOneOf(harms)),
  v.check((test) => oneOf(test, limits), needsOneOf(limits)),
  v.check(
    (test) =>
      (test.metric === undefined ? 0 : 1) ===
      [test['max-drop'], test['max-increase']].filter((limit) => limit !== undefined).length,
    'a metric needs one of max-drop and max-increase, and they need a metric',
  ),
  v.check(
    (test) => test.tolerance === undefined || test['max-share'] !== undefined,
    'tolerance belongs to max-share: write both, or neither',
  ),
);

export const behaviourSchema = v.pipe(
  v.strictObject({
    /** Hold-out rows that are sampled for the tests. */
    rows: v.optional(rows, 2000),
    invariance: v.optional(v.array(invarianceSchema), []),
    direction: v.optional(v.array(directionSchema), []),
    'minimum-functionality': v.optional(v.array(minimumFunctionalitySchema), []),
    robustness: v.optional(v.array(robustnessSchema), []),
  }),
  v.check(
    (tests) =>
      tests.invariance.length +
        tests.direction.length +
        tests['minimum-functionality'].length +
        tests.robustness.length >
      0,
    'needs a test: invariance, direction, minimum-functionality or robustness',
  ),
);

export const importanceSchema = v.strictObject({
  /** Default: the metric of the first gate. */
  metric: v.optional(nonEmpty),
  rows: v.optional(rows, 2000),
  /** Shuffles of each column. */
  repeats: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)), 5),
  /** Default: all but labels, ids, weights, groups and queries. */
  columns: v.optional(columns),
  /** Name → columns that are shuffled together, since one can stand in for another. */
  together: v.optional(record(nonEmpty, v.pipe(v.array(nonEmpty), v.minLength(2)))),
  /** Column or name in `together` → how much of the metric may hang on it. */
  'max-importance': v.optional(record(nonEmpty, positive)),
});

export type BehaviourSpec = v.InferOutput<typeof behaviourSchema>;
export type InvarianceSpec = v.InferOutput<typeof invarianceSchema>;
export type DirectionSpec = v.InferOutput<typeof directionSchema>;
export type CasesSpec = v.InferOutput<typeof minimumFunctionalitySchema>;
export type RobustnessSpec = v.InferOutput<typeof robustnessSchema>;
export type ImportanceSpec = v.InferOutput<typeof importanceSchema>;
