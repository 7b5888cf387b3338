// Changes of a YAML text that a parser of YAML minds: anchors, aliases, tags, merge keys, indentation.

const tags = [
  '!!binary ',
  '!!set ',
  '!!omap ',
  '!!timestamp ',
  '!!int ',
  '!!float ',
  '!!str ',
  '!!null ',
  '!own ',
  '!!js/function ',
];
const pieces = [
  '&a ',
  '*a',
  '*missing ',
  '? ',
  ': ',
  '- ',
  '| \n',
  '>- \n',
  '{',
  '}',
  '[',
  ']',
  '"',
  "'",
  '#',
  '%',
  '@',
  '`',
  '\t',
  '---\n',
  '...\n',
  '\u0000',
  '\u0085',
  '\u2028',
  '\ufeff',
  '\r',
];

/** Twenty lists, each twice the one before. */
const laughs = `x0: &x0 [lol, lol]\n${Array.from({ length: 20 }, (_, i) => `x${i + 1}: &x${i + 1} [*x${i}, *x${i}]\n`).join('')}`;

const isValue = (line) => /^\s*(- )?[\w-]+: \S/.test(line);
const linesOf = (text) => text.split('\n');

/** Puts a text before the value of a random line. */
function beforeValue(text, r, put) {
  const lines = linesOf(text);
  const at = lines.flatMap((line, i) => (isValue(line) ? [i] : []));
  if (at.length === 0) return put + text;
  const i = r.pick(at);
  lines[i] = lines[i].replace(/^(\s*(?:- )?[\w-]+: )/, (begin) => begin + put);
  return lines.join('\n');
}

function anyLine(text, r, change) {
  const lines = linesOf(text);
  const i = r.below(lines.length);
  lines.splice(i, 1, ...change(lines[i], lines));
  return lines.join('\n');
}

const changes = {
  tag: (text, r) => beforeValue(text, r, r.pick(tags)),
  anchor: (text, r) => beforeValue(text, r, '&a '),
  alias(text, r) {
    const named = beforeValue(text, r, '&a ');
    return anyLine(named, r, (line) => [line.replace(/: .*$/, ': *a')]);
  },
  merge(text, r) {
    const lines = linesOf(text);
    const named = lines.map((line) => (/^[\w-]+:\s*$/.test(line) && r.chance(0.7) ? `${line} &a` : line));
    const i = r.below(named.length);
    const indent = /^\s*/.exec(named[i])[0];
    named.splice(i, 0, `${indent}<<: ${r.pick(['*a', '[*a, *a]', '{ x: 1 }', '1', 'null'])}`);
    return named.join('\n');
  },
  self: (text, r) => anyLine(text, r, (line) => [line.replace(/:\s*$/, ': &self'), '  loop: *self']),
  laughs: (text, r) => (r.chance(0.5) ? laughs + text : text + laughs),
  leave: (text, r) => anyLine(text, r, () => []),
  repeat: (text, r) => anyLine(text, r, (line) => [line, line]),
  indent: (text, r) => anyLine(text, r, (line) => [r.pick([' ', '  ', '\t', '      ']) + line]),
  outdent: (text, r) => anyLine(text, r, (line) => [line.replace(/^ {1,2}/, '')]),
  put(text, r) {
    const at = r.below(text.length + 1);
    return text.slice(0, at) + r.pick(pieces) + text.slice(at);
  },
  cut(text, r) {
    const at = r.below(text.length);
    return text.slice(0, at) + text.slice(at + r.between(1, 12));
  },
  end: (text, r) => text.slice(0, r.below(text.length)),
  carriage: (text) => text.replaceAll('\n', '\r\n'),
  mark: (text) => `\ufeff${text}`,
  version: (text) => `%YAML 1.1\n---\n${text}`,
  second: (text, r) => `${text}---\n${r.chance(0.5) ? text : 'a: 1\n'}`,
  complex: (text, r) => anyLine(text, r, (line) => [`${/^\s*/.exec(line)[0]}? [a, b]`, line]),
  deep: (text, r) => `${text}deep: ${'['.repeat(r.pick([10, 500, 5_000]))}\n`,
  swap(text, r) {
    const lines = linesOf(text);
    const [i, j] = [r.below(lines.length), r.below(lines.length)];
    [lines[i], lines[j]] = [lines[j], lines[i]];
    return lines.join('\n');
  },
};
const names = Object.keys(changes);

/** One or two changes; says which. */
export function mutateYaml(text, r) {
  const how = [];
  let changed = text;
  for (let n = r.pick([1, 1, 2]); n > 0 && changed.length > 0; n--) {
    const name = r.pick(names);
    how.push(name);
    changed = changes[name](changed, r);
  }
  return { text: changed, how };
}
