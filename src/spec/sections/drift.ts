import * as v from 'valibot';
import { record } from '../../common/record-schema.js';
import { duration, globs, nonEmpty, share } from '../words.js';
import { driftPolicySchema } from './drift-policy.js';
import { multivariateSettings } from './drift-multivariate.js';
import { driftPerformanceSchema } from './drift-performance.js';
import { skewSettings } from './drift-skew.js';
import { driftChartsSchema, driftWindowsSchema } from './drift-windows.js';

export const driftSchema = v.optional(
  v.strictObject({
    current: globs,
    /** Without it, the profile in the live version's release is the reference. */
    reference: v.optional(globs),
    /** Share of wrong alarms tolerated, over all columns together. */
    alpha: v.optional(v.pipe(v.number(), v.gtValue(0), v.ltValue(0.5)), 0.05),
    columns: v.optional(
      record(
        v.string(),
        v.strictObject({
          ignore: v.optional(v.boolean(), false),
          /** Test the column although it is an id, a timestamp or a group by the contract. */
          test: v.optional(v.boolean(), false),
          /** Smallest effect that matters, in the unit of the column's measure. */
          effect: v.optional(v.pipe(v.number(), v.gtValue(0))),
          /** Smallest share of rows with a new value, beyond what is usual, that matters. */
          unseen: v.optional(
            v.pipe(
              share,
              v.check((value) => value > 0, 'must be above 0'),
            ),
          ),
        }),
      ),
      {},
    ),
    multivariate: multivariateSettings,
    skew: skewSettings,
    performance: driftPerformanceSchema,
    windows: driftWindowsSchema,
    charts: driftChartsSchema,
    policy: v.optional(driftPolicySchema, {}),
    /** Runs in a row without the drift that close its incident. */
    'recover-after': v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
    /** Drift that comes back within this time opens the closed incident again; later, a new one. */
    'reopen-within': v.optional(duration, '14d'),
    retrain: v.optional(
      v.strictObject({
        workflow: nonEmpty,
        'cool-down': v.optional(duration, '1d'),
      }),
    ),
    /** drift-heartbeat calls a model overdue when its last check is older than this. */
    'overdue-after': v.optional(duration, '2d'),
  }),
);
