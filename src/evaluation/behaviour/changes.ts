import type { Random } from '../../statistics/random.js';

/* How tests change the values of a column. Values are texts as they stand in the data, null where there is none. */

export type Values = readonly (string | null)[];

/** Order of rows drawn at random (Fisher & Yates 1938). */
export function shuffledPlaces(rows: number, random: Random): Uint32Array {
  const places = Uint32Array.from({ length: rows }, (_, i) => i);
  for (let i = rows - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const moved = places[i]!;
    places[i] = places[j]!;
    places[j] = moved;
  }
  return places;
}

/** Every row gets one of the values that is not its own, at random. */
export function swapped(values: Values, among: readonly string[], random: Random): Values {
  return values.map((value) => {
    const others = among.filter((other) => !sameValue(other, value));
    return others.length === 0 ? value : others[random.below(others.length)]!;
  });
}

/** 1, 1.0 and "1" are one value, as they are elsewhere in the gate; and so are true and True. */
function sameValue(a: string, b: string | null): boolean {
  if (b === null || a === b) return a === b;
  if (/^(true|false)$/i.test(a)) return a.toLowerCase() === b.toLowerCase();
  return a.trim() !== '' && b.trim() !== '' && Number(a) === Number(b);
}

/** A value of model.yml as the data write it: `True` for true, `1.0` for 1; itself where they have it in no way. */
export function asWritten(wanted: string, values: Values): string {
  if (values.includes(wanted)) return wanted;
  return values.find((value) => sameValue(wanted, value)) ?? wanted;
}

/** Values that are one of the keys become what the key stands for. */
export function replaced(values: Values, by: ReadonlyMap<string, string>): Values {
  return values.map((value) => (value === null ? null : (by.get(value) ?? value)));
}

/** Words within texts become others; a word is one between characters that are no letters, digits or underscores. */
export function wordsReplaced(values: Values, by: ReadonlyMap<string, string>): Values {
  const escaped = [...by.keys()]
    .sort((a, b) => b.length - a.length)
    .map((word) => word.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&'));
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${escaped.join('|')})(?![\\p{L}\\p{N}_])`, 'gu');
  return values.map((value) => value?.replace(pattern, (word) => by.get(word)!) ?? null);
}

/** Numbers, changed by a function; what is no number stays. */
export function numbersChanged(
  values: Values,
  change: (value: number, row: number) => number,
  whole: boolean,
): Values {
  return values.map((value, row) => {
    if (value === null || value.trim() === '') return value;
    const number = Number(value);
    if (!Number.isFinite(number)) return value;
    const changed = change(number, row);
    if (changed === number || !Number.isFinite(changed)) return value;
    return String(whole ? Math.round(changed) : Number(changed.toPrecision(12)));
  });
}

/** A draw from the standard normal distribution (Box & Muller 1958). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log1p(-random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
}

/**
 * Texts with slips of the keyboard: each time two neighbouring characters change places, or one is left out, doubled
 * or another letter of the text. A text of one character is doubled.
 */
export function mistyped(values: Values, typos: number, random: Random): Values {
  return values.map((value) => {
    if (value === null || value === '') return value;
    let characters = [...value];
    for (let i = 0; i < typos; i++) characters = slip(characters, random);
    return characters.join('');
  });
}

function slip(characters: readonly string[], random: Random): string[] {
  const n = characters.length;
  const at = random.below(n);
  const kind = random.below(4);
  if (n > 1 && kind === 0) {
    const first = Math.min(at, n - 2);
    return characters.map((c, i) =>
      i === first ? characters[first + 1]! : i === first + 1 ? characters[first]! : c,
    );
  }
  if (n > 1 && kind === 1) return characters.filter((_, i) => i !== at);
  if (n > 1 && kind === 2) return characters.map((c, i) => (i === at ? characters[random.below(n)]! : c));
  return characters.flatMap((c, i) => (i === at ? [c, c] : [c]));
}

/** Rows at random whose value is taken away. */
export function blanked(values: Values, chosen: Uint8Array): Values {
  return values.map((value, row) => (chosen[row] === 1 ? null : value));
}

/** Exactly this share of rows, at random: 1 for a chosen one. */
export function chosenRows(rows: number, share: number, random: Random): Uint8Array {
  const chosen = new Uint8Array(rows);
  const count = Math.round(rows * share);
  for (const place of shuffledPlaces(rows, random).subarray(0, count)) chosen[place] = 1;
  return chosen;
}
