import { formatNumber } from '../common/text.js';

/** Marks of an axis at round numbers, of which the first and last enclose what is shown. */
export function roundMarks(low: number, high: number, about = 4): number[] {
  const large = Math.max(Math.abs(low), Math.abs(high));
  const step = niceStep(
    (high - low > Math.max(1e-9 * large, 1e-300) ? high - low : large > 1e-300 ? large : 1) / about,
  );
  const bottom = Math.floor(low / step + 1e-9);
  const top = Math.max(bottom + 1, Math.ceil(high / step - 1e-9));
  return Array.from({ length: top - bottom + 1 }, (_, i) => Number(((bottom + i) * step).toPrecision(12)));
}

/** 1, 2 or 5 times a power of ten. */
export function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const lead = rough / power;
  return (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10) * power;
}

/** A mark in as few digits as it needs. */
export const markText = (value: number): string =>
  formatNumber(Number(value.toPrecision(10)), 4).replace('-', '−');

export const round = (value: number): number => Math.round(value * 10) / 10;
export const isNumber = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value);
export const clip = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text;
