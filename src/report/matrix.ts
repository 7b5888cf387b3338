import type { Matrix } from './model.js';
import { clip } from './scale.js';
import { escapeHtml } from './text.js';

/** A table whose cells are the darker the larger their share. */
export function matrixHtml({ title, rows, columns, cells, note }: Matrix): string {
  const head = columns.names.map((name) => `<th scope="col">${escapeHtml(clip(name, 40))}</th>`).join('');
  const body = rows.names.map((name, i) => {
    const line = (cells[i] ?? []).map(
      ({ text, shade }) =>
        `<td style="--shade:${Math.round(100 * Math.min(1, Math.max(0, shade)))}%">${escapeHtml(text)}</td>`,
    );
    return `<tr><th scope="row">${escapeHtml(clip(name, 40))}</th>${line.join('')}</tr>`;
  });
  const below = note === undefined ? '' : `<p class="note">${escapeHtml(note)}</p>`;
  return `<figure><figcaption>${escapeHtml(title)}</figcaption><div class="table"><table class="matrix"><thead><tr><td></td><th colspan="${columns.names.length}">${escapeHtml(columns.label)}</th></tr><tr><th>${escapeHtml(rows.label)}</th>${head}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>${below}</figure>`;
}
