import { dirname } from 'node:path/posix';
import { formatInteger, plural } from '../../common/text.js';
import type { Profile } from '../../formats/profile.js';
import type { Shard } from '../../formats/shard.js';
import type { Finding, LeakageReport, ValidatedSet } from '../../formats/validation.js';
import { keptRows } from '../checks/context.js';
import { knownFindings } from '../checks/whole.js';
import type { Contract } from '../contract/contract.js';
import { type Doubled, judge, newestIn, shareOf } from './judge.js';
import { datasetDigest } from '../digest.js';
import { dvcFolderDigest } from '../identity/dvc.js';
import { mergeLogical } from '../identity/logical.js';
import { mergeProfiles } from '../profile/merge.js';

type ShardSet = Shard['sets'][number];

/**
 * One data set from its shards: counts add, what the contract tolerates is judged of all rows together, and the digest
 * is that of all files. A set that every shard has read whole is taken once.
 * @param shards in their order, as assembleShards answers them
 * @param doubled by key of the check
 * @param now what freshness is measured from
 */
export function mergeSet(
  contract: Contract,
  name: string,
  shards: readonly Shard[],
  doubled: ReadonlyMap<string, Doubled>,
  now: Date,
): ValidatedSet {
  const parts = shards.map(({ sets }) => sets.find((set) => set.name === name)!);
  const [first] = parts as [ShardSet];
  if (first.whole) {
    const { files, rows, digest } = first;
    const identity = first.identity && { identity: first.identity };
    return { name, files, rows, digest, ...identity, findings: byWeight(speakers(parts)) };
  }
  const files = parts.flatMap((part) => part.files).sort((a, b) => (a.path < b.path ? -1 : 1));
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const findings = [
    ...judge(contract, parts, rows, doubled),
    ...knownFindings({ checks: contract.checks, rows, now }, name, newestIn(contract, parts)),
    ...gather(parts, rows),
    ...repeated(parts),
  ];
  return {
    name,
    files,
    rows,
    digest: datasetDigest(files.map(({ path, sha256 }) => ({ name: path, sha256: sha256 ?? '' }))),
    ...identityOf(parts),
    findings: byWeight(findings),
  };
}

const order = ['found', 'clean', 'cannot-tell', 'off', 'not-applicable'];

/** Leakage between every shard and the whole of the hold-out data: found where any shard has found it. */
export function mergeLeakage(shards: readonly Shard[]): LeakageReport | undefined {
  const reports = shards.flatMap(({ leakage }) => (leakage === undefined ? [] : [leakage]));
  const [first] = reports;
  if (first === undefined) return undefined;
  const checks = first.checks.map(({ check }) => {
    const all = reports.flatMap((report) => report.checks.filter((one) => one.check === check));
    return all.reduce((worst, one) =>
      order.indexOf(one.outcome) < order.indexOf(worst.outcome) ? one : worst,
    );
  });
  const { label, features } = first;
  const findings = byWeight(speakers(reports.map((report) => ({ files: [], findings: report.findings }))));
  return { ...(label !== undefined && { label }), features, checks, findings };
}

/** The logical identity adds up; what DVC records of a folder follows from all its files. */
function identityOf(parts: readonly ShardSet[]): Pick<ValidatedSet, 'identity'> {
  if (parts.some(({ identity }) => identity === undefined)) return {};
  const all = parts.map(({ identity }) => identity?.logical);
  const logical = all.every((one) => one !== undefined) ? mergeLogical(all) : undefined;
  const dvc = dvcOf(parts.flatMap(({ files }) => files));
  return { identity: { ...(logical && { logical }), ...(dvc && { dvc }) } };
}

function dvcOf(files: ShardSet['files']): NonNullable<ValidatedSet['identity']>['dvc'] {
  const [first = []] = files.map(({ path }) => dirname(path).split('/'));
  const isIn = (folder: string): boolean => files.every(({ path }) => path.startsWith(`${folder}/`));
  const folder = first.map((_, i) => first.slice(0, first.length - i).join('/')).find(isIn);
  if (folder === undefined || files.some(({ md5 }) => md5 === undefined)) return undefined;
  const entries = files.map(({ path, md5 }) => ({ path: path.slice(folder.length + 1), md5: md5! }));
  return { folder, digest: dvcFolderDigest(entries) };
}

/**
 * Profile of all shards; the first one's where each has read the whole set. Of the columns that every shard has with
 * one type, as one machine would have made it: that others are missing is a finding of the shard that lacks them.
 */
export function mergeShardProfiles(profiles: readonly Profile[], whole: boolean): Profile {
  if (whole) return profiles[0]!;
  const kinds = profiles.map(({ columns }) => new Map(columns.map(({ name, type }) => [name, type])));
  const common = (profiles[0]?.columns ?? []).filter(({ name, type }) =>
    kinds.every((kind) => kind.get(name) === type),
  );
  const parts = profiles.map((profile): Profile => {
    const own = new Map(profile.columns.map((column) => [column.name, column]));
    return { ...profile, columns: common.map(({ name }) => own.get(name)!) };
  });
  return parts.reduce(mergeProfiles);
}

function byWeight(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(
    (a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning') || b.count - a.count,
  );
}

const namesFile = ({ files }: Pick<ShardSet, 'files'>, message: string): boolean =>
  files.some(({ path }) => message.startsWith(`${path}:`));

/** What no check counts, with its share of all rows. */
function gather(parts: readonly ShardSet[], rows: number): Finding[] {
  const isOfFile = ({ message }: Finding): boolean => parts.some((part) => namesFile(part, message));
  return speakers(parts).map((finding) =>
    isOfFile(finding) ? finding : { ...finding, share: shareOf(finding.count, rows) },
  );
}

/**
 * A finding about a file stands as it is; of one about the rows of a shard, the shard that has most of it speaks,
 * since such counts need not add up.
 */
function speakers(parts: readonly Pick<ShardSet, 'files' | 'findings'>[]): Finding[] {
  const groups = new Map<string, { finding: Finding; shard: number }[]>();
  for (const [shard, { findings, files }] of parts.entries()) {
    for (const finding of findings) {
      const { rule, column, severity, message } = finding;
      const key = namesFile({ files }, message) ? message : JSON.stringify([rule, column, severity]);
      groups.set(key, [...(groups.get(key) ?? []), { finding, shard }]);
    }
  }
  return [...groups.values()].map((group): Finding => {
    const { finding, shard } = group.reduce((most, one) =>
      one.finding.count > most.finding.count ? one : most,
    );
    if (group.every((one) => one.finding.message === finding.message) && group.length === parts.length)
      return finding;
    if (namesFile(parts[shard]!, finding.message)) return finding;
    const others = group.length - 1;
    const more = others === 0 ? '' : `; ${others === 1 ? 'one more has' : `${others} more have`} it, too`;
    return { ...finding, message: `${finding.message} (in shard ${shard + 1} of ${parts.length}${more})` };
  });
}

/** Files of different shards with the same content under different names. */
function repeated(parts: readonly ShardSet[]): Finding[] {
  const groups = new Map<string, ShardSet['files']>();
  for (const file of parts.flatMap(({ files }) => files)) {
    if (file.sha256 === undefined || file.rows === 0) continue;
    groups.set(file.sha256, [...(groups.get(file.sha256) ?? []), file]);
  }
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  return [...groups.values()]
    .filter((files) => files.length > 1)
    .map((files) => {
      const count = files.slice(1).reduce((sum, file) => sum + file.rows, 0);
      return {
        rule: 'repeated-file',
        severity: 'error',
        message: `${files
          .map(({ path }) => path)
          .slice(0, keptRows)
          .join(
            ', ',
          )} have the same content: ${plural(count, 'row')} (of ${formatInteger(rows)}) are there more than once`,
        remedy: 'leave all but one of them out',
        count,
        share: shareOf(count, rows),
        examples: files.slice(1, keptRows + 1).map(({ path }) => ({ file: path })),
      };
    });
}
