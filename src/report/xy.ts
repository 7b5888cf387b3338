import { escapeHtml } from './text.js';
import { isNumber, markText, round, roundMarks } from './scale.js';
import type { Axis, XyChart, XySeries } from './model.js';

const size = { width: 380, height: 300 };
const plot = { left: 54, right: 368, top: 10, bottom: 254 };

/** One of several small charts. Empty where nothing can be drawn. */
export function xyChartSvg({ title, x, y, series, note }: XyChart): string {
  const drawn = series.map((one) => ({
    ...one,
    points: one.points.filter((point) => point.every(isNumber)),
  }));
  const all = drawn.flatMap(({ points }) => points);
  if (all.length === 0) return '';
  const across = scale(
    x,
    all.map(([value]) => value),
    plot.left,
    plot.right,
  );
  const up = scale(
    y,
    all.map(([, value]) => value),
    plot.bottom,
    plot.top,
  );
  const grid = [
    ...up.marks.map(
      (mark) =>
        `<line class="axis" x1="${plot.left}" x2="${plot.right}" y1="${round(up.at(mark))}" y2="${round(up.at(mark))}"/><text x="${plot.left - 7}" y="${round(up.at(mark)) + 4}" text-anchor="end">${escapeHtml(markText(mark))}</text>`,
    ),
    ...across.marks.map(
      (mark) =>
        `<text x="${round(across.at(mark))}" y="${plot.bottom + 17}" text-anchor="middle">${escapeHtml(markText(mark))}</text>`,
    ),
  ];
  const colours = coloursOf(drawn);
  const marks = drawingOrder(drawn).map((i) => draw(drawn[i]!, colours[i]!, across.at, up.at));
  const middle = (plot.top + plot.bottom) / 2;
  const labels = `<text x="${(plot.left + plot.right) / 2}" y="${size.height - 10}" text-anchor="middle">${escapeHtml(x.label)}</text><text transform="translate(12 ${middle}) rotate(-90)" text-anchor="middle">${escapeHtml(y.label)}</text>`;
  const known = drawn.map(({ name }) => name);
  const legend = drawn.flatMap(({ name, shape = 'line' }, i) =>
    known.indexOf(name) === i
      ? [`<span><i class="${shape}" style="--ink:${colours[i]}"></i>${escapeHtml(name)}</span>`]
      : [],
  );
  const below = note === undefined ? '' : `<p class="note">${escapeHtml(note)}</p>`;
  return `<figure class="xy"><figcaption>${escapeHtml(title)}</figcaption><svg viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${escapeHtml(title)}">${grid.join('')}${marks.join('')}${labels}</svg><div class="legend">${legend.join('')}</div>${below}</figure>`;
}

const layers = { guide: 0, line: 1, dots: 2 } as const;

/** Indexes of the series, the last drawn on top: dots over lines over guides, and the first series over the others. */
function drawingOrder(series: readonly XySeries[]): number[] {
  const layer = (i: number): number => layers[series[i]!.shape ?? 'line'];
  return series.map((_, i) => i).sort((i, j) => layer(i) - layer(j) || j - i);
}

/** Series of one name have one colour. */
function coloursOf(series: readonly XySeries[]): string[] {
  const names = [...new Set(series.filter(({ shape }) => shape !== 'guide').map(({ name }) => name))];
  return series.map(({ name, shape }) =>
    shape === 'guide' ? 'var(--muted)' : `var(--s${names.indexOf(name) % 6})`,
  );
}

function draw(
  { points, shape = 'line' }: XySeries,
  colour: string,
  x: (value: number) => number,
  y: (value: number) => number,
): string {
  const at = points.map(([a, b]) => [round(x(a)), round(y(b))] as const);
  if (shape === 'dots') {
    const radius = points.length > 60 ? 1.8 : 3.5;
    const dots = at.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="${radius}"/>`).join('');
    return `<g fill="${colour}" fill-opacity="${points.length > 60 ? 0.45 : 1}">${dots}</g>`;
  }
  const path = at.map((point) => point.join(',')).join(' ');
  const line = `<polyline points="${path}" fill="none" stroke="${colour}"`;
  return shape === 'guide'
    ? `${line} stroke-width="1.2" stroke-dasharray="5 4"/>`
    : `${line} stroke-width="2" stroke-linejoin="round"/>`;
}

/** From numbers to the picture; what lies beyond given ends stays at the edge. */
function scale(
  { min, max }: Axis,
  values: readonly number[],
  from: number,
  to: number,
): { at(value: number): number; marks: readonly number[] } {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const marks = roundMarks(min ?? low, max ?? high);
  const [first, last] = [min ?? marks[0]!, max ?? marks.at(-1)!];
  const at = (value: number): number =>
    from + ((Math.min(last, Math.max(first, value)) - first) / (last - first || 1)) * (to - from);
  return { at, marks: marks.filter((mark) => mark >= first - 1e-12 && mark <= last + 1e-12) };
}

/** A line's height at evenly spaced places, between its points by straight lines, beyond them as at its ends. */
export function resample(points: XySeries['points'], places: readonly number[]): number[] {
  return places.map((place) => {
    const after = points.findIndex(([x]) => x >= place);
    if (after === -1) return points.at(-1)![1];
    if (after === 0) return points[0]![1];
    const [[x0, y0], [x1, y1]] = [points[after - 1]!, points[after]!];
    return x1 === x0 ? y1 : y0 + ((place - x0) / (x1 - x0)) * (y1 - y0);
  });
}
