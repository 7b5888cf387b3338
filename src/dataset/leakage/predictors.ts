import type { Column } from '../../engine/columns.js';
import { wilson } from '../../statistics/intervals.js';
import { aucComponents } from '../../statistics/delong.js';
import { type ExactRule, exactRule } from '../../statistics/exact-rule.js';
import {
  type Numbers,
  type Predictor,
  type RuleSkill,
  classRule,
  presentOrder,
  quantityRule,
} from '../../statistics/one-rule.js';

/** What one column alone tells of the label. */
export interface Telling extends RuleSkill {
  /** Of a number against two classes: area under the ROC curve, 0.5 … 1 whichever way it points, and a bound below it. */
  readonly auc?: { readonly value: number; readonly lower: number };
  /** The label follows from the column without exception, more surely than chance allows. */
  readonly exact?: ExactRule;
}

export type Labels =
  | { readonly kind: 'classes'; readonly codes: Int32Array; readonly names: readonly string[] }
  | { readonly kind: 'quantities'; readonly values: Float64Array };

/** Texts as codes in the order in which they occur; −1 for none. */
export function codesOf(column: Column): { codes: Int32Array; names: string[] } {
  const known = new Map<string | number, number>();
  const codes = new Int32Array(column.length);
  for (let i = 0; i < column.length; i++) {
    const value = column[i]!;
    if (value === null || Number.isNaN(value)) {
      codes[i] = -1;
      continue;
    }
    let code = known.get(value);
    if (code === undefined) known.set(value, (code = known.size));
    codes[i] = code;
  }
  return { codes, names: [...known.keys()].map(String) };
}

export function predictorOf(column: Column): Predictor {
  if (!(column instanceof Float64Array)) return { codes: codesOf(column).codes };
  // Every test of numbers goes by their order.
  return { numbers: column, order: presentOrder(column) };
}

/** In fewer rows a trend or a sorted file makes an exact relation that the rest of the data does not have. */
export const fewestExact = 30;

/**
 * @param labels of the same rows as the column; every row has one
 * @param confidence of the bounds, one-sided
 */
export function tellingOf(column: Column, labels: Labels, confidence: number): Telling {
  const predictor = predictorOf(column);
  const values = labels.kind === 'quantities' ? labels.values : labels.codes;
  const found = values.length < fewestExact ? undefined : exactRule(predictor, values, labels.kind);
  const exact = found !== undefined && found.logP < Math.log(1 - confidence) ? { exact: found } : {};
  if (labels.kind === 'quantities') {
    const rule = quantityRule(predictor, labels.values, confidence);
    // A handful of squared errors has no spread to bound their mean by.
    const lower = values.length < fewestExact ? Math.min(0, rule.lower) : rule.lower;
    return { ...rule, lower, ...exact };
  }
  const rule = classRule(predictor, labels.codes, labels.names.length, confidence);
  if (!('numbers' in predictor) || labels.names.length !== 2) return { ...rule, ...exact };
  return { ...rule, ...areaOf(predictor, labels.codes, confidence), ...exact };
}

/** Of the rows that have a finite number: in their order, so that nothing is sorted again. */
function areaOf(
  { numbers, order = presentOrder(numbers) }: Numbers,
  codes: Int32Array,
  confidence: number,
): Pick<Telling, 'auc'> {
  const labels = new Uint8Array(order.length);
  const scores = new Float64Array(order.length);
  let [rows, positive] = [0, 0];
  for (const row of order) {
    if (!Number.isFinite(numbers[row]!)) continue;
    labels[rows] = codes[row]!;
    scores[rows++] = numbers[row]!;
    positive += codes[row]!;
  }
  const fewer = Math.min(positive, rows - positive);
  if (fewer === 0) return {};
  const { auc } = aucComponents(
    labels.subarray(0, rows),
    scores.subarray(0, rows),
    Uint32Array.from({ length: rows }, (_, i) => i),
  );
  const value = Math.max(auc, 1 - auc);
  // A share of as many as there are rows of the rarer class: wider than DeLong's, and not of no width at 1.
  return { auc: { value, lower: wilson(value * fewer, fewer, 2 * confidence - 1).lower } };
}
