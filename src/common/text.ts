/** The candidate nearest to `name` by edit distance, when near enough to be what was meant. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  // Two of three letters are no resemblance.
  let bestDistance = (name.length <= 3 ? 1 : Math.max(2, Math.floor(name.length / 3))) + 1;
  for (const candidate of candidates) {
    // So many letters more or fewer are as many changes, and most candidates are told by that.
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Names as a sentence lists them: the first twenty of more. */
export function listNames(names: readonly string[]): string {
  return names.length <= 20
    ? names.join(', ')
    : `${names.slice(0, 20).join(', ')} and ${names.length - 20} more`;
}

/** Levenshtein distance (Wagner & Fischer 1974), two rows. */
export function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(substitution, previous[j]! + 1, row[j - 1]! + 1));
    }
    previous = row;
  }
  return previous[b.length]!;
}

/** "1 row", "3 rows", with thousands separated. */
export function plural(count: number, noun: string, nouns = `${noun}s`): string {
  return `${formatInteger(count)} ${count === 1 ? noun : nouns}`;
}

export function formatInteger(value: number): string {
  return Math.trunc(value)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** A number for people: `digits` significant digits, no trailing noise. */
export function formatNumber(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞';
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return formatInteger(value).replace('-', '−');
  const text = Number(value.toPrecision(digits)).toString();
  return text.replace('-', '−');
}

/** Digits after the point that tell an estimate's interval: `digits` significant ones of half its width. */
export function decimalsOf(
  { value, lower, upper }: { value: number; lower: number | null; upper: number | null },
  digits = 2,
): number {
  const half = Math.max(lower === null ? 0 : value - lower, upper === null ? 0 : upper - value);
  const size = half > 0 ? half : Math.abs(value) / 1000;
  if (!(size > 0) || !Number.isFinite(size)) return 0;
  return Math.min(12, Math.max(0, digits - 1 - Math.floor(Math.log10(size))));
}

/** A number with so many digits after the point, and no more zeros than others beside it have. */
export function formatFixed(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return formatNumber(value);
  const [whole = '', part] = Math.abs(value).toFixed(decimals).split('.');
  const text = `${whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',')}${part === undefined ? '' : `.${part}`}`;
  return value < 0 && /[1-9]/.test(text) ? `−${text}` : text;
}

/** "0.712 (0.705 … 0.719)", all with the same digits. A bound that is open is infinite. */
export function formatEstimate(
  estimate: { value: number; lower: number | null; upper: number | null },
  digits = 2,
): string {
  const decimals = decimalsOf(estimate, digits);
  const { value, lower, upper } = estimate;
  return `${formatFixed(value, decimals)} (${formatFixed(lower ?? -Infinity, decimals)} … ${formatFixed(upper ?? Infinity, decimals)})`;
}

/** 0.0123 → "1.23 %". */
export function formatPercent(share: number, digits = 3): string {
  return `${formatNumber(share * 100, digits)} %`;
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${formatNumber(value, 3)} ${units[unit]}`;
}

/** Milliseconds for people: "350 ms", "4.2 s", "3 min 5 s". */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${formatNumber(ms / 1000, 2)} s`;
  const seconds = Math.round(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  return [h > 0 ? `${h} h` : '', m > 0 ? `${m} min` : '', s > 0 && h === 0 ? `${s} s` : '']
    .filter((part) => part !== '')
    .join(' ');
}

/** `90s`, `10m`, `2h`, `1d`, `500ms` → milliseconds; undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/.exec(text.trim());
  if (match === null) return undefined;
  const unit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[match[2]!]!;
  return Number(match[1]) * unit;
}
