import { data } from '@actions/expressions';

/** A value of the expression language, as plain JavaScript. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };
export type Mapping = { readonly [key: string]: Value };

export function isMappingValue(value: Value | undefined): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What the evaluator works on. Keys keep their case and are found in any case. */
export function toData(value: Value | undefined): data.ExpressionData {
  if (value === null || value === undefined) return new data.Null();
  if (typeof value === 'boolean') return new data.BooleanData(value);
  if (typeof value === 'number') return new data.NumberData(value);
  if (typeof value === 'string') return new data.StringData(value);
  if (Array.isArray(value)) return new data.Array(...value.map((item: Value) => toData(item)));
  return new data.Dictionary(
    ...Object.entries(value).map(([key, inner]) => ({ key, value: toData(inner as Value) })),
  );
}

export function fromData(value: data.ExpressionData): Value {
  if (value instanceof data.Dictionary) {
    return Object.fromEntries(value.pairs().map((pair) => [pair.key, fromData(pair.value)]));
  }
  if (value instanceof data.Array) return value.values().map(fromData);
  if (value instanceof data.BooleanData || value instanceof data.NumberData) return value.value;
  if (value instanceof data.StringData) return value.value;
  return null;
}

/** How a value reads inside a text: null is empty, a list is `Array`, a mapping `Object`. */
export function toText(value: Value | undefined): string {
  return toData(value).coerceString();
}

/** What `if` makes of a value: null, false, 0, NaN and the empty text are false. */
export function isTruthy(value: Value): boolean {
  return !(value === null || value === false || value === '' || value === 0 || Number.isNaN(value));
}
