import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pointsOf } from './points.mjs';

/** Each is a part of the table; the first that a file lies in. */
export const areas = [
  'rollout',
  'registry',
  'approval',
  'evaluation',
  'statistics',
  'dataset/checks',
  'drift',
];
export const areaOf = (file) => areas.find((area) => file.startsWith(`src/${area}/`));

const sha = (text) => createHash('sha256').update(text).digest('hex');

/** Whether somebody has explained why no test can see the change. */
const explained = (equivalent, { file, text, from, put }) =>
  equivalent.some((e) => e.file === file && e.text === text && e.from === from && e.put === put);

/**
 * Every change of some files, in an order that the seed gives and that a change of another place leaves alone.
 * @returns the changes of each area, and how many are left out as equivalent
 */
export function drawnPoints(root, files, { seed, equivalent }) {
  const byArea = new Map();
  let leftOut = 0;
  for (const file of files) {
    const seen = new Map();
    for (const point of pointsOf(file, readFileSync(join(root, file), 'utf8'))) {
      if (explained(equivalent, point)) {
        leftOut++;
        continue;
      }
      const own = `${file}\n${point.text}\n${point.from}\n${point.put}`;
      const times = seen.get(own) ?? 0;
      seen.set(own, times + 1);
      const area = areaOf(file);
      byArea.set(area, [
        ...(byArea.get(area) ?? []),
        { ...point, area, order: sha(`${seed}\n${own}\n${times}`) },
      ]);
    }
  }
  for (const points of byArea.values()) points.sort((a, b) => (a.order < b.order ? -1 : 1));
  return { byArea, leftOut };
}

/** How many of an area: by the root of its size, so that a small area is looked at, too. */
export function shares(byArea, count) {
  const roots = [...byArea].map(([area, points]) => [area, Math.sqrt(points.length)]);
  const sum = roots.reduce((total, [, root]) => total + root, 0);
  return new Map(roots.map(([area, root]) => [area, Math.max(1, Math.round((count * root) / sum))]));
}
