// A value that about fits a schema of src/formats, made from the schema itself.

const examples = [
  `sha256:${'0123456789abcdef'.repeat(4)}`,
  '1.2.3',
  'model.json',
  'a',
  '2001-02-03T04:05:06.000Z',
  '2001-02-03',
  'v1.2.3',
  'profile-train.json',
  'me/repository',
];

function fits(schema, value) {
  try {
    return schema['~run']({ value }, {}).issues === undefined;
  } catch {
    return false;
  }
}

const makers = {
  string: (schema, r) => examples.find((one) => fits(schema, one)) ?? r.pick(examples),
  number: (schema, r) => r.shuffled([0, 1, 2, 0.5, 0.9, 10, -1]).find((one) => fits(schema, one)) ?? 1,
  boolean: (_, r) => r.chance(0.5),
  null: () => null,
  literal: ({ literal }) => literal,
  picklist: ({ options }, r) => r.pick(options),
  unknown: () => ({ a: 1 }),
  any: () => 1,
  nullable: ({ wrapped }, r, depth) => (r.chance(0.3) ? null : sampleOf(wrapped, r, depth)),
  optional: ({ wrapped }, r, depth) => sampleOf(wrapped, r, depth),
  array: ({ item }, r, depth) =>
    Array.from({ length: depth > 6 ? 0 : r.between(1, 2) }, () => sampleOf(item, r, depth + 1)),
  tuple: ({ items }, r, depth) => items.map((item) => sampleOf(item, r, depth + 1)),
  record: ({ key, value }, r, depth) =>
    Object.fromEntries(
      Array.from({ length: r.between(0, 2) }, () => [
        String(sampleOf(key, r, depth)),
        sampleOf(value, r, depth + 1),
      ]),
    ),
  union: ({ options }, r, depth) => sampleOf(r.pick(options), r, depth),
  variant: ({ options }, r, depth) => sampleOf(r.pick(options), r, depth),
  lazy: ({ getter }, r, depth) => (depth > 6 ? null : sampleOf(getter(undefined), r, depth + 1)),
};

function entriesOf({ entries }, r, depth) {
  return Object.fromEntries(
    Object.entries(entries).flatMap(([key, schema]) =>
      schema.type === 'optional' && r.chance(0.4) ? [] : [[key, sampleOf(schema, r, depth + 1)]],
    ),
  );
}

export function sampleOf(schema, r, depth = 0) {
  if (schema.entries !== undefined) return entriesOf(schema, r, depth);
  return (makers[schema.type] ?? makers.unknown)(schema, r, depth);
}
