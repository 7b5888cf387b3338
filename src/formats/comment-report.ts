import * as v from 'valibot';

/** What was commented for a run that may not comment itself. */
export const commentReportSchema = v.strictObject({
  kind: v.literal('comment-report'),
  schemaVersion: v.literal(1),
  /** The run that is reported on. */
  run: v.strictObject({ id: v.number(), attempt: v.number() }),
  commit: v.string(),
  /** Null where no open pull request has this commit as its newest. */
  pullRequest: v.nullable(v.number()),
  /** Of the comment; null where there is none. */
  url: v.nullable(v.string()),
  /** Why there is none, in a sentence. */
  reason: v.nullable(v.string()),
  /** What the run decided, in its own words: nothing may depend on it. */
  models: v.array(
    v.strictObject({ model: v.string(), verdict: v.picklist(['pass', 'fail', 'inconclusive']) }),
  ),
});

export type CommentReport = v.InferOutput<typeof commentReportSchema>;
