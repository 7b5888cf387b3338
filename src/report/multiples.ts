import { formatNumber } from '../common/text.js';
import type { Multiple, Multiples } from './model.js';
import { escapeHtml } from './text.js';

const size = { width: 300, height: 132 };
/** Of a histogram: the plot, with room for the ends of the axis below. */
const plot = { left: 4, right: 296, top: 6, bottom: 112 };
/** Of named values: label, track, change. */
const row = { height: 21, label: 92, from: 100, to: 246, change: 296 };
const mostNames = 6;

/** Many small charts side by side, each on a card of its own: grey is before, colour is now. */
export function multiplesHtml({ title, series, items }: Multiples): string {
  if (items.length === 0) return '';
  const [before, now] = series;
  const legend = `<div class="legend"><span><i class="before"></i>${escapeHtml(before)}</span><span><i class="now"></i>${escapeHtml(now)}</span></div>`;
  const cards = items.map((item) => {
    const chart = item.ordered ? histogram(item) : dumbbells(item);
    return `<figure class="card${item.alarm ? ' alarm' : ''}"><figcaption title="${escapeHtml(clip(item.title, 200))}">${escapeHtml(clip(item.title, 60))}</figcaption><p>${escapeHtml(item.note)}</p>${chart}</figure>`;
  });
  return `<div class="multiples"><p class="caption">${escapeHtml(title)}</p>${legend}<div class="grid">${cards.join('\n')}</div></div>`;
}

/** Bins in order: wide grey bars before, narrow coloured ones now. */
function histogram({ title, labels, before, now }: Multiple): string {
  const most = Math.max(...before, ...now, 1e-9);
  const slot = (plot.right - plot.left) / labels.length;
  const bar = (value: number, i: number, width: number, name: string): string => {
    const height = Math.max(value > 0 ? 0.5 : 0, (value / most) * (plot.bottom - plot.top));
    const x = plot.left + slot * (i + (1 - width) / 2);
    return `<rect class="${name}" x="${round(x)}" y="${round(plot.bottom - height)}" width="${round(slot * width)}" height="${round(height)}" rx="1.5"/>`;
  };
  const bars = labels.map((label, i) => {
    const shown = `${label}: ${percent(before[i]!)} → ${percent(now[i]!)}`;
    return `<g><title>${escapeHtml(shown)}</title>${bar(before[i]!, i, 0.86, 'before')}${bar(now[i]!, i, 0.4, 'now')}</g>`;
  });
  const ends = `<text x="${plot.left}" y="128">${escapeHtml(clip(labels[0]!, 20))}</text><text x="${plot.right}" y="128" text-anchor="end">${escapeHtml(clip(labels.at(-1)!, 20))}</text>`;
  const axis = `<line class="axis" x1="${plot.left}" x2="${plot.right}" y1="${plot.bottom}" y2="${plot.bottom}"/>`;
  return svg(title, [axis, ...bars, ends]);
}

/** Named values: two dots and what lies between them, the change in points at the right. */
function dumbbells({ title, labels, before, now }: Multiple): string {
  const shown = labels.slice(0, mostNames);
  const most = Math.max(...before.slice(0, mostNames), ...now.slice(0, mostNames), 1e-9);
  const at = (value: number): number => row.from + (value / most) * (row.to - row.from);
  const lines = shown.map((label, i) => {
    const [a, b] = [before[i]!, now[i]!];
    const y = 12 + i * row.height;
    const [from, to] = [round(at(a)), round(at(b))];
    const change = (b - a) * 100;
    const sign = change > 0 ? '+' : '−';
    const text =
      Math.abs(change) < 0.05 ? '0' : `${sign}${formatNumber(Math.abs(Number(change.toFixed(1))), 3)}`;
    return (
      `<g><title>${escapeHtml(`${clip(label, 100)}: ${percent(a)} → ${percent(b)}`)}</title>` +
      `<text x="${row.label}" y="${y + 4}" text-anchor="end">${escapeHtml(clip(label, 14))}</text>` +
      `<line class="axis" x1="${row.from}" x2="${row.to}" y1="${y}" y2="${y}"/>` +
      `<line class="move" x1="${from}" x2="${to}" y1="${y}" y2="${y}"/>` +
      `<circle class="before" cx="${from}" cy="${y}" r="4"/><circle class="now" cx="${to}" cy="${y}" r="4"/>` +
      `<text x="${row.change}" y="${y + 4}" text-anchor="end">${escapeHtml(text)}</text></g>`
    );
  });
  return svg(title, lines);
}

const svg = (title: string, parts: readonly string[]): string =>
  `<svg viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${escapeHtml(clip(title, 200))}">${parts.join('')}</svg>`;

const percent = (share: number): string => `${formatNumber(share * 100, 3)} %`;
const round = (value: number): number => Math.round(value * 10) / 10;
const clip = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text;
