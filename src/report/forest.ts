import { formatEstimate } from '../common/text.js';
import type { Forest, ForestItem } from './model.js';
import { clip, isNumber, markText, round, roundMarks } from './scale.js';
import { escapeHtml } from './text.js';

const width = 760;
/** Of a row: title at the left, plot, numbers at the right. */
const row = { height: 24, title: 190, note: 240, from: 252, to: 590, numbers: width - 4 };
const most = 24;

/** Intervals one below the other. What is wider than three usual ones is cut off, with an arrow that says so. */
export function forestSvg({ title, axis, lines, items }: Forest): string {
  const shown = items.filter(({ value }) => isNumber(value)).slice(0, most);
  if (shown.length === 0) return '';
  const marks = roundMarks(...endsOf(shown, lines), 5);
  const [low, high] = [marks[0]!, marks.at(-1)!];
  const at = (value: number): number =>
    round(row.from + ((Math.min(high, Math.max(low, value)) - low) / (high - low)) * (row.to - row.from));
  // Room for the names of the lines.
  const head = lines.length > 0 ? 40 : 14;
  const bottom = head + shown.length * row.height;
  const height = bottom + 40;
  const guides = lines.map(({ name, at: place }, i) => {
    // Names of lines that are close stand above each other.
    const close = lines.slice(0, i).some((other) => Math.abs(at(other.at) - at(place)) < 90);
    return `<line class="guide" x1="${at(place)}" x2="${at(place)}" y1="${head - 6}" y2="${bottom}"/><text x="${at(place)}" y="${head - (close ? 26 : 12)}" text-anchor="middle">${escapeHtml(clip(name, 24))}</text>`;
  });
  const ticks = marks.map(
    (mark) =>
      `<text x="${at(mark)}" y="${bottom + 16}" text-anchor="middle">${escapeHtml(markText(mark))}</text>`,
  );
  const rows = shown.map((item, i) => drawItem(item, head + (i + 0.5) * row.height, { low, high, at }));
  const base = `<line class="axis" x1="${row.from}" x2="${row.to}" y1="${bottom}" y2="${bottom}"/>`;
  const label = `<text x="${(row.from + row.to) / 2}" y="${height - 6}" text-anchor="middle">${escapeHtml(axis)}</text>`;
  const left = items.length - shown.length;
  const note = left > 0 ? `<p class="note">${left} more are in the table.</p>` : '';
  return `<figure class="forest"><figcaption>${escapeHtml(title)}</figcaption><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(title)}">${base}${guides.join('')}${rows.join('')}${ticks.join('')}${label}</svg>${note}</figure>`;
}

function drawItem(
  { title, note, value, lower, upper, verdict }: ForestItem,
  y: number,
  { low, high, at }: { low: number; high: number; at(value: number): number },
): string {
  const [from, to] = [lower ?? -Infinity, upper ?? Infinity];
  const arrow = (place: number, way: 1 | -1): string =>
    `<path d="M${place - way * 6},${y - 4} L${place},${y} L${place - way * 6},${y + 4}" fill="none"/>`;
  const ends = [from < low ? arrow(at(low), -1) : '', to > high ? arrow(at(high), 1) : ''];
  const numbers = formatEstimate({ value, lower, upper });
  const full = `${title}, ${note}: ${numbers}${verdict === undefined ? '' : `, ${verdict}`}`;
  return (
    `<g class="item ${verdict ?? 'neutral'}"><title>${escapeHtml(clip(full, 300))}</title>` +
    `<text class="name" x="${row.title}" y="${y + 4}" text-anchor="end">${escapeHtml(clip(title, 29))}</text>` +
    `<text x="${row.note}" y="${y + 4}" text-anchor="end">${escapeHtml(clip(note, 10))}</text>` +
    `<line x1="${at(from)}" x2="${at(to)}" y1="${y}" y2="${y}"/>${ends.join('')}` +
    `<rect x="${at(value) - 4}" y="${y - 4}" width="8" height="8" rx="1.5"/>` +
    `<text x="${row.numbers}" y="${y + 4}" text-anchor="end">${escapeHtml(numbers)}</text></g>`
  );
}

/** One slice of few rows must not press all others into a line. */
function endsOf(items: readonly ForestItem[], lines: Forest['lines']): [number, number] {
  const halves = items
    .flatMap(({ value, lower, upper }) => [
      ...(lower === null ? [] : [value - lower]),
      ...(upper === null ? [] : [upper - value]),
    ])
    .sort((a, b) => a - b);
  const reach = 3 * (halves[Math.floor(halves.length / 2)] ?? 0);
  const seen = items.flatMap(({ value, lower, upper }) => [
    Math.max(lower ?? -Infinity, value - reach),
    Math.min(upper ?? Infinity, value + reach),
  ]);
  const all = [...seen, ...lines.map(({ at }) => at)].filter(isNumber);
  return [Math.min(...all), Math.max(...all)];
}
