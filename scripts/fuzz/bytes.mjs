// Changes of a file's bytes that know nothing of what they mean.

const hostile = [
  [0],
  [0, 0, 0, 0],
  [0xff],
  [0xc3],
  [0xed, 0xa0, 0x80],
  [0xef, 0xbb, 0xbf],
  [0xff, 0xfe],
  [0x0d],
  [0x0a],
  [0x0d, 0x0a],
  [0x22],
  [0x27],
  [0x2c],
  [0x3b],
  [0x09],
  [0x1a],
  [0x1b, 0x5b],
  [0xe2, 0x80, 0xa8],
  [0x7b],
  [0x7d],
  [0x5b],
  [0x5c],
  [0x23],
];

const splice = (bytes, at, gone, put) =>
  Buffer.concat([bytes.subarray(0, at), Buffer.from(put), bytes.subarray(at + gone)]);

const changes = {
  flip(bytes, r) {
    const changed = Buffer.from(bytes);
    for (let n = r.between(1, 4); n > 0; n--) changed[r.below(bytes.length)] ^= 1 << r.below(8);
    return changed;
  },
  overwrite(bytes, r) {
    const changed = Buffer.from(bytes);
    changed[r.below(bytes.length)] = r.below(256);
    return changed;
  },
  delete: (bytes, r) => splice(bytes, r.below(bytes.length), r.between(1, 8), []),
  insert: (bytes, r) => splice(bytes, r.below(bytes.length + 1), 0, r.pick(hostile)),
  truncate: (bytes, r) => bytes.subarray(0, r.below(bytes.length)),
  behead: (bytes, r) => bytes.subarray(r.between(1, Math.min(40, bytes.length))),
  duplicate(bytes, r) {
    const at = r.below(bytes.length);
    const chunk = bytes.subarray(at, at + r.between(1, 200));
    return splice(bytes, r.chance(0.5) ? at : r.below(bytes.length), 0, chunk);
  },
  move(bytes, r) {
    const [at, length] = [r.below(bytes.length), r.between(1, 50)];
    const chunk = Buffer.from(bytes.subarray(at, at + length));
    const rest = splice(bytes, at, length, []);
    return splice(rest, r.below(rest.length + 1), 0, chunk);
  },
  zeros: (bytes, r) => splice(bytes, r.below(bytes.length), r.between(0, 30), Buffer.alloc(r.between(1, 30))),
  noise: (bytes, r) =>
    splice(
      bytes,
      r.below(bytes.length),
      0,
      Uint8Array.from({ length: r.between(1, 40) }, () => r.below(256)),
    ),
  long: (bytes, r) => splice(bytes, r.below(bytes.length), 0, Buffer.alloc(r.between(1_000, 100_000), 0x61)),
  nothing: () => Buffer.alloc(0),
};
const names = Object.keys(changes).filter((name) => name !== 'nothing');

/** One to three changes; says which. */
export function mutateBytes(bytes, r) {
  if (r.chance(0.01)) return { bytes: changes.nothing(), how: ['nothing'] };
  const how = [];
  let changed = bytes;
  for (let n = r.between(1, 3); n > 0 && changed.length > 0; n--) {
    const name = r.pick(names);
    how.push(name);
    changed = changes[name](changed, r);
  }
  return { bytes: changed, how };
}
