import type { VersionRecord } from '../../src/formats/version-record.js';
import {
  readVersionRecord,
  versionRecordRef,
  writeVersionRecord,
} from '../../src/registry/version-record.js';
import { memoryGitHub } from '../github/memory.js';

const ref = versionRecordRef('m', '1.0.0');
const recordOf = (change: Partial<VersionRecord> = {}): VersionRecord => ({
  kind: 'version',
  schemaVersion: 1,
  model: 'm',
  version: '1.0.0',
  manifestDigest: `sha256:${'a'.repeat(64)}`,
  contentDigest: `sha256:${'b'.repeat(64)}`,
  commit: 'c'.repeat(40),
  ...change,
});

describe('the record of a version', () => {
  it('is read as it was written, and is none where nothing was', async () => {
    const github = memoryGitHub();
    expect(await readVersionRecord(github, 'm', '1.0.0')).toBeUndefined();
    await writeVersionRecord(github, recordOf());
    expect(await readVersionRecord(github, 'm', '1.0.0')).toEqual(recordOf());
    expect(await readVersionRecord(github, 'm', '1.0.1')).toBeUndefined();
    expect(await readVersionRecord(github, 'n', '1.0.0')).toBeUndefined();
  });

  it('is written once, however often it is asked for', async () => {
    const github = memoryGitHub();
    await writeVersionRecord(github, recordOf());
    const tip = await github.refs.get(ref);
    await writeVersionRecord(github, recordOf());
    expect(await github.refs.get(ref)).toEqual(tip);
  });

  it('of an earlier try is replaced on top, so that anybody can see it', async () => {
    const github = memoryGitHub();
    await writeVersionRecord(github, recordOf());
    const first = (await github.refs.get(ref))!.sha;
    const other = recordOf({ manifestDigest: `sha256:${'d'.repeat(64)}` });
    await writeVersionRecord(github, other);
    expect(await readVersionRecord(github, 'm', '1.0.0')).toEqual(other);
    const tip = (await github.refs.get(ref))!.sha;
    expect((await github.commits.get(tip))?.parents).toEqual([first]);
  });

  it('is written over what somebody else wrote meanwhile, and not for ever', async () => {
    const github = memoryGitHub();
    const meddling = (times: number) => {
      let left = times;
      return github.as({
        onCall: async (operation, phase) => {
          if (operation !== 'commits.create' || phase !== 'after' || left-- <= 0) return;
          const files = { 'version.json': `${left}` };
          const tip = await github.refs.get(ref);
          const sha = await github.commits.create({ message: 'x', files, ...(tip && { parent: tip.sha }) });
          await (tip ? github.refs.fastForward(ref, sha) : github.refs.create(ref, sha));
        },
      });
    };
    await writeVersionRecord(meddling(2), recordOf());
    expect(await readVersionRecord(github, 'm', '1.0.0')).toEqual(recordOf());
    const other = recordOf({ commit: 'e'.repeat(40) });
    await expect(writeVersionRecord(meddling(3), other)).rejects.toThrow(
      'other runs changed refs/mlops/versions/m/v1.0.0 each of the 3 times',
    );
  });

  it.each([
    ['no JSON', 'nothing'],
    ['another form', '{"kind":"other"}'],
    ['another model', JSON.stringify(recordOf({ model: 'n' }))],
    ['another version', JSON.stringify(recordOf({ version: '1.0.1' }))],
  ])('is refused when it is %s', async (_, text) => {
    const github = memoryGitHub();
    const files = { 'version.json': text };
    await github.refs.create(ref, await github.commits.create({ message: 'x', files }));
    await expect(readVersionRecord(github, 'm', '1.0.0')).rejects.toThrow(
      `${ref} is not the record of m 1.0.0`,
    );
  });

  it('is refused when its file is gone', async () => {
    const github = memoryGitHub();
    const files = { 'other.json': '{}' };
    await github.refs.create(ref, await github.commits.create({ message: 'x', files }));
    await expect(readVersionRecord(github, 'm', '1.0.0')).rejects.toThrow('is not the record');
  });
});
