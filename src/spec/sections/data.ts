import * as v from 'valibot';
import { globs, nonEmpty } from '../words.js';

export const dataSchema = v.strictObject({
  contract: nonEmpty,
  /** Brings the data into the workspace (dvc pull, aws s3 sync …); run before data is read. */
  fetch: v.optional(nonEmpty),
  train: globs,
  holdout: globs,
});
