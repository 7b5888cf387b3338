import type { Verdict } from '../common/verdict.js';
import type { Inline, Text } from './model.js';

export const verdictIcon: Readonly<Record<Verdict, string>> = { pass: '✅', fail: '❌', inconclusive: '⚠️' };

export function inlines(text: Text): readonly Inline[] {
  return typeof text === 'string' ? [text] : text;
}

/** The words alone, for places that take no markup. */
export function plainText(text: Text): string {
  return inlines(text)
    .map((part) => {
      if (typeof part === 'string') return part;
      if ('bold' in part) return part.bold;
      if ('code' in part) return part.code;
      if ('verdict' in part) return part.verdict;
      return part.text;
    })
    .join('');
}

/** Only web addresses become links: a report never carries `javascript:`. */
export function safeLink(url: string): string | undefined {
  return /^https?:\/\/[^\s<>"']+$/.test(url) ? url : undefined;
}

export function escapeHtml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, '\ufffd')
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
