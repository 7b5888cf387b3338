import { formatBytes, formatInteger, formatNumber, formatPercent, plural } from '../../common/text.js';
import { quantile, topValues } from '../../dataset/profile/derive.js';
import { deviation } from '../../dataset/profile/moments.js';
import type { ColumnProfile, Profile } from '../../formats/profile.js';
import type { Finding, ValidatedSet, Validation } from '../../formats/validation.js';
import type { Report, Section, Text } from '../../report/model.js';
import type { RunContext } from '../dependencies.js';

/** What people read of a validation: what is wrong and where first, then what the data looks like. */
export function reportOf(
  result: Validation,
  profiles: readonly { readonly name: string; readonly profile: Profile }[],
  run: Pick<RunContext, 'sha' | 'serverUrl' | 'owner' | 'repository' | 'runId'>,
): Report {
  const findings = result.datasets.flatMap((set) => set.findings);
  const errors = findings.filter((f) => f.severity === 'error').length;
  const rows = result.datasets.reduce((sum, set) => sum + set.rows, 0);
  const headline =
    findings.length === 0
      ? `The data keeps its contract: ${plural(rows, 'row')}`
      : `${plural(errors, 'error')} and ${plural(findings.length - errors, 'warning')} in ${plural(rows, 'row')}`;
  return {
    key: `validate-data:${result.model}`,
    title: `Data of ${result.model}`,
    verdict: result.verdict,
    headline,
    reasons: result.reasons,
    sections: [
      ...result.datasets.filter((set) => set.findings.length > 0).map(findingsSection),
      ...profiles.map(({ name, profile }) => profileSection(name, profile)),
      filesSection(result.datasets),
    ],
    footer: [
      {
        name: 'Contract',
        value: [{ code: result.contract.path }, result.contract.version ? ` ${result.contract.version}` : ''],
      },
      ...result.datasets.map((set) => ({
        name: `Digest of ${set.name}`,
        value: [{ code: set.digest.slice(0, 19) }],
      })),
      { name: 'Commit', value: [{ code: run.sha.slice(0, 10) }] },
      { name: 'Engine', value: result.engine },
      {
        name: 'Run',
        value: [
          {
            link: `${run.serverUrl}/${run.owner}/${run.repository}/actions/runs/${run.runId}`,
            text: String(run.runId),
          },
        ],
      },
    ],
  };
}

function findingsSection({ name, findings }: ValidatedSet): Section {
  return {
    title: `Findings in ${name}`,
    blocks: [
      {
        kind: 'table',
        columns: [
          { title: 'Severity' },
          { title: 'Rule' },
          { title: 'Finding' },
          { title: 'Rows', align: 'right' },
          { title: 'First places' },
          { title: 'What to do' },
        ],
        rows: findings.map((f): Text[] => [
          f.severity === 'error' ? [{ bold: 'error' }] : 'warning',
          [{ code: f.rule }],
          f.message,
          formatInteger(f.count),
          places(f),
          f.remedy,
        ]),
      },
    ],
  };
}

function places({ examples }: Finding): Text {
  return examples.flatMap(({ file, line, row, value }, i) => {
    const at = line !== undefined ? `${file}:${line}` : row !== undefined ? `${file}, row ${row}` : file;
    return [i === 0 ? '' : '; ', { code: at }, ...(value === undefined ? [] : [' ', { code: value }])];
  });
}

function profileSection(name: string, { rows, columns }: Profile): Section {
  return {
    title: `Columns of ${name} (${plural(rows, 'row')})`,
    folded: true,
    blocks: [
      {
        kind: 'table',
        columns: [
          { title: 'Column' },
          { title: 'Type' },
          { title: 'Missing', align: 'right' },
          { title: 'Distinct', align: 'right' },
          { title: 'Mean ± deviation', align: 'right' },
          { title: 'Smallest … quartiles … largest' },
          { title: 'Most frequent' },
        ],
        rows: columns.map((column): Text[] => [
          [{ code: column.name }],
          column.type,
          column.nulls === 0 ? '0' : `${formatInteger(column.nulls)} (${formatPercent(column.nulls / rows)})`,
          `${column.distinct.exact ? '' : '≈ '}${formatInteger(column.distinct.value)}`,
          center(column),
          spread(column),
          frequent(column),
        ]),
      },
    ],
  };
}

const isTime = ({ type }: ColumnProfile): boolean => type === 'date' || type === 'timestamp';

function show(column: ColumnProfile, value: number | string): string {
  if (typeof value === 'string') return value;
  if (!isTime(column)) return formatNumber(value);
  const at = new Date(value * 1000);
  if (Number.isNaN(at.getTime())) return String(value);
  return column.type === 'date'
    ? at.toISOString().slice(0, 10)
    : at.toISOString().slice(0, 16).replace('T', ' ');
}

function center(column: ColumnProfile): string {
  const { moments, count } = column;
  if (moments === undefined || isTime(column)) return '';
  return `${formatNumber(moments.mean)} ± ${formatNumber(deviation(moments, count - moments.nonFinite))}`;
}

function spread(column: ColumnProfile): string {
  const { moments, lengths } = column;
  if (moments === undefined) {
    if (lengths === undefined) return '';
    return lengths.min === lengths.max
      ? plural(lengths.min, 'character')
      : `${lengths.min}–${lengths.max} characters`;
  }
  const quartiles = [0.25, 0.5, 0.75].map((p) => show(column, quantile(column, p) ?? 0));
  return `${show(column, moments.min)} … ${quartiles.join(' · ')} … ${show(column, moments.max)}`;
}

function frequent(column: ColumnProfile): Text {
  if (column.values.kind === 'rounded') return '';
  return topValues(column, 3).flatMap(([value, n], i) => [
    i === 0 ? '' : ', ',
    { code: show(column, value) },
    ` ${formatPercent(n / column.count, 2)}`,
  ]);
}

function filesSection(sets: readonly ValidatedSet[]): Section {
  return {
    title: 'Files',
    folded: true,
    blocks: [
      {
        kind: 'table',
        columns: [
          { title: 'Set' },
          { title: 'File' },
          { title: 'Rows', align: 'right' },
          { title: 'Rejected', align: 'right' },
          { title: 'Size', align: 'right' },
          { title: 'SHA-256' },
        ],
        rows: sets.flatMap((set) =>
          set.files.map((file): Text[] => [
            set.name,
            [{ code: file.path }],
            formatInteger(file.rows),
            formatInteger(file.rejected),
            formatBytes(file.bytes),
            [{ code: file.sha256?.slice(0, 12) ?? 'missing' }],
          ]),
        ),
      },
    ],
  };
}
