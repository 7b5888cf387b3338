import { compareProfiles } from '../../src/drift/compare.ts';
import { profileOf } from './draws.mjs';

export const alpha = 0.05;

/** What drift-check says of drawn columns, with its defaults. */
export const compare = (reference, current, random) =>
  compareProfiles(profileOf(reference), profileOf(current), {
    alpha,
    columns: new Map(),
    optional: [],
    random: random.uniform,
  });

export const percent = (share) =>
  share > 0 && share < 0.0005 ? '< 0.1 %' : `${(share * 100).toFixed(share > 0 && share < 0.095 ? 1 : 0)} %`;
export const number = (x) => x.toLocaleString('en-US');
export const table = (head, rows) =>
  [head, head.map((_, i) => (i === 0 ? ':--' : '--:')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');

/** Which other tools answered, or why they did not. */
export const versions = (peers) =>
  peers
    .map(({ name, version, missing }) =>
      missing ? `${name} was not there: ${missing}` : `${name} ${version}`,
    )
    .join(', ');
