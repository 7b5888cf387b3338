import { areas } from './sample.mjs';

const short = (text) => (text.length > 70 ? `${text.slice(0, 70)}…` : text).replaceAll('\n', '⏎');

/** `src/a.ts:3: < → <= in "if (a < b)"` */
export const describe = ({ file, line, from, put, text }) =>
  `${file}:${line}: ${short(from)} → ${short(put)}   in  ${short(text)}`;

/** How many changes of each area were noticed. */
export function table(results) {
  const rows = [...areas, 'all'].flatMap((area) => {
    const own = results.filter((result) => area === 'all' || result.area === area);
    if (own.length === 0) return [];
    const count = (...outcomes) => own.filter(({ outcome }) => outcomes.includes(outcome)).length;
    const killed = count('killed', 'timed out');
    const share = `${((100 * killed) / own.length).toFixed(0)} %`;
    return [[area, own.length, killed, count('timed out'), count('survived', 'untested'), share]];
  });
  const head = ['area', 'changes', 'noticed', 'of them by time', 'not noticed', 'share'];
  const widths = head.map((name, i) => Math.max(name.length, ...rows.map((row) => String(row[i]).length)));
  const line = (cells) =>
    cells
      .map((cell, i) => (i === 0 ? String(cell).padEnd(widths[i]) : String(cell).padStart(widths[i])))
      .join('  ');
  return [head, ...rows].map(line).join('\n');
}
