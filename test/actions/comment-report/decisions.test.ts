import { mkdtempSync, readdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDecisions } from '../../../src/actions/comment-report/decisions.js';
import type { Dependencies } from '../../../src/actions/dependencies.js';
import { RecordingLogger } from '../../../src/common/logger.js';
import { decision } from './pull-request.js';

describe('a folder that an artifact was put into', () => {
  let temp: string;
  beforeEach(() => {
    temp = mkdtempSync(join(tmpdir(), 'decisions-'));
  });
  afterEach(() => rmSync(temp, { recursive: true }));

  /** Whatever the download did, it is looked at again. */
  const read = (put: (file: string) => void, names = ['decision']) =>
    readDecisions(names, 1, 'token', {
      artifacts: {
        upload: () => Promise.reject(new Error('not here')),
        download: (_name: string, folder: string) => {
          put(join(folder, 'result.json'));
          return Promise.resolve({ id: 1 });
        },
      },
      logger: new RecordingLogger(),
      run: { temp },
    } as unknown as Dependencies);

  it('is read, and removed', async () => {
    const found = await read((file) => writeFileSync(file, JSON.stringify(decision)));
    expect(found.get('late')).toEqual(decision);
    expect(readdirSync(temp)).toEqual([]);
  });

  it('a symbolic link in it is not followed', async () => {
    const secret = join(tmpdir(), `secret-${process.pid}.json`);
    writeFileSync(secret, JSON.stringify(decision));
    await expect(read((file) => symlinkSync(secret, file))).rejects.toThrow(
      /refused: its result\.json cannot be read/,
    );
    rmSync(secret);
  });

  it('a file above 1 MiB is not read', async () => {
    const large = (file: string): void => {
      writeFileSync(file, '');
      truncateSync(file, (1 << 20) + 1);
    };
    await expect(read(large)).rejects.toThrow(/refused: result\.json has 1/);
  });

  it('two artifacts that tell of one model are refused', async () => {
    const put = (file: string): void => writeFileSync(file, JSON.stringify(decision));
    await expect(read(put, ['decision', 'other'])).rejects.toThrow(
      'the artifact other is refused: it tells of late again',
    );
  });
});
