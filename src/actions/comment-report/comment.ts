import type { Decision } from '../../formats/decision.js';
import { type SharedText, type StickyComment, shareComment } from '../../github/sticky-comment.js';
import type { GitHub } from '../../github/types.js';
import { renderPieces } from '../../report/markdown.js';
import { type Part, type Parts, coversParts, joinParts, readParts } from '../../report/parts.js';
import { writeShared } from '../../report/shared.js';
import { plainText } from '../../report/text.js';
import type { RunContext } from '../dependencies.js';
import type { PullRun } from './pull-run.js';
import { decisionReport } from './report.js';

/* The comment is evaluate-gate's own (src/actions/evaluate-gate/comment.ts), so that a pull request has one. */
const key = 'evaluate-gate';
const budget = { all: 60_000, each: 20_000 };

const text: SharedText<Parts> = {
  read: readParts,
  join: joinParts,
  covers: coversParts,
  write: (parts) => writeShared(parts, { budget: budget.all, title: 'Evaluation', noun: 'model' }),
};

/**
 * Brings what a run decided into the comment of its pull request. What the run wrote there itself stays, and so does
 * what a later run did.
 */
export async function commentFor(
  run: PullRun,
  pull: number,
  decisions: Iterable<Decision>,
  { serverUrl, owner, repository }: RunContext,
  github: GitHub,
): Promise<StickyComment> {
  const own = new Map<string, Part>();
  const said = {
    run: run.id,
    attempt: run.run_attempt,
    // Earlier than anything that the run itself can have said.
    at: 0,
    commit: run.head_sha,
    url: `${serverUrl}/${owner}/${repository}/actions/runs/${run.id}`,
  };
  for (const decision of decisions) {
    const report = decisionReport(decision);
    const { head, sections } = renderPieces(report, { budget: budget.each, rows: 20 });
    own.set(decision.model, {
      key: decision.model,
      verdict: decision.verdict,
      headline: clip(report.headline, 120),
      why: clip(plainText(report.reasons[0] ?? ''), 160),
      said,
      sections: [head, ...sections],
      left: 0,
    });
  }
  return shareComment({ github, number: pull, key, text, own });
}

function clip(value: string, length: number): string {
  return value.length > length ? `${value.slice(0, length - 1)}…` : value;
}
