// Changes of a document by its structure: JSON values whose objects are lists of pairs, so that a key can stand twice.

/** An object as pairs of key and value. */
export class Pairs {
  constructor(list) {
    this.list = list;
  }
}
/** A text that is written as it is. */
export class Raw {
  constructor(text) {
    this.text = text;
  }
}

export function treeOf(value) {
  if (Array.isArray(value)) return value.map(treeOf);
  if (value === null || typeof value !== 'object') return value;
  return new Pairs(Object.entries(value).map(([key, inner]) => [key, treeOf(inner)]));
}

export function jsonOf(tree) {
  if (tree instanceof Raw) return tree.text;
  if (Array.isArray(tree)) return `[${tree.map(jsonOf).join(',')}]`;
  if (tree instanceof Pairs)
    return `{${tree.list.map(([key, value]) => `${JSON.stringify(key)}:${jsonOf(value)}`).join(',')}}`;
  return JSON.stringify(tree) ?? 'null';
}

const copy = (tree) =>
  Array.isArray(tree)
    ? tree.map(copy)
    : tree instanceof Pairs
      ? new Pairs(tree.list.map(([key, value]) => [key, copy(value)]))
      : tree;

/** Every place that holds a value: the list it stands in, and where. */
function slotsOf(tree, found = []) {
  if (Array.isArray(tree))
    tree.forEach((inner, i) => {
      found.push({ list: tree, i, get: () => tree[i], set: (value) => (tree[i] = value) });
      slotsOf(inner, found);
    });
  else if (tree instanceof Pairs)
    tree.list.forEach((pair, i) => {
      found.push({ list: tree.list, i, pair, get: () => pair[1], set: (value) => (pair[1] = value) });
      slotsOf(pair[1], found);
    });
  return found;
}

export const hostileNames = [
  '',
  ' ',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '0',
  '-1',
  'length',
  'null',
  'true',
  '<<',
  '*',
  '&a',
  '../../etc/passwd',
  'a"b',
  "a'b",
  'a`b',
  'a\nb',
  'a\u0000b',
  'ÄÖÜ ☃ 💥',
  '\u202eabc',
  '\ud800',
  '${{ secrets.TOKEN }}',
  '$(id)',
  '<script>alert(1)</script>',
  '| a | b |',
  '=1+1',
  '%s%n',
  "'; DROP TABLE t; --",
];
const numbers = [
  0, -1, 1, 2, 0.1, 0.5, 1e-320, 1e308, -1e308, 9007199254740993, 2147483648, 4294967296, 1e21,
];
const rawNumbers = ['1e999', '-1e999', '-0', '123456789012345678901234567890', '0.1e-400', 'NaN', '01', '.5'];
const texts = [
  '',
  ' ',
  '0',
  '1',
  'null',
  '5%',
  '101%',
  '1s',
  '999999999d',
  '-1s',
  'v1.2.3',
  '2001-02-30',
  '~',
];

function anyValue(r) {
  switch (r.below(10)) {
    case 0:
      return null;
    case 1:
      return r.chance(0.5);
    case 2:
      return r.pick(numbers);
    case 3:
      return new Raw(r.pick(rawNumbers));
    case 4:
      return r.pick(texts);
    case 5:
      return r.pick(hostileNames);
    case 6:
      return [];
    case 7:
      return new Pairs([]);
    case 8:
      return 'x'.repeat(r.pick([100, 5_000, 70_000]));
    default:
      return nested(r);
  }
}

function nested(r) {
  const depth = r.pick([3, 30, 300, 3_000, 30_000]);
  return r.chance(0.5)
    ? new Raw('['.repeat(depth) + ']'.repeat(depth))
    : new Raw('{"a":'.repeat(depth) + '1' + '}'.repeat(depth));
}

function tweaked(value, r) {
  if (typeof value === 'number')
    return r.pick([value + 1, value - 1, -value, value * 1e9, value / 3, value + 0.5, String(value), 0]);
  if (typeof value === 'boolean') return r.pick([!value, Number(value), String(value)]);
  if (typeof value === 'string')
    return r.pick([
      value.toUpperCase(),
      value.slice(0, -1),
      value + r.pick(hostileNames),
      ` ${value} `,
      `${value}\n${value}`,
      value.repeat(50),
      Number(value),
      value.replace(/[a-z]/, (letter) => letter.toUpperCase()),
      [...value].reverse().join(''),
    ]);
  if (Array.isArray(value))
    return r.pick([value[0] ?? null, [...value, ...value], [value], r.shuffled(value)]);
  if (value instanceof Pairs)
    return r.pick([value.list.map(([, inner]) => inner), [value], new Pairs(r.shuffled(value.list)), null]);
  return anyValue(r);
}

const changes = {
  delete: (slot) => slot.list.splice(slot.i, 1),
  twice: (slot) =>
    slot.list.splice(slot.i, 0, slot.pair ? [slot.pair[0], copy(slot.pair[1])] : copy(slot.get())),
  replace: (slot, r) => slot.set(anyValue(r)),
  tweak: (slot, r) => slot.set(tweaked(slot.get(), r)),
  rename(slot, r) {
    if (slot.pair === undefined) return slot.set(anyValue(r));
    const [key] = slot.pair;
    slot.pair[0] = r.chance(0.6)
      ? r.pick(hostileNames)
      : r.pick([`${key}s`, key.slice(1), key.toUpperCase()]);
  },
  add(slot, r) {
    const name = r.pick(hostileNames);
    const value = r.chance(0.5) ? copy(slot.get()) : anyValue(r);
    slot.list.splice(slot.i, 0, slot.pair ? [name, value] : value);
  },
  exchange(slot, r, slots) {
    const other = r.pick(slots);
    const [one, two] = [copy(slot.get()), copy(other.get())];
    slot.set(two);
    other.set(one);
  },
};
const names = Object.keys(changes);

/** One to three changes; says which, and of which key. */
export function mutateTree(tree, r) {
  let changed = [copy(tree)];
  const how = [];
  for (let n = r.pick([1, 1, 1, 2, 3]); n > 0; n--) {
    const slots = slotsOf(changed);
    // Of the whole document rarely: little is left to look at then.
    const slot = slots.length > 1 && !r.chance(0.01) ? slots[r.between(1, slots.length - 1)] : slots[0];
    if (slot === undefined) break;
    const name = r.pick(names);
    how.push(slot.pair ? `${name} ${slot.pair[0].slice(0, 30)}` : name);
    changes[name](slot, r, slots);
  }
  return { tree: changed[0] ?? null, how };
}
