import { formatBytes, formatInteger, plural } from '../../common/text.js';
import type { Profile } from '../../formats/profile.js';
import type { Finding, ValidatedSet, Validation } from '../../formats/validation.js';
import type { Report, Section, Text } from '../../report/model.js';
import type { RunContext } from '../dependencies.js';
import { findingsSection, leakageSection, outliersSection } from './report-findings.js';
import { profileSection } from './report-profile.js';

/** What people read of a validation: what is wrong and where first, then what the data looks like. */
export function reportOf(
  result: Validation,
  profiles: readonly { readonly name: string; readonly profile: Profile }[],
  run: Pick<RunContext, 'sha' | 'serverUrl' | 'owner' | 'repository' | 'runId'>,
): Report {
  const groups = findingGroups(result);
  const findings = groups.flatMap((group) => group.findings);
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
      ...groups.map((group) => findingsSection(group.title, group.findings)),
      ...(result.leakage === undefined ? [] : [leakageSection(result.leakage)]),
      ...outliersSection(result.datasets),
      ...profiles.map(({ name, profile }) => profileSection(name, profile)),
      filesSection(result.datasets),
      ...identitySection(result.datasets),
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

/** Findings of each set and those between the sets; the group with the most errors first. */
function findingGroups({ datasets, leakage }: Validation): { title: string; findings: readonly Finding[] }[] {
  const errors = ({ findings }: { findings: readonly Finding[] }): number =>
    findings.filter((f) => f.severity === 'error').length;
  return [
    ...datasets.map(({ name, findings }) => ({ title: `Findings in ${name}`, findings })),
    { title: 'Leakage and labels', findings: leakage?.findings ?? [] },
  ]
    .filter(({ findings }) => findings.length > 0)
    .sort((a, b) => errors(b) - errors(a));
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

function identitySection(sets: readonly ValidatedSet[]): Section[] {
  const rows = sets.flatMap(({ name, digest, identity }): Text[][] => [
    [name, 'names and bytes of the files', [{ code: digest }]],
    ...(identity?.logical === undefined
      ? []
      : [[name, 'rows, whatever their order and files', [{ code: identity.logical.digest }]]]),
    ...(identity?.dvc === undefined
      ? []
      : [[name, ['dvc add of ', { code: identity.dvc.folder }], [{ code: identity.dvc.digest }]]]),
  ]);
  if (sets.every(({ identity }) => identity === undefined)) return [];
  return [
    {
      title: 'Identity',
      folded: true,
      blocks: [{ kind: 'table', columns: [{ title: 'Set' }, { title: 'Of' }, { title: 'Digest' }], rows }],
    },
  ];
}
