// The tables of docs/calibration-gate.md.
import { clopperPearson } from '../../../src/statistics/intervals.ts';
import { number, percent, table } from '../common.mjs';

const level = 0.05;
export const share = (count, runs) => (runs === 0 ? '' : percent(count / runs));
/** A rate that is meant to be 5 % at most, and the upper end of its one-sided 95 % interval; bold where it is certainly more. */
export function held(count, runs) {
  if (runs === 0) return '';
  const { lower } = clopperPearson(count, runs, 0.9998);
  const { upper } = clopperPearson(count, runs, 0.9);
  const text = `${percent(count / runs)} (at most ${percent(upper)})`;
  return lower > level ? `**${text}**` : text;
}
const dataOf = ({ name, n, runs }) => [name, number(n), number(runs)];
const digits = (x) => x.toPrecision(2);

export function comparisons(found) {
  const rows = found.map(({ line, title, margin, worlds: { margin: m, equal: e, double: d } }) => [
    title,
    ...dataOf(line),
    digits(margin),
    held(m.pass, m.runs),
    held(e.failAtZero, e.runs),
    share(e.pass, e.runs),
    share(d.fail, d.runs),
    share(m.points, m.runs),
    share(e.pointsAtZero, e.runs),
  ]);
  return table(
    [
      'Metric',
      'Data',
      'Rows',
      'Runs',
      'Margin',
      'Worse by the margin: passes',
      'As good, no margin: fails',
      'As good: passes',
      'Worse by twice the margin: fails',
      'On points: passes what is worse by the margin',
      'On points: fails what is as good',
    ],
    rows,
  );
}

export function limits(found) {
  const rows = found.map(({ line, title, worlds: { margin: m } }) => [
    title,
    ...dataOf(line),
    m.truth.toPrecision(3),
    held(m.absolutePass, m.runs),
    held(m.absoluteFail, m.runs),
  ]);
  return table(['Metric', 'Data', 'Rows', 'Runs', 'Limit: the truth', 'Passes', 'Fails'], rows);
}

export function clusters(found) {
  const rows = found.map(({ line, title, worlds: { margin: m, equal: e, double: d } }) => [
    title,
    ...dataOf(line),
    held(m.pass, m.runs),
    held(e.failAtZero, e.runs),
    share(e.pass, e.runs),
    share(d.fail, d.runs),
    share(m.ungroupedPass, m.runs),
    held(m.absolutePass, m.runs),
  ]);
  return table(
    [
      'Metric',
      'Data',
      'Rows',
      'Runs',
      'Worse by the margin: passes',
      'As good, no margin: fails',
      'As good: passes',
      'Worse by twice the margin: fails',
      'Without `group`: passes what is worse by the margin',
      'A limit at the truth: passes',
    ],
    rows,
  );
}

export function slices(found) {
  const rows = found.map(({ line: { n, runs }, metric, margin, fails, points, finds, others }) => [
    metric,
    number(n),
    number(runs),
    digits(margin),
    held(fails, runs),
    share(points, runs),
    share(finds, runs),
    share(others, runs),
  ]);
  return table(
    [
      'Metric',
      'Rows',
      'Runs',
      'Margin',
      'None is worse than that: any fails',
      'On points: any fails',
      'One is worse by five times that: it fails',
      'and another besides',
    ],
    rows,
  );
}

export function fairness(found) {
  const rows = found.map(({ groups, each, runs, passes, fails, change, alike, points, value, chance }) => [
    number(groups),
    number(each),
    number(runs),
    held(passes, runs),
    held(fails, runs),
    held(change, runs),
    share(alike, runs),
    share(points, runs),
    digits(value),
    digits(chance),
  ]);
  return table(
    [
      'Groups',
      'Rows of each',
      'Runs',
      'Apart by the limit: passes',
      'Apart by the limit: fails',
      'As far apart as under the champion: fails',
      'Alike: passes',
      'Alike: fails on points',
      'Alike: the difference on average',
      'as said by chance',
    ],
    rows,
  );
}

export function search(found) {
  const rows = found.map(({ metric, n, runs, lookedAt, wrong, alone, finds, others }) => [
    metric,
    number(n),
    number(runs),
    number(lookedAt),
    held(wrong, runs),
    share(alone, runs),
    share(finds, runs),
    share(others, runs),
  ]);
  return table(
    [
      'Metric',
      'Rows',
      'Runs',
      'Slices looked at',
      'Nothing is worse: finds something',
      'On the half that is searched alone: finds something',
      'One slice is worse: finds it, or one that holds it',
      'and another besides',
    ],
    rows,
  );
}
