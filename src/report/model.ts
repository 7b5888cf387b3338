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
  /** Folded in Markdown and HTML unless opened. */
  readonly folded?: boolean;
  readonly blocks: readonly Block[];
}

export type Block = Paragraph | Bullets | Table | Code | LineChart | BarChart;

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
