import { forestSvg } from './forest.js';
import { matrixHtml } from './matrix.js';
import type { Block, Inline, Report, Section, Table, Text } from './model.js';
import { multiplesHtml } from './multiples.js';
import { barChartSvg, lineChartSvg } from './svg.js';
import { style } from './style.js';
import { escapeHtml, inlines, safeLink, verdictIcon } from './text.js';
import { xyChartSvg } from './xy.js';

/* A page stays readable, and below 2 MB, whatever the data. */
const rowLimit = 1000;
const codeLimit = 50_000;

/** A report as one HTML page that needs nothing else: no script, no request, light and dark. */
export function renderHtml(report: Report): string {
  const { title, verdict, headline, reasons, sections, footer } = report;
  const icon = verdict === undefined ? '' : `<span aria-hidden="true">${verdictIcon[verdict]}</span> `;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<header class="${verdict ?? 'neutral'}">
<h1>${icon}${escapeHtml(title)}</h1>
<p class="headline">${escapeHtml(headline)}</p>
${reasons.length > 0 ? `<ul>${reasons.map((reason) => `<li>${inline(reason)}</li>`).join('')}</ul>` : ''}
</header>
${sections.map(renderSection).join('\n')}
<footer>${footer.map(({ name, value }) => `<span><b>${escapeHtml(name)}</b> ${inline(value)}</span>`).join('\n')}</footer>
</main>
</body>
</html>
`;
}

function renderSection({ title, folded, blocks }: Section): string {
  const body = sideBySide(blocks)
    .map((group) => {
      const drawn = group.map(renderBlock).join('\n');
      return group[0]?.kind === 'xy-chart' ? `<div class="charts">${drawn}</div>` : drawn;
    })
    .join('\n');
  if (folded === true) return `<details><summary>${escapeHtml(title)}</summary>\n${body}\n</details>`;
  return `<section><h2>${escapeHtml(title)}</h2>\n${body}\n</section>`;
}

/** Small charts that follow each other are one group; all else stands alone. */
function sideBySide(blocks: readonly Block[]): Block[][] {
  const groups: Block[][] = [];
  for (const block of blocks) {
    const last = groups.at(-1);
    if (block.kind === 'xy-chart' && last?.[0]?.kind === 'xy-chart') last.push(block);
    else groups.push([block]);
  }
  return groups;
}

function renderBlock(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return `<p>${inline(block.text)}</p>`;
    case 'bullets':
      return `<ul>${block.items.map((item) => `<li>${inline(item)}</li>`).join('')}</ul>`;
    case 'table':
      return renderTable(block);
    case 'code':
      return `<pre>${escapeHtml(block.text.slice(0, codeLimit))}</pre>`;
    case 'line-chart':
      return lineChartSvg(block);
    case 'bar-chart':
      return barChartSvg(block);
    case 'multiples':
      return multiplesHtml(block);
    case 'xy-chart':
      return xyChartSvg(block);
    case 'forest':
      return forestSvg(block);
    case 'matrix':
      return matrixHtml(block);
  }
}

function renderTable({ columns, rows, note }: Table): string {
  const cell = (tag: 'td' | 'th', content: string, column: number): string =>
    `<${tag}${columns[column]?.align === 'right' ? ' class="right"' : ''}>${content}</${tag}>`;
  const head = columns.map(({ title }, i) => cell('th', escapeHtml(title), i)).join('');
  const body = rows
    .slice(0, rowLimit)
    .map((row) => `<tr>${row.map((text, i) => cell('td', inline(text), i)).join('')}</tr>`)
    .join('\n');
  const left = rows.length - Math.min(rows.length, rowLimit);
  const notes = [
    ...(left > 0 ? [`${left} more rows are in result.json.`] : []),
    ...(note === undefined ? [] : [note]),
  ];
  return `<div class="table"><table><thead><tr>${head}</tr></thead>\n<tbody>${body}</tbody></table></div>${notes
    .map((text) => `<p class="note">${escapeHtml(text)}</p>`)
    .join('')}`;
}

function inline(text: Text): string {
  return inlines(text).map(renderInline).join('');
}

function renderInline(part: Inline): string {
  if (typeof part === 'string') return escapeHtml(part);
  if ('bold' in part) return `<strong>${escapeHtml(part.bold)}</strong>`;
  if ('code' in part) return `<code>${escapeHtml(part.code)}</code>`;
  if ('verdict' in part) return `<span class="verdict ${part.verdict}">${part.verdict}</span>`;
  const url = safeLink(part.link);
  const shown = escapeHtml(part.text);
  return url === undefined ? shown : `<a href="${escapeHtml(url)}" rel="noreferrer">${shown}</a>`;
}
