import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readMetrics } from '../../src/training/metrics.js';

async function written(text: string): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'metrics-')), 'metrics.json');
  await writeFile(file, text);
  return file;
}

describe('readMetrics', () => {
  it('reads numbers', async () => {
    expect(await readMetrics(await written('{"loss": 0.25, "rows": 3}'))).toEqual({ loss: 0.25, rows: 3 });
  });

  it('is empty where the program wrote nothing', async () => {
    expect(await readMetrics(join(tmpdir(), 'no-such-folder', 'metrics.json'))).toEqual({});
  });

  it.each([
    ['', 'is empty'],
    ['{"loss": NaN}', '"loss" is NaN: the training diverged'],
    ['{"a": 1, "loss": -Infinity}', '"loss" is -Infinity'],
    ['{"loss": 1e999}', '"loss" is null, not a finite number'],
    ['{"loss": "low", "by_class": {"a": 1}}', '"by_class" is {"a":1}, not a finite number'],
    ['[1]', 'is not an object'],
    ['{"loss": 0.1', 'is not JSON'],
    ['{"loss": hunter22}', 'is not JSON (unexpected character at line 1, column 10)'],
  ])('refuses %j', async (text, message) => {
    const file = await written(text);
    await expect(readMetrics(file)).rejects.toThrow(message);
    await expect(readMetrics(file)).rejects.toThrow(file);
  });

  it('refuses a folder', async () => {
    await expect(readMetrics(tmpdir())).rejects.toThrow('cannot be read');
  });
});
