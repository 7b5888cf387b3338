// How often evaluate-gate is wrong near the ends of the scale, where few rows decide.
import { number, table } from './common.mjs';
import { edgeLines } from './gate/edges.mjs';
import { held, share as shareOf } from './gate/tables.mjs';
import { share, work } from './gate/work.mjs';

export default async function calibrate() {
  const jobs = edgeLines
    .map((line, index) => ({ kind: 'edges', index, share, weight: line.n * line.runs * line.metrics.length }))
    .sort((a, b) => b.weight - a.weight);
  const answers = await work(jobs);
  const found = edgeLines
    .flatMap((line, index) => answers.get(`edges ${index}`).map((one) => ({ ...one, line })))
    .filter(({ runs }) => runs > 0);
  const wrong = found.map(({ pass, fail, runs }) => Math.max(pass, fail) / runs);
  const runs = found.reduce((sum, one) => sum + one.runs, 0);
  return [
    `A limit that is exactly the truth, so that passing and failing are both wrong. Of ${number(found.length)} cells, with ${number(runs)} runs in all, the worst is wrong in ${(100 * Math.max(...wrong)).toFixed(1)} % of its runs. “Tells” is how often a limit passes that lies as far from the truth as the truth from the perfect value, and at least 0.02. Runs in which a metric has no value are not counted.`,
    table(
      [
        'Metric',
        'Data',
        'Rows',
        'Of the rare class',
        'Right in',
        'Limit: the truth',
        'Runs',
        'Passes',
        'Fails',
        'Tells',
      ],
      found.map(({ metric, truth, line, ...one }) => [
        metric,
        line.data,
        number(line.n),
        number(line.positives),
        `${100 * line.quality} %`,
        truth.toPrecision(3),
        number(one.runs),
        held(one.pass, one.runs),
        held(one.fail, one.runs),
        shareOf(one.easy, one.runs),
      ]),
    ),
  ].join('\n\n');
}
