import type { Verdict } from '../common/verdict.js';
import { type SharedText, type StickyComment, shareComment } from '../github/sticky-comment.js';
import type { GitHub } from '../github/types.js';
import { renderPieces } from '../report/markdown.js';
import type { Report } from '../report/model.js';
import { type Part, type Parts, coversParts, joinParts, readParts } from '../report/parts.js';
import { writeShared } from '../report/shared.js';
import { plainText } from '../report/text.js';

/* The one comment of a pull request with what its models' gates decided. evaluate-gate and comment-report write it. */

const key = 'evaluate-gate';
/** GitHub takes 65,536 characters for all models; and nobody reads more than this of one. */
const budget = { all: 60_000, each: 20_000 };

const text: SharedText<Parts> = {
  read: readParts,
  join: joinParts,
  covers: coversParts,
  write: (parts) => writeShared(parts, { budget: budget.all, title: 'Evaluation', noun: 'model' }),
};

/** What the comment shows of one model. `said`: by which run, and when. */
export function partOf(model: string, verdict: Verdict, report: Report, said: Part['said']): Part {
  const { head, sections } = renderPieces(report, { budget: budget.each, rows: 20 });
  return {
    key: model,
    verdict,
    headline: clip(report.headline, 120),
    why: clip(plainText(report.reasons[0] ?? ''), 160),
    said,
    sections: [head, ...sections],
    left: 0,
  };
}

/** Updates parts of the comment of a pull request. Parts of other models and newer parts stay. */
export function shareParts(github: GitHub, pull: number, parts: readonly Part[]): Promise<StickyComment> {
  return shareComment({
    github,
    number: pull,
    key,
    text,
    own: new Map(parts.map((part) => [part.key, part])),
  });
}

function clip(value: string, length: number): string {
  return value.length > length ? `${value.slice(0, length - 1)}…` : value;
}
