import { worst } from '../../common/verdict.js';
import type { CommentReport } from '../../formats/comment-report.js';
import type { Outcome } from '../definition.js';
import type { Dependencies } from '../dependencies.js';
import type { ValuesOf } from '../inputs.js';
import { commentFor } from './comment.js';
import { readDecisions } from './decisions.js';
import type { definition } from './inputs.js';
import { type PullRun, findPull, readPullRun } from './pull-run.js';
import { commentReport } from './report.js';

type Inputs = ValuesOf<typeof definition.inputs>;
type Told = Outcome<keyof typeof definition.outputs>;

/** Comments on the pull request of another run what that run decided. */
export async function main(inputs: Inputs, dependencies: Dependencies): Promise<Told> {
  const { run: own, logger } = dependencies;
  const run = readPullRun(own);
  const github = await dependencies.github(inputs.token);
  const pull = await findPull(github, run);
  if (typeof pull === 'string') return tell(run, { reason: pull }, dependencies);

  const decisions = await readDecisions(inputs.artifacts, run.id, inputs.token, dependencies);
  const models = [...decisions.values()].map(({ model, verdict }) => ({ model, verdict }));
  const found = { pullRequest: pull.number, models };
  if (models.length === 0) {
    return tell(run, { ...found, reason: 'The run ended before it decided on a model' }, dependencies);
  }
  const comment = await commentFor(run, pull.number, decisions.values(), own, github);
  if (!comment.settled) logger.warning(`Other jobs kept changing the comment ${comment.url}`);
  return tell(run, { ...found, url: comment.url }, dependencies);
}

function tell(run: PullRun, what: Partial<CommentReport>, { logger }: Dependencies): Told {
  const result: CommentReport = {
    ...{ kind: 'comment-report', schemaVersion: 1, run: { id: run.id, attempt: run.run_attempt } },
    ...{ commit: run.head_sha, pullRequest: null, url: null, reason: null, models: [], ...what },
  };
  const { pullRequest, url, reason, models } = result;
  logger.info(reason === null ? `Pull request ${pullRequest} is told, at ${url}` : `${reason}: no comment`);
  return {
    outputs: {
      commented: url !== null,
      'pull-request': pullRequest ?? '',
      url: url ?? '',
      ...(models.length > 0 && { verdict: worst(models.map(({ verdict }) => verdict)) }),
    },
    result,
    report: commentReport(result),
  };
}
