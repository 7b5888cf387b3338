import { formatNumber } from '../common/text.js';
import type { BarChart, LineChart } from './model.js';
import { clip, isNumber, markText, round, roundMarks } from './scale.js';
import { escapeHtml } from './text.js';

const size = { width: 760, height: 280, left: 64, right: 16, top: 12, bottom: 44 };
const inner = { width: size.width - size.left - size.right, height: size.height - size.top - size.bottom };
const colour = (i: number): string => `var(--s${i % 6})`;

export function lineChartSvg({ title, x, y, series, lines = [] }: LineChart): string {
  const values = [...series.flatMap((s) => s.values), ...lines.map((l) => l.y)].filter(isNumber);
  if (values.length === 0 || x.values.length === 0) return '';
  const scale = verticalScale(y.min ?? Math.min(...values), y.max ?? Math.max(...values));
  const numeric = x.values.every(isNumber) ? (x.values as number[]) : x.values.map((_, i) => i);
  const [first, last] = [Math.min(...numeric), Math.max(...numeric)];
  const at = (i: number): number =>
    size.left + (last === first ? 0.5 : (numeric[i]! - first) / (last - first)) * inner.width;
  const paths = series.map((s, k) => {
    const points = s.values
      .map((value, i) => ({ value, i }))
      .filter((point): point is { value: number; i: number } => isNumber(point.value));
    const path = points.map(({ value, i }) => `${round(at(i))},${round(scale.at(value))}`).join(' ');
    const dots =
      points.length > 40
        ? ''
        : points
            .map(
              ({ value, i }) =>
                `<circle cx="${round(at(i))}" cy="${round(scale.at(value))}" r="2.5" fill="${colour(k)}"/>`,
            )
            .join('');
    return `<polyline points="${path}" fill="none" stroke="${colour(k)}" stroke-width="2"/>${dots}`;
  });
  const marks = lines.map(
    (mark) =>
      `<line class="mark" x1="${size.left}" x2="${size.width - size.right}" y1="${round(scale.at(mark.y))}" y2="${round(scale.at(mark.y))}"/><text x="${size.width - size.right}" y="${round(scale.at(mark.y)) - 4}" text-anchor="end">${escapeHtml(mark.name)}</text>`,
  );
  const every = Math.max(1, Math.ceil(x.values.length / 8));
  const ticks = x.values
    .map((value, i) => ({ value, i }))
    .filter(({ i }) => i % every === 0)
    .map(({ value, i }) => xTick(at(i), isNumber(value) ? formatNumber(value, 3) : value));
  return figure(title, [...scale.grid, ...ticks, ...paths, ...marks, axisLabels(x.label, y.label)], series);
}

export function barChartSvg({ title, categories, y, series }: BarChart): string {
  const values = series.flatMap((s) => s.values).filter(isNumber);
  if (values.length === 0) return '';
  const shown = categories.slice(0, 40);
  const scale = verticalScale(Math.min(0, ...values), Math.max(...values));
  const slot = inner.width / shown.length;
  const width = (slot * 0.8) / series.length;
  const bars = series.flatMap((s, k) =>
    s.values.slice(0, shown.length).map((value, i) => {
      const left = size.left + slot * i + slot * 0.1 + width * k;
      const [top, bottom] = [scale.at(Math.max(value, 0)), scale.at(Math.min(value, 0))];
      const label = `${shown[i]}, ${s.name}: ${formatNumber(value, 3)}`;
      return `<rect x="${round(left)}" y="${round(top)}" width="${round(width)}" height="${round(Math.max(0.5, bottom - top))}" fill="${colour(k)}"><title>${escapeHtml(label)}</title></rect>`;
    }),
  );
  const room = Math.max(3, Math.floor(slot / 7));
  const every = Math.max(1, Math.ceil(shown.length / 14));
  const ticks = shown.flatMap((name, i) =>
    i % every === 0 ? [xTick(size.left + slot * (i + 0.5), clip(name, room * every))] : [],
  );
  return figure(title, [...scale.grid, ...ticks, ...bars, axisLabels('', y.label)], series);
}

function verticalScale(low: number, high: number): { at(value: number): number; grid: string[] } {
  const marks = roundMarks(low, high);
  const [bottom, top] = [marks[0]!, marks.at(-1)!];
  const at = (value: number): number => size.top + (1 - (value - bottom) / (top - bottom)) * inner.height;
  const grid = marks.map((value) => {
    const py = round(at(value));
    return `<line class="axis" x1="${size.left}" x2="${size.width - size.right}" y1="${py}" y2="${py}"/><text x="${size.left - 8}" y="${py + 4}" text-anchor="end">${escapeHtml(markText(value))}</text>`;
  });
  return { at, grid };
}

function xTick(px: number, label: string): string {
  return `<text x="${round(px)}" y="${size.height - size.bottom + 18}" text-anchor="middle">${escapeHtml(clip(label, 14))}</text>`;
}

function axisLabels(x: string, y: string): string {
  const middle = size.top + inner.height / 2;
  return `<text x="${size.left + inner.width / 2}" y="${size.height - 6}" text-anchor="middle">${escapeHtml(x)}</text><text transform="translate(13 ${middle}) rotate(-90)" text-anchor="middle">${escapeHtml(y)}</text>`;
}

function figure(title: string, parts: readonly string[], series: readonly { name: string }[]): string {
  const legend = series.map(
    ({ name }, i) => `<span><i style="background:${colour(i)}"></i>${escapeHtml(name)}</span>`,
  );
  return `<figure><figcaption>${escapeHtml(title)}</figcaption><svg viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${escapeHtml(title)}">${parts.join('')}</svg><div class="legend">${legend.join('')}</div></figure>`;
}
