import * as v from 'valibot';
import { nonEmpty } from '../words.js';

const days = /^\d{4}-\d{2}-\d{2}$/;

/** `2026-12-31`; the last day on which a waiver holds. */
const day = v.pipe(
  v.string(),
  v.regex(days, 'must be a day such as 2026-12-31'),
  v.check((text) => {
    const date = new Date(`${text}T00:00:00Z`);
    const isReal = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
    return isReal || !days.test(text);
  }, 'is no day of the calendar: write one, such as 2026-02-28'),
);

/** A gate that may fail until a day, since somebody answers for it. */
export const waiverSchema = v.strictObject({
  /**
   * A rule as the report shows it (`roc_auc min 0.62`), a metric, a slice (`origin = ATL`), or a part of the gate such
   * as `fairness`.
   */
  gate: nonEmpty,
  reason: nonEmpty,
  by: nonEmpty,
  until: day,
});

export type WaiverSpec = v.InferOutput<typeof waiverSchema>;
