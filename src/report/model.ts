import type { Verdict } from '../common/verdict.js';

/**
 * What an action tells people, independent of where they read it.
 * All text is plain and untrusted: the renderers escape it. `**` and links exist only as Inline values.
 */
export interface Report {
  /** Identifies the one comment that is updated: action and model, e.g. `evaluate-gate:flight-delay`. */
  readonly key: string;
  readonly title: string;
  readonly verdict?: Verdict;
  /** The verdict or outcome in one line. */
  readonly headline: string;
  /** Why, a sentence each; the most important first. */
  readonly reasons: readonly Text[];
  readonly sections: readonly Section[];
  /** Facts for the last line: model, commit, digests, run. */
  readonly footer: readonly Fact[];
}

export interface Section {
  readonly title: string;
  /** Folded in Markdown and HTML unless opened; `short`: in Markdown only. */
  readonly folded?: boolean | 'short';
  readonly blocks: readonly Block[];
}

export type Block =
  Paragraph | Bullets | Table | Code | LineChart | BarChart | Multiples | XyChart | Forest | Matrix;

export interface Paragraph {
  readonly kind: 'paragraph';
  readonly text: Text;
}
export interface Bullets {
  readonly kind: 'bullets';
  readonly items: readonly Text[];
}
export interface Table {
  readonly kind: 'table';
  readonly columns: readonly { readonly title: string; readonly align?: 'left' | 'right' }[];
  readonly rows: readonly (readonly Text[])[];
  /** Rows that a short rendering may drop first are at the end; it says how many it left out. */
  readonly note?: string;
}
export interface Code {
  readonly kind: 'code';
  readonly language: string;
  readonly text: string;
}
/** Lines over a common x axis (Mermaid xychart in Markdown, SVG in HTML). */
export interface LineChart {
  readonly kind: 'line-chart';
  readonly title: string;
  readonly x: { readonly label: string; readonly values: readonly (number | string)[] };
  readonly y: { readonly label: string; readonly min?: number; readonly max?: number };
  readonly series: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
  /** Horizontal lines such as a threshold. */
  readonly lines?: readonly { readonly name: string; readonly y: number }[];
}
/** Grouped bars, e.g. reference beside current shares. */
export interface BarChart {
  readonly kind: 'bar-chart';
  readonly title: string;
  readonly categories: readonly string[];
  readonly y: { readonly label: string };
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[];
}

/** Many small charts of before and now, side by side in HTML; in Markdown one bar each, for how far it moved. */
export interface Multiples {
  readonly kind: 'multiples';
  readonly title: string;
  readonly series: readonly [before: string, now: string];
  /** What `amount` is: title and axis of Markdown's chart. */
  readonly amount: string;
  readonly items: readonly Multiple[];
}
export interface Multiple {
  readonly title: string;
  /** A line below the title. */
  readonly note: string;
  readonly alarm: boolean;
  /** Labels are bins in order (a histogram), or names (the largest change first). */
  readonly ordered: boolean;
  readonly labels: readonly string[];
  /** Shares by label, 0 to 1. */
  readonly before: readonly number[];
  readonly now: readonly number[];
  readonly amount: number;
}

/** Lines and dots over two axes of numbers, such as ROC curves. Small: several stand side by side in HTML. */
export interface XyChart {
  readonly kind: 'xy-chart';
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly XySeries[];
  readonly note?: string;
}
/** Ends that are not given are those of the points. */
export interface Axis {
  readonly label: string;
  readonly min?: number;
  readonly max?: number;
}
export interface XySeries {
  readonly name: string;
  /** Of a line, by rising x. */
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Default `line`. A `guide` is what the lines are held against; Markdown has no `dots`. */
  readonly shape?: 'line' | 'dots' | 'guide';
}

/** Intervals one below the other, such as of slices. HTML only: put the numbers into a table beside it. */
export interface Forest {
  readonly kind: 'forest';
  readonly title: string;
  /** What the axis measures. */
  readonly axis: string;
  /** What the intervals are held against, such as no difference and a limit. */
  readonly lines: readonly { readonly name: string; readonly at: number }[];
  readonly items: readonly ForestItem[];
}
export interface ForestItem {
  readonly title: string;
  /** Small, beside the title: the number of rows. */
  readonly note: string;
  readonly value: number;
  /** Null where the data leave it open. */
  readonly lower: number | null;
  readonly upper: number | null;
  readonly verdict?: Verdict;
}

/** Cells by row and column, shaded: a confusion matrix. */
export interface Matrix {
  readonly kind: 'matrix';
  readonly title: string;
  readonly rows: { readonly label: string; readonly names: readonly string[] };
  readonly columns: { readonly label: string; readonly names: readonly string[] };
  /** `shade` from 0 to 1. */
  readonly cells: readonly (readonly { readonly text: string; readonly shade: number }[])[];
  readonly note?: string;
}

export type Text = string | readonly Inline[];
export type Inline =
  | string
  | { readonly bold: string }
  | { readonly code: string }
  | { readonly link: string; readonly text: string }
  | { readonly verdict: Verdict };

export interface Fact {
  readonly name: string;
  readonly value: Text;
}
