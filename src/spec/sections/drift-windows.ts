import * as v from 'valibot';
import { duration, nonEmpty } from '../words.js';

export const seasons = ['hour', 'weekday', 'weekend', 'day-of-month', 'month'] as const;

const count = v.pipe(v.number(), v.integer(), v.minValue(1));

/** Windows of equal size over the current data, and the reference matched to their season. */
export const driftWindowsSchema = v.optional(
  v.pipe(
    v.strictObject({
      /** Column with the time of a row. */
      time: nonEmpty,
      /** Rows of a window; the newest rows that fill none are left for the next run. */
      rows: v.optional(count),
      /** Or its length in time, from midnight UTC; weeks start on Monday. */
      every: v.optional(duration),
      /** How many of the newest windows are compared. */
      last: v.optional(v.pipe(count, v.maxValue(100)), 8),
      /** What a row's time must share with the reference rows that it is compared with. */
      season: v.optional(v.array(v.picklist(seasons)), []),
    }),
    v.check(
      ({ rows, every }) => rows === undefined || every === undefined,
      'a window has either rows or every, not both',
    ),
  ),
);

/** Charts over the windows or runs. */
export const driftChartsSchema = v.optional(
  v.strictObject({
    /** Runs or windows between two false alarms of one chart, on average. */
    'false-alarm-every': v.optional(v.pipe(v.number(), v.minValue(20), v.maxValue(100_000)), 370),
    /** The shift that CUSUM and EWMA are tuned for, in standard deviations of a point. */
    shift: v.optional(v.pipe(v.number(), v.minValue(0.2), v.maxValue(3)), 1),
    /** Points that charts learn from before they may alarm. */
    'learn-from': v.optional(v.pipe(v.number(), v.integer(), v.minValue(3)), 5),
  }),
);

export type WindowsSettings = NonNullable<v.InferOutput<typeof driftWindowsSchema>>;
export type ChartsSettings = NonNullable<v.InferOutput<typeof driftChartsSchema>>;
export type Season = (typeof seasons)[number];
