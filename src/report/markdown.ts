import { formatNumber } from '../common/text.js';
import type {
  BarChart,
  Block,
  Inline,
  LineChart,
  Matrix,
  Multiples,
  Report,
  Section,
  Table,
  Text,
  XyChart,
} from './model.js';
import { inlines, plainText, safeLink, verdictIcon } from './text.js';
import { resample } from './xy.js';

export interface MarkdownOptions {
  /** Characters that the text may have at most: 60,000 for a comment or an issue. */
  readonly budget: number;
  /** Rows that a table may have at most. Default: as many as there is room for. */
  readonly rows?: number;
}

interface Limits {
  readonly rows: number;
  readonly charts: boolean;
}

/* Each step shortens the report further: first rows of tables are left out, then charts. */
const steps: readonly Limits[] = [
  { rows: 1000, charts: true },
  { rows: 100, charts: true },
  { rows: 30, charts: true },
  { rows: 30, charts: false },
  { rows: 8, charts: false },
];

/** A report in Markdown, still in pieces: a text that holds several reports puts them together. */
export interface MarkdownPieces {
  /** Without the mark of a heading. */
  readonly title: string;
  /** The headline and the reasons. */
  readonly head: string;
  /** One for each section, and one for the facts at the end; the most important first. */
  readonly sections: readonly string[];
}

/**
 * A report as GitHub-flavoured Markdown, for comments, issues and job summaries.
 * Never longer than the budget: rows, charts and at last sections give way, and it says so.
 */
export function renderMarkdown(report: Report, options: MarkdownOptions): string {
  const text = joined(renderPieces(report, options));
  const { budget } = options;
  return text.length <= budget ? text : `${text.slice(0, budget - 2)}…\n`;
}

/** As renderMarkdown, in pieces; all together keep to the budget unless the title or a reason alone is longer. */
export function renderPieces(report: Report, { budget, rows = Infinity }: MarkdownOptions): MarkdownPieces {
  for (const step of steps) {
    const limits = { ...step, rows: Math.min(step.rows, rows) };
    const pieces = assemble(report, report.sections, limits);
    if (joined(pieces).length <= budget) return pieces;
  }
  const limits = steps.at(-1)!;
  for (let kept = report.sections.length - 1; kept >= 0; kept--) {
    const pieces = assemble(report, report.sections.slice(0, kept), limits);
    const note = leftOut(report.sections.length - kept);
    const fewer = { ...pieces, sections: [...pieces.sections, note] };
    if (joined(fewer).length <= budget) return fewer;
  }
  return assemble({ ...report, reasons: report.reasons.slice(0, 5), footer: [] }, [], limits);
}

function leftOut(sections: number): string {
  return `*${sections} ${sections === 1 ? 'section is' : 'sections are'} left out here; the HTML report has everything.*`;
}

function joined({ title, head, sections }: MarkdownPieces): string {
  return `${[`## ${title}`, head, ...sections].join('\n\n')}\n`;
}

function assemble(report: Report, sections: readonly Section[], limits: Limits): MarkdownPieces {
  const icon = report.verdict === undefined ? '' : `${verdictIcon[report.verdict]} `;
  const reasons = report.reasons.map((reason) => `- ${inline(reason)}`).join('\n');
  const facts = report.footer.map(({ name, value }) => `${escapeText(name)} ${inline(value)}`);
  return {
    title: `${icon}${escapeText(report.title)}`,
    head: [`**${escapeText(report.headline)}**`, reasons].filter((text) => text !== '').join('\n\n'),
    sections: [
      ...sections.map((section) => renderSection(section, limits)),
      ...(facts.length > 0 ? [`<sub>${facts.join(' · ')}</sub>`] : []),
    ],
  };
}

function renderSection({ title, folded, blocks }: Section, limits: Limits): string {
  const body = blocks
    .map((block) => renderBlock(block, limits))
    .filter((text) => text !== '')
    .join('\n\n');
  // GitHub renders Markdown inside <details> only after a blank line.
  if (folded) return `<details>\n<summary>${escapeText(title)}</summary>\n\n${body}\n\n</details>`;
  return `### ${escapeText(title)}\n\n${body}`;
}

function renderBlock(block: Block, limits: Limits): string {
  switch (block.kind) {
    case 'paragraph':
      return inline(block.text);
    case 'bullets':
      return block.items.map((item) => `- ${inline(item)}`).join('\n');
    case 'table':
      return renderTable(block, limits.rows);
    case 'code':
      return fenced(block.language, block.text);
    case 'line-chart':
      return limits.charts ? lineChart(block) : '';
    case 'bar-chart':
      return limits.charts ? barChart(block) : '';
    case 'multiples':
      return limits.charts ? amounts(block) : '';
    case 'xy-chart':
      return limits.charts ? xyChart(block) : '';
    case 'forest':
      return '';
    case 'matrix':
      return matrix(block);
  }
}

function renderTable({ columns, rows, note }: Table, limit: number): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const shown = rows.slice(0, limit).map((row) => line(row.map((cell) => inline(cell))));
  const left = rows.length - shown.length;
  return [
    line(columns.map(({ title }) => escapeText(title))),
    line(columns.map(({ align }) => (align === 'right' ? '--:' : ':--'))),
    ...shown,
    ...(left > 0 ? ['', `*${left} more ${left === 1 ? 'row' : 'rows'} in the HTML report.*`] : []),
    ...(note === undefined ? [] : ['', `*${escapeText(note)}*`]),
  ].join('\n');
}

/** A fence longer than any run of backticks inside. */
function fenced(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language.replace(/[^a-z0-9-]/gi, '')}\n${text.replace(/\n$/, '')}\n${fence}`;
}

/* Mermaid draws up to 50,000 characters; in xychart the first series is bars or a line in palette order. */
function lineChart({ title, x, y, series, lines = [] }: LineChart): string {
  if (x.values.length < 2) return '';
  const step = Math.ceil(x.values.length / 60);
  const pick = <T>(values: readonly T[]): T[] =>
    values.filter((_, i) => i % step === 0 || i === values.length - 1);
  const all = [
    ...series.map(({ name, values }) => ({ name, values: pick(values).map((value) => value ?? 0) })),
    ...lines.map((mark) => ({ name: mark.name, values: pick(x.values).map(() => mark.y) })),
  ];
  const range = y.min !== undefined && y.max !== undefined ? ` ${number(y.min)} --> ${number(y.max)}` : '';
  return mermaid(title, pick(x.values).map(String), x.label, `${quoted(y.label)}${range}`, 'line', all);
}

function barChart({ title, categories, y, series }: BarChart): string {
  return mermaid(title, categories.slice(0, 30), '', quoted(y.label), series.length > 1 ? 'line' : 'bar', [
    ...series.map(({ name, values }) => ({ name, values: values.slice(0, 30) })),
  ]);
}

/** Horizontal bars, because names are long. */
function amounts({ amount, items }: Multiples): string {
  const shown = items.slice(0, 25);
  if (shown.length === 0) return '';
  const body = [
    'xychart-beta horizontal',
    `  title ${quoted(amount)}`,
    `  x-axis [${shown.map((item) => quoted(item.title.slice(0, 30))).join(', ')}]`,
    `  bar [${shown.map((item) => number(item.amount)).join(', ')}]`,
  ].join('\n');
  return fenced('mermaid', body);
}

/** Mermaid has one row of places for all lines. */
function xyChart({ title, x, y, series }: XyChart): string {
  const lines = series.filter(({ shape, points }) => shape !== 'dots' && points.length > 1);
  const measured = lines.filter(({ shape }) => shape !== 'guide');
  if (measured.length === 0) return '';
  // Where all lines have points: beyond its ends, a line would be invented.
  const from = Math.max(...measured.map(({ points }) => points[0]![0]));
  const to = Math.min(...measured.map(({ points }) => points.at(-1)![0]));
  const [low, high] = from < to ? [from, to] : [x.min ?? 0, x.max ?? 1];
  const places = Array.from({ length: 21 }, (_, i) => low + (i / 20) * (high - low));
  const range = y.min !== undefined && y.max !== undefined ? ` ${number(y.min)} --> ${number(y.max)}` : '';
  return mermaid(
    title,
    places.map((place) => formatNumber(place, 2)),
    x.label,
    `${quoted(y.label)}${range}`,
    'line',
    lines.map(({ name, points }) => ({ name, values: resample(points, places) })),
  );
}

function matrix({ title, rows, columns, cells, note }: Matrix): string {
  const table = renderTable(
    {
      kind: 'table',
      columns: [
        { title: `${rows.label} ↓ ${columns.label} →` },
        ...columns.names.map((name) => ({ title: name, align: 'right' as const })),
      ],
      rows: rows.names.map((name, i) => [[{ bold: name }], ...(cells[i] ?? []).map(({ text }) => text)]),
      ...(note !== undefined && { note }),
    },
    rows.names.length,
  );
  return `**${escapeText(title)}**\n\n${table}`;
}

function mermaid(
  title: string,
  x: readonly string[],
  xLabel: string,
  y: string,
  mark: 'line' | 'bar',
  series: readonly { name: string; values: readonly number[] }[],
): string {
  const body = [
    'xychart-beta',
    `  title ${quoted(`${title}: ${series.map(({ name }) => name).join(', ')}`)}`,
    `  x-axis ${xLabel === '' ? '' : `${quoted(xLabel)} `}[${x.map(quoted).join(', ')}]`,
    `  y-axis ${y}`,
    ...series.map(({ values }) => `  ${mark} [${values.map(number).join(', ')}]`),
  ].join('\n');
  return fenced('mermaid', body);
}

const quoted = (text: string): string => `"${text.replace(/["\\\n\r`[\]{}<>]/g, ' ').slice(0, 80)}"`;
const number = (value: number): string =>
  Number.isFinite(value) ? String(Number(value.toPrecision(6))) : '0';

function inline(text: Text): string {
  return inlines(text).map(renderInline).join('');
}

function renderInline(part: Inline): string {
  if (typeof part === 'string') return escapeText(part);
  if ('bold' in part) return `**${escapeText(part.bold)}**`;
  if ('code' in part) return inlineCode(part.code);
  if ('verdict' in part) return `${verdictIcon[part.verdict]}\u00a0${part.verdict}`;
  const url = safeLink(part.link);
  return url === undefined
    ? escapeText(plainText([part]))
    : `[${escapeText(part.text)}](${url.replaceAll('(', '%28').replaceAll(')', '%29')})`;
}

/** As HTML, since Markdown's own code spans cannot hold a `|` in a table nor any backtick. */
function inlineCode(text: string): string {
  const shown = text.replace(/\s+/g, ' ').slice(0, 500);
  return `<code>${escapeText(shown === '' ? ' ' : shown)}</code>`;
}

/**
 * Plain text stays plain text: no markup, no HTML, and nobody is notified or linked to
 * because a data file held `@team`, `#12` or an address.
 */
export function escapeText(text: string): string {
  return text
    .replace(/[\r\n\t]+/g, ' ')
    .replace(/[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, '\ufffd')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_{}[\]|~$]/g, (character) => `\\${character}`)
    .replace(/^(\s*)([#+-]|\d+[.)])(?=\s)/, '$1\\$2')
    .replace(/@(?=[\w-])/g, '@\u200b')
    .replace(/#(?=\d)/g, '#\u200b')
    .replace(/(?<=https?|ftp):\/\//gi, ':\u200b//')
    .replace(/\bwww\./gi, (match) => `${match.slice(0, -1)}\u200b.`);
}
