// How often evaluate-gate is wrong, and how often it tells: simulated comparisons of two models of which the truth is known.
// MLOPS_CALIBRATE_SHARE: a share of the repetitions, for a quick look.
import { percent, number } from './common.mjs';
import { fairnessLines, lines, searchLines, sliceLines } from './gate/lines.mjs';
import { clusters, comparisons, fairness, limits, search, slices } from './gate/tables.mjs';
import { share, withRuns, work } from './gate/work.mjs';

export default async function calibrate() {
  const jobs = [
    ...lines.map((line, index) => ({ kind: 'line', index, share, weight: line.n * line.runs })),
    ...sliceLines.map((line, index) => ({ kind: 'slices', index, share, weight: line.n * line.runs })),
    ...fairnessLines.map((line, index) => ({
      kind: 'fairness',
      index,
      share,
      weight: 4 * line.n * line.runs,
    })),
    ...searchLines.map((line, index) => ({ kind: 'search', index, share, weight: 20 * line.n * line.runs })),
  ].sort((a, b) => b.weight - a.weight);
  const answers = await work(jobs);
  const of = (kind, all) =>
    all.map((line, index) => ({ line: withRuns(line), answer: answers.get(`${kind} ${index}`) }));
  const each = of('line', lines).flatMap(({ line, answer }) => answer.map((one) => ({ ...one, line })));
  const rows = each.filter(({ line }) => line.part === 'rows');
  const pooled = (pick) => {
    const [count, runs] = rows.reduce(([c, r], row) => [c + pick(row)[0], r + pick(row)[1]], [0, 0]);
    return `${percent(count / runs)} of ${number(runs)}`;
  };
  return [
    '## Compared with a champion',
    `The gate is wrong when it passes a challenger that is worse by exactly what the rule tolerates (the hardest case), and when it fails one that is as good under a rule that tolerates nothing. Each of these may happen in 5 % of the runs, since each bound has 95 % confidence; in bold where a line is above that beyond chance (p below 0.0001). “At most” is the upper end of a one-sided 95 % interval. Over all lines together: passes ${pooled(({ worlds: { margin } }) => [margin.pass, margin.runs])}, fails ${pooled(({ worlds: { equal } }) => [equal.failAtZero, equal.runs])} runs. The other columns show how often the gate decides correctly; all other runs are inconclusive. “On points” is the rule of gates that compare two numbers, TFMA’s \`change_threshold\` among them, on the same draws. Models see the same rows; what they see of them is correlated (0.8 unless stated). Runs in which a metric has no value, such as without any positive row, are not counted.`,
    comparisons(rows),
    '## Limits',
    'A `min` or `max` that is exactly the challenger’s true value: passing and failing are both wrong, and may each happen in 5 % of the runs.',
    limits(rows),
    '## Rows in groups',
    'With `group`, over groups of equal and of very unequal size. Rows of a group have three tenths of what a model sees by itself in common (of `mean-of cost`: a ninth of the variance of the difference). “Without `group`” is what happens when the same rows are assumed to be independent.',
    clusters(each.filter(({ line }) => line.part === 'clusters')),
    '## Slices',
    '20 slices of equal size, corrected together (Benjamini–Hochberg). The challenger is worse by exactly what the rule tolerates in each of them; then, in one, by five times that.',
    slices(of('slices', sliceLines).map(({ line, answer }) => ({ ...answer, line }))),
    '## Fairness',
    'A rule `demographic_parity_difference max 0.1`. One group is predicted positive in 40 % of its rows and the others in 30 %, so that passing and failing are both wrong; then all in 30 %. The more groups, the further is some pair apart by chance alone: on points, that alone fails models. The verdict asks that every pair be shown within the limit, which is more than 95 % sure with several groups, and needs rows. The champion is as far apart as the challenger, and the rule `max-increase: 0.05`.',
    fairness(of('fairness', fairnessLines).map(({ answer }) => answer)),
    '## Search for slices',
    'Eight columns of five values. First no slice is worse than another, nor than under the champion, and nothing is tolerated: whatever is found is wrong, and may be in 5 % of the runs. Then the model is right in 60 % instead of 80 % of the rows of a slice that holds 8 % of all (one value of a column, two of another), with the usual thresholds.',
    search(of('search', searchLines).map(({ answer }) => answer)),
  ].join('\n\n');
}
