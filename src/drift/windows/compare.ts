import { formatDuration, formatPercent, plural } from '../../common/text.js';
import type { ColumnDrift } from '../../formats/drift-column.js';
import type { DriftWindow, WindowComparison, WindowsDrift } from '../../formats/drift-windows.js';
import type { WindowsSettings } from '../../spec/sections/drift-windows.js';
import type { Comparison } from '../compare.js';
import type { NewPoint } from '../performance/options.js';
import { type Matcher, prepareReference } from './match.js';
import { openUnion, sourceOf } from '../tables.js';
import type { WindowsOptions, WindowsOutcome } from './options.js';
import { type Split, checkTime, splitWindows } from './split.js';

/** More columns have a series each in the history of their own run; windows add these. */
const mostSeries = 20;
let tables = 0;

/**
 * Compares windows of equal size of the current data with the reference: with all of it, and, where seasons are named,
 * with as many of its rows of the same seasons. What goes away by matching goes with the season.
 * @throws UserError for data without the column of times
 */
export async function compareWindows(options: WindowsOptions): Promise<WindowsOutcome> {
  const { engine, settings, profile, compare, at, types, seed } = options;
  const { time, season } = settings;
  const before = await openUnion(engine, options.reference, types);
  const known = Object.fromEntries(before.columns.map((column) => [column.name, column.type]));
  const now = await openUnion(engine, options.current, { ...textual(known), ...types });
  checkTime(now, time, at(['time']));
  if (season.length > 0) checkTime(before, time, at(['time']));
  const [reference, current] = [sourceOf(before), sourceOf(now)];
  const own = ++tables;
  const splits = await splitWindows(engine, current, settings, `windows_current_${own}`);
  const matcher =
    season.length === 0
      ? undefined
      : await prepareReference(engine, reference, settings, `windows_reference_${own}`, seed);
  const whole = await profile(reference);
  const windows: DriftWindow[] = [];
  for (const split of splits.windows) {
    const plain = compare(whole, await profile(split.source));
    windows.push(await windowOf(split, plain, whole.rows, matcher, options));
  }
  await engine.run(`DROP TABLE IF EXISTS windows_current_${own}`);
  await engine.run(`DROP TABLE IF EXISTS windows_reference_${own}`);
  const { verdict, reasons } = judge(windows, settings, splits.left.newer);
  const result: WindowsDrift = {
    kind: 'drift-windows',
    schemaVersion: 1,
    verdict,
    reasons,
    time,
    size: sizeOf(settings),
    season: [...season],
    windows,
    left: splits.left,
  };
  return { result, verdict, reasons, points: windows.flatMap(pointsOf) };
}

async function windowOf(
  split: Split,
  plain: Comparison,
  referenceRows: number,
  matcher: Matcher | undefined,
  { profile, compare }: WindowsOptions,
): Promise<DriftWindow> {
  const { from, until, source } = split;
  const found = matcher?.match(split);
  const matched = found && {
    ...found,
    compared: compare(await profile(found.reference), await profile(found.current)),
  };
  return {
    from,
    until,
    rows: source.rows,
    plain: shown(plain, referenceRows, source.rows),
    matched: matched ? shown(matched.compared, matched.reference.rows, matched.current.rows) : null,
    unmatched: matcher === undefined ? 0 : (matched?.unmatched ?? 1),
    columns: plain.columns.flatMap((column) => effects(column, matched?.compared)),
  };
}

const shown = ({ verdict, columns }: Comparison, reference: number, current: number): WindowComparison => ({
  verdict,
  referenceRows: reference,
  currentRows: current,
  drifted: columns.filter(({ alarm }) => alarm).map(({ name }) => name),
  insufficient: columns.filter((one) => one.verdict === 'insufficient').map(({ name }) => name),
});

/** The column's largest effect for its threshold, and the same one against the matched reference. */
function effects({ name, tests }: ColumnDrift, matched: Comparison | undefined): DriftWindow['columns'] {
  const [largest] = [...tests].sort((a, b) => b.effect / b.threshold - a.effect / a.threshold);
  if (largest === undefined) return [];
  const { of, measure, effect, threshold } = largest;
  const other = matched?.columns
    .find((column) => column.name === name)
    ?.tests.find((test) => test.of === of && test.measure === measure);
  const left = other?.effect ?? null;
  return [
    {
      name,
      measure,
      threshold,
      plain: effect,
      matched: left,
      explained: left === null || effect === 0 ? null : Math.min(1, Math.max(0, 1 - left / effect)),
    },
  ];
}

function judge(
  windows: readonly DriftWindow[],
  settings: WindowsSettings,
  newer: number,
): Pick<WindowsDrift, 'verdict' | 'reasons'> {
  const last = windows.at(-1);
  if (last === undefined) {
    const reason = `No window of ${sizeOf(settings)} is full yet: ${plural(newer, 'row')} so far.`;
    return { verdict: 'inconclusive', reasons: [reason] };
  }
  const { plain, matched, unmatched } = last;
  const which = `${last.from.slice(0, 16).replace('T', ' ')} to ${last.until.slice(0, 16).replace('T', ' ')} (${plural(last.rows, 'row')})`;
  const same = settings.season.length === 0 ? '' : `the same ${settings.season.join(', ')}`;
  const reasons: string[] = [];
  if (matched === null) reasons.push(`${which}: ${sentence(plain, 'the reference')}`);
  else {
    reasons.push(`${which}: ${sentence(matched, `${same} of the reference`)}`);
    const gone = plain.drifted.filter((name) => !matched.drifted.includes(name));
    if (gone.length > 0) {
      const shares = gone.map((name) => {
        const explained = last.columns.find((column) => column.name === name)?.explained ?? null;
        return explained === null ? name : `${name} (${formatPercent(explained, 2)})`;
      });
      reasons.push(
        `Against the whole reference ${shares.join(', ')} changed, too: that goes with the ${settings.season.join(' and ')}.`,
      );
    }
  }
  if (settings.season.length > 0 && unmatched > 0) {
    reasons.push(
      `${formatPercent(unmatched)} of its rows are of a ${settings.season.join(' and ')} that the reference has none of: these were not compared.`,
    );
  }
  const seen = windows.filter(({ matched: own, plain: all }) => (own ?? all).verdict === 'fail').length;
  if (windows.length > 1) reasons.push(`${seen} of the last ${plural(windows.length, 'window')} changed.`);
  const found = (matched ?? plain).verdict;
  // A season that was asked for, and could not be matched, leaves the question open.
  const open = settings.season.length > 0 && (matched === null || (unmatched > 0.5 && found === 'pass'));
  return { verdict: open ? 'inconclusive' : found, reasons };
}

function sentence(
  { verdict, drifted, insufficient, referenceRows }: WindowComparison,
  against: string,
): string {
  const rows = `${against}, ${plural(referenceRows, 'row')}`;
  if (verdict === 'fail') return `${drifted.join(', ')} changed (against ${rows}).`;
  if (verdict === 'pass') return `nothing that matters changed (against ${rows}).`;
  return `too few rows to tell for ${insufficient.join(', ') || 'any column'} (against ${rows}).`;
}

function sizeOf({ rows, every = 86_400_000 }: WindowsSettings): string {
  if (rows !== undefined) return plural(rows, 'row');
  return every % 86_400_000 === 0 ? plural(every / 86_400_000, 'day') : formatDuration(every);
}

function pointsOf({ until, rows, columns }: DriftWindow): NewPoint[] {
  return columns.slice(0, mostSeries).map(({ name, measure, plain, matched }) => ({
    series: `window:${name.slice(0, 200)}`,
    title: `${name.slice(0, 80)} by window (${measure === 'wasserstein' ? 'standard deviations' : 'distance'})`,
    better: 'lower' as const,
    scatter: 'any' as const,
    point: { key: until, at: until, rows, value: matched ?? plain },
  }));
}

type Types = WindowsOptions['types'];

/** Numbers are left to be found, so that a text among them shows as a text. */
const textual = (types: Types): Types =>
  Object.fromEntries(Object.entries(types).filter(([, type]) => type !== 'integer' && type !== 'number'));
