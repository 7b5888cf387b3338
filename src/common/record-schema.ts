import * as v from 'valibot';

type Schema = v.BaseSchema<unknown, unknown, v.BaseIssue<unknown>>;
type KeySchema = v.BaseSchema<string, string, v.BaseIssue<unknown>>;

/** Valibot's `record` leaves these out without a word, and they may be columns, classes or parameters. */
const leftOut = ['__proto__', 'constructor', 'prototype'];

/** A record of any keys: valibot's, which keeps each of them. */
export function record<K extends KeySchema, V extends Schema>(
  key: K,
  value: V,
): v.RecordSchema<K, V, undefined> {
  const schema = v.record(key, value);
  return {
    ...schema,
    '~run'(dataset, config) {
      const input = dataset.value;
      const found = schema['~run'](dataset, config);
      if (typeof input !== 'object' || input === null) return found;
      const others = Object.keys(input).filter((name) => leftOut.includes(name));
      if (others.length === 0) return found;
      return withOthers(schema, found, input as Readonly<Record<string, unknown>>, others, config);
    },
  };
}

/** Runs what was left out under names that are not, and puts all in the input's order. */
function withOthers<K extends KeySchema, V extends Schema>(
  schema: v.RecordSchema<K, V, undefined>,
  found: v.OutputDataset<v.InferOutput<v.RecordSchema<K, V, undefined>>, v.BaseIssue<unknown>>,
  input: Readonly<Record<string, unknown>>,
  names: readonly string[],
  config: v.Config<v.BaseIssue<unknown>>,
): typeof found {
  const entries = new Map<string, unknown>(Object.entries(found.value as object));
  const issues = [...(found.issues ?? [])];
  let typed: boolean = found.typed;
  for (const name of names) {
    const parts = {
      key: schema.key['~run']({ value: name }, config),
      value: schema.value['~run']({ value: input[name] }, config),
    };
    for (const origin of ['key', 'value'] as const) {
      const item = { type: 'object' as const, origin, input, key: name, value: input[name] };
      for (const issue of parts[origin].issues ?? [])
        issues.push({ ...issue, path: [item, ...(origin === 'value' ? (issue.path ?? []) : [])] });
    }
    typed &&= parts.key.typed === true && parts.value.typed === true;
    entries.set(name, parts.value.value);
  }
  const value = Object.fromEntries(
    Object.keys(input).flatMap((name) => (entries.has(name) ? [[name, entries.get(name)]] : [])),
  );
  const [first, ...more] = issues;
  return { ...found, typed, value, ...(first !== undefined && { issues: [first, ...more] }) } as typeof found;
}
