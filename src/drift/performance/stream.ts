import type { StreamState } from '../../formats/drift-history.js';
import type { Concept } from '../../formats/drift-performance.js';
import { adwin, adwinStart } from '../../statistics/adwin.js';
import { type Bets, bet, betsStart, logEvidenceOf, startBet } from '../../statistics/betting.js';
import { ddm, ddmStart } from '../../statistics/ddm.js';
import { pageHinkley, pageHinkleyStart } from '../../statistics/page-hinkley.js';

/** Losses in [0, 1] in the order of their predictions' times, in seconds since 1970. */
export interface Outcomes {
  readonly times: Float64Array;
  readonly losses: Float64Array;
}

export interface Advance {
  readonly state: StreamState;
  readonly detectors: Concept['detectors'];
  readonly path: Concept['path'];
  /** Alarms among the new outcomes, also those that were over again by the end. */
  readonly alarms: readonly string[];
  readonly recoveries: readonly string[];
}

/** Outcomes after which the bets begin anew, beside the beginning of each run. */
const newStartAfter = 1000;
/** Any moment may be looked at, but a look costs more than a bet. */
const lookEvery = 20;
const pathPoints = 60;

export const emptyStream = (of: string, readUntil: string): StreamState => ({
  of,
  readUntil,
  n: 0,
  sum: 0,
  bets: betsStart(),
  alarmAt: null,
  pageHinkley: pageHinkleyStart(),
  ddm: ddmStart(),
  adwin: adwinStart(),
});

/**
 * Reads new outcomes into a stream. The verdict is that of the bets: evidence against "the mean loss is at most
 * `bound`"; after an alarm against "it is at least `bound`", by which the alarm ends. Page–Hinkley, ADWIN and, for
 * errors, DDM are shown beside it.
 * @param before is left as it is
 * @param bound in (0, 1)
 * @param readUntil end of what is now read, ISO 8601
 */
export function advance(
  before: StreamState,
  { times, losses }: Outcomes,
  { bound, threshold, readUntil }: { bound: number; threshold: number; readUntil: string },
): Advance {
  const state = structuredClone(before);
  state.readUntil = readUntil;
  const isError = losses.every((loss) => loss === 0 || loss === 1);
  if (!isError) state.ddm = null;
  const alarms: string[] = [];
  const recoveries: string[] = [];
  const seen = { 'page-hinkley': counter(), adwin: counter(), ddm: counter() };
  const path: Concept['path'] = [];
  const every = Math.max(1, Math.ceil(losses.length / pathPoints));
  let [recent, drawnTo] = [0, state.n];
  const since = (state.since ??= { n: state.n, sum: state.sum });
  if (losses.length > 0)
    state.recent = { n: losses.length, sum: losses.reduce((all, loss) => all + loss, 0) };
  losses.forEach((loss, i) => {
    if (i % newStartAfter === 0) startBet(state.bets);
    const at = (): string => isoTime(times[i]!);
    step(state.bets, loss, bound, state.alarmAt !== null);
    state.n++;
    state.sum += loss;
    since.n++;
    since.sum += loss;
    recent += loss;
    if (pageHinkley(state.pageHinkley, loss)) seen['page-hinkley'].alarm(at());
    if (adwin(state.adwin, loss)) seen.adwin.alarm(at());
    if (state.ddm !== null && ddm(state.ddm, loss)) seen.ddm.alarm(at());
    const last = i === losses.length - 1;
    const drawn = last || (i + 1) % every === 0;
    const evidence = drawn || i % lookEvery === 0 ? logEvidenceOf(state.bets) : -Infinity;
    const enough = evidence >= threshold;
    if (drawn || enough) {
      path.push({ at: at(), n: state.n, mean: recent / (state.n - drawnTo), logEvidence: evidence });
      if (drawn) [recent, drawnTo] = [0, state.n];
    }
    if (!enough) return;
    // The evidence has done its work: from here on it is gathered for the opposite.
    (state.alarmAt === null ? alarms : recoveries).push(at());
    state.alarmAt = state.alarmAt === null ? at() : null;
    [since.n, since.sum] = [0, 0];
    state.bets = betsStart();
    startBet(state.bets);
  });
  const detector = (method: keyof typeof seen, estimate: number | null) => ({
    method,
    ...seen[method].found(),
    estimate,
  });
  const { pageHinkley: ph, adwin: window } = state;
  const detectors = [
    detector('page-hinkley', ph.n === 0 ? null : ph.mean),
    detector('adwin', window.width === 0 ? null : window.total / window.width),
    ...(state.ddm === null ? [] : [detector('ddm', state.ddm.n === 0 ? null : state.ddm.mean)]),
  ];
  return { state, detectors, path, alarms, recoveries };
}

function step(bets: Bets, loss: number, bound: number, recovering: boolean): void {
  for (const { bet: one } of bets.running) {
    if (recovering) bet(one, 1 - loss, 1 - bound);
    else bet(one, loss, bound);
  }
}

function counter() {
  let [alarms, last] = [0, null as string | null];
  return {
    alarm: (at: string): void => void ([alarms, last] = [alarms + 1, at]),
    found: () => ({ alarms, last }),
  };
}

/**
 * Outcomes by which a mean loss of `mean` would be seen in four of five tries, when it is there from the start: by the
 * evidence that each outcome brings on average (Kullback–Leibler), and half as many again for the bets to learn.
 */
export function outcomesNeeded(mean: number, bound: number, threshold: number): number {
  const to = Math.min(mean, 1 - 1e-9);
  const each = to * Math.log(to / bound) + (1 - to) * Math.log((1 - to) / (1 - bound));
  return Math.ceil((1.5 * (threshold + Math.log(2)) + 2) / each);
}

export const isoTime = (seconds: number): string => new Date(Math.round(seconds * 1000)).toISOString();
