import { formatBytes, formatNumber, formatPercent, plural } from '../../../common/text.js';
import type { ServingCheck, ServingRecord } from '../../../formats/decision-serving.js';
import type { Block, Section, Text } from '../../../report/model.js';

const titles: Readonly<Record<ServingCheck['check'], string>> = {
  ready: 'Starts and is ready',
  failed: 'Requests that fail',
  mismatch: 'Answers that differ from the batch',
  p50: '50th percentile of the times',
  p95: '95th percentile of the times',
  p99: '99th percentile of the times',
  start: 'Time until ready',
  memory: 'Memory, at most',
  size: 'Size of the files',
};

/** How the model did in its real server. */
export function servingReport({
  checks,
  verdict,
  requests,
  concurrency,
  latency,
  startMs,
  memory,
  size,
  witnesses,
}: ServingRecord): Section[] {
  const facts = [
    ...(startMs === null ? [] : [`ready after ${milliseconds(startMs)}`]),
    ...(latency === null
      ? []
      : [
          `times of ${plural(requests.sent, 'request')}, ${concurrency} at a time: p50 ${milliseconds(latency.p50.value)}, p95 ${milliseconds(latency.p95.value)}, p99 ${milliseconds(latency.p99.value)}`,
        ]),
    ...(memory === null ? [] : [`memory up to ${formatBytes(memory)}`]),
    `files of ${formatBytes(size)}`,
  ];
  const blocks: Block[] = [
    {
      kind: 'table',
      columns: [
        { title: 'Check' },
        { title: 'Measured', align: 'right' },
        { title: 'Limit', align: 'right' },
        { title: 'Verdict' },
      ],
      rows: checks.map((check): Text[] => [
        titles[check.check],
        foundText(check),
        check.limit === null ? '' : shown(check.check, check.limit),
        [{ verdict: check.verdict }],
      ]),
      note: `Measured in this run on this machine: ${facts.join('; ')}.`,
    },
  ];
  if (witnesses.length > 0) {
    blocks.push({
      kind: 'table',
      columns: [{ title: 'Row' }, { title: 'Batch prediction' }, { title: 'The server' }],
      rows: witnesses.map(({ place, expected, answered }): Text[] => [place, expected, answered]),
      note: 'Rows that failed or were answered otherwise, five at most.',
    });
  }
  const bad = checks.filter((check) => check.verdict !== 'pass').length;
  const title = `Serving (${bad === 0 ? `${plural(checks.length, 'check')} passed` : `${bad} of ${plural(checks.length, 'check')} not passed`})`;
  return [{ title, folded: verdict === 'pass', blocks }];
}

function foundText({ check, found }: ServingCheck): string {
  if (found === null) return '';
  const { value, lower, upper } = found;
  if (check === 'size' || check === 'start' || check === 'memory') return shown(check, value);
  const end = (x: number | null, open: string): string => (x === null ? open : shown(check, x));
  return `${shown(check, value)} (${end(lower, '0')} … ${end(upper, '∞')})`;
}

function shown(check: ServingCheck['check'], value: number): string {
  if (check === 'failed' || check === 'mismatch') return formatPercent(value, 2);
  return check === 'memory' || check === 'size' ? formatBytes(value) : milliseconds(value);
}

/** A time of a request, which is often below a millisecond. */
export function milliseconds(value: number): string {
  return value < 1000 ? `${formatNumber(value, 3)} ms` : `${formatNumber(value / 1000, 3)} s`;
}
