import { digestOf } from '../../common/json.js';
import { ownValue } from '../../common/own.js';
import { type Verdict, worst } from '../../common/verdict.js';
import { inEra } from '../../drift/charts/draw.js';
import type { Drift, DriftKind, DriftSection } from '../../formats/drift.js';
import type { StreamState } from '../../formats/drift-history.js';
import type { NewPoint } from '../../drift/performance/options.js';
import type { LoadedSpec } from '../../spec/load.js';
import type { Dependencies } from '../dependencies.js';
import type { Gathered } from './gather.js';
import type { Past } from './past.js';
import { charts, columnPoints } from './sections/charts.js';
import { multivariate } from './sections/multivariate.js';
import { performance } from './sections/performance.js';
import { type SectionOutcome, runSection } from './sections/section.js';
import { skew } from './sections/skew.js';
import { univariate } from './sections/univariate.js';
import { windows } from './sections/windows.js';

/** What all sections found in this window; whether that is an alarm is for the policy to say. */
export interface Look {
  readonly verdict: Verdict;
  readonly reasons: readonly string[];
  readonly columns: Drift['columns'];
  readonly sections: readonly DriftSection[];
  readonly parts: SectionOutcome['part'];
  readonly points: readonly NewPoint[];
  readonly streams: Readonly<Record<string, StreamState>>;
}

/** Runs every section that the spec asks for, one after the other; what breaks in one ends no other. */
export async function look(
  spec: LoadedSpec,
  gathered: Gathered,
  { history, store }: Past,
  scope: string,
  dependencies: Dependencies,
): Promise<Look> {
  const run = String(dependencies.run.runId);
  const now = dependencies.clock.now();
  const era = gathered.reference.version ?? digestOf(gathered.reference.profile);
  const { compared, outcome } = await univariate(spec, gathered);
  const outcomes: SectionOutcome[] = [outcome];
  const steps: [string, DriftKind, () => Promise<SectionOutcome>][] = [
    ['multivariate', 'inputs', () => multivariate(spec, gathered)],
    ['windows', 'inputs', () => windows(spec, gathered)],
    ['performance', 'performance', () => performance(spec, gathered, { history, run, now, era })],
    ['skew', 'skew', () => skew(spec, gathered)],
  ];
  for (const [name, kind, body] of steps) outcomes.push(await runSection(name, kind, body, dependencies));
  const measured = outcomes.flatMap(({ points = [] }) => points);
  if (!measured.some(({ series }) => series.startsWith('window:'))) {
    measured.push(...columnPoints(compared.columns, history, { run, at: now }));
  }
  const points = inEra(measured, era);
  if (store !== undefined) {
    const settings = spec.value.drift?.charts;
    const options = { model: spec.value.name, scope, history, run, points, settings };
    outcomes.push(await runSection('charts', 'inputs', () => Promise.resolve(charts(options)), dependencies));
  }
  const sections = outcomes.flatMap((one) => one.sections);
  return {
    ...overall(sections),
    columns: [...compared.columns],
    sections,
    parts: outcomes.reduce<SectionOutcome['part']>((all, { part }) => ({ ...all, ...part }), {}),
    points,
    streams: outcomes.reduce<Look['streams']>((all, { streams }) => ({ ...all, ...streams }), {}),
  };
}

/** What each section is called in sentences; columns speak for themselves. */
export const titles: Readonly<Record<string, string>> = {
  univariate: 'columns one by one',
  multivariate: 'columns together',
  windows: 'windows of time',
  predictions: 'predictions',
  performance: 'performance',
  skew: 'training and serving',
  charts: 'charts',
};

/** Harm before what may harm. */
const importance: readonly DriftKind[] = ['performance', 'skew', 'inputs', 'predictions'];

/** The worst of what was checked; what broke cannot pass. Reasons in the same order: what failed first. */
export function overall(sections: readonly DriftSection[]): { verdict: Verdict; reasons: string[] } {
  const ran = sections
    .filter(({ state }) => state !== 'not-run')
    .sort((a, b) => importance.indexOf(a.kind) - importance.indexOf(b.kind));
  const verdictOf = (section: DriftSection): Verdict => section.verdict ?? 'inconclusive';
  const reasons = (['fail', 'inconclusive', 'pass'] as const).flatMap((verdict) =>
    ran.filter((section) => verdictOf(section) === verdict).flatMap(say),
  );
  return { verdict: worst(ran.map(verdictOf)), reasons };
}

function say({ name, state, reasons }: DriftSection): string[] {
  const title = ownValue(titles, name) ?? name;
  if (state === 'broken') return [`${title} could not be checked: ${reasons.join('; ')}`];
  return name === 'univariate' ? [...reasons] : reasons.map((reason) => `${title}: ${reason}`);
}
