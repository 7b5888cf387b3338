import { plural } from '../common/text.js';
import type { Verdict } from '../common/verdict.js';
import { escapeText } from './markdown.js';
import { type Part, type Parts, writePart } from './parts.js';
import { safeLink, verdictIcon } from './text.js';

export interface SharedOptions {
  /** Characters that the text may have at most. */
  readonly budget: number;
  /** Title over several parts, and the word for what a part is about: "Evaluation", "model". */
  readonly title: string;
  readonly noun: string;
}

const verdicts: readonly Verdict[] = ['fail', 'inconclusive', 'pass'];

/**
 * Several jobs' parts as one text: an overview of all, then each one's report, folded. A single part stands alone.
 * Never longer than the budget, whatever the parts: sections of the longest give way first, then reports, then
 * reasons, and at last the parts that pass.
 */
export function writeShared(parts: Parts, options: SharedOptions): string {
  const sorted = [...parts.values()].sort(
    (a, b) =>
      verdicts.indexOf(a.verdict) - verdicts.indexOf(b.verdict) ||
      (a.key < b.key ? -1 : a.key > b.key ? 1 : 0),
  );
  const brief = (why: number): Part[] =>
    sorted.map((part) => ({
      ...part,
      headline: '',
      why: clip(part.why, why),
      sections: [],
      left: part.left + part.sections.length + 1,
    }));
  const room = options.budget - layOut(brief(Infinity), 0, options).length;
  for (const part of room < 0 ? [] : [1, 0.8, 0.5, 0]) {
    const text = layOut(share(sorted, room * part), 0, options);
    if (text.length <= options.budget) return text;
  }
  for (const why of [Infinity, 80, 40]) {
    const text = layOut(brief(why), 0, options);
    if (text.length <= options.budget) return text;
  }
  const least = brief(0);
  let [fits, most] = [0, least.length];
  while (fits < most) {
    const kept = Math.ceil((fits + most) / 2);
    if (layOut(least.slice(0, kept), least.length - kept, options).length <= options.budget) fits = kept;
    else most = kept - 1;
  }
  return layOut(least.slice(0, fits), least.length - fits, options);
}

/** What a part's report takes beyond its sections: what folds it, the lines between sections, what was left out. */
const frame = 600;
const between = 50;

/** Gives each part an equal share of the room; what short ones do not need, the long ones get. */
function share(parts: readonly Part[], room: number): Part[] {
  const needs = parts.map(({ sections }) => lengthOf(sections));
  let [left, takers] = [room, parts.length];
  let each = 0;
  for (const need of [...needs].sort((a, b) => a - b)) {
    each = Math.floor(left / takers);
    if (need > each) break;
    left -= need;
    takers -= 1;
    each = Infinity;
  }
  return parts.map((part, i) => {
    if (needs[i]! <= each) return part;
    let kept = part.sections.length;
    while (kept > 0 && lengthOf(part.sections.slice(0, kept)) > each) kept -= 1;
    return { ...part, sections: part.sections.slice(0, kept), left: part.left + part.sections.length - kept };
  });
}

function lengthOf(sections: readonly string[]): number {
  if (sections.length === 0) return 0;
  return sections.reduce((sum, section) => sum + section.length + between, frame);
}

function layOut(parts: readonly Part[], unseen: number, options: SharedOptions): string {
  const [first] = parts;
  if (first === undefined) return `## ${options.title}\n`;
  const blocks =
    parts.length + unseen === 1
      ? [
          `## ${verdictIcon[first.verdict]} ${escapeText(`${options.title} of ${first.key}`)}`,
          writePart(first),
          closing(first),
        ]
      : [...overview(parts, unseen, options), ...parts.map(folded)];
  return `${blocks.join('\n\n')}\n`;
}

function overview(parts: readonly Part[], unseen: number, { title, noun }: SharedOptions): string[] {
  const counts = verdicts.flatMap((verdict) => {
    const count = parts.filter((part) => part.verdict === verdict).length;
    return count === 0 ? [] : [`${count} ${verdict}`];
  });
  const newest = parts.reduce((a, b) => (a.said.run >= b.said.run ? a : b)).said.commit;
  const rows = parts.map(({ key, verdict, why, said }) => {
    const commit = runLink(said) + (said.commit === newest ? '' : ', an earlier commit');
    return `| ${escapeText(key)} | ${verdictIcon[verdict]}\u00a0${verdict} | ${escapeText(why)} | ${commit} |`;
  });
  const heading = `${verdictIcon[parts[0]!.verdict]} ${title} of ${parts.length + unseen} ${noun}s: ${counts.join(', ')}`;
  return [
    `## ${heading}`,
    [
      `| ${noun.charAt(0).toUpperCase()}${noun.slice(1)} | Verdict | Why | Commit |`,
      '| :-- | :-- | :-- | :-- |',
      ...rows,
    ].join('\n'),
    ...leftOut(parts, unseen, noun),
  ];
}

function leftOut(parts: readonly Part[], unseen: number, noun: string): string[] {
  const without = parts.filter(({ sections }) => sections.length === 0).length;
  const notes = [
    ...(unseen > 0 ? [`${plural(unseen, `more ${noun}`)} found no room here.`] : []),
    ...(without > 0 ? [`${plural(without, 'report')} found no room here, and can be read in the runs.`] : []),
  ];
  return notes.length === 0 ? [] : [`*${notes.join(' ')}*`];
}

/** Markdown inside `<details>` is rendered after a blank line only. */
function folded(part: Part): string {
  if (part.sections.length === 0) return writePart(part);
  // A headline that begins with the model needs no name before it.
  const { key, headline } = part;
  const rest = headline.startsWith(`${key} `) ? headline.slice(key.length) : `: ${headline}`;
  const summary = `${verdictIcon[part.verdict]} <b>${escapeText(key)}</b>${escapeText(rest)}`;
  return `<details>\n<summary>${summary}</summary>\n\n${writePart(part)}\n\n${closing(part)}\n\n</details>`;
}

function closing({ said, left }: Part): string {
  const more =
    left === 0
      ? ''
      : `${left === 1 ? 'A part' : `${left} parts`} of the report found no room here: all of it is in the run. `;
  return `<sub>${more}Checked ${runLink(said)}</sub>`;
}

function runLink({ commit, url }: Part['said']): string {
  const name = escapeText(commit.slice(0, 7));
  return safeLink(url) === undefined
    ? name
    : `[${name}](${url.replaceAll('(', '%28').replaceAll(')', '%29')})`;
}

function clip(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, Math.max(0, length - 1))}${length > 0 ? '…' : ''}` : text;
}
