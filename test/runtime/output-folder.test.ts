import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeOutputFolder } from '../../src/runtime/output-folder.js';

describe('the folder for the files of a step', () => {
  let job: { workspace: string; temp: string };
  beforeEach(() => {
    const folder = mkdtempSync(join(tmpdir(), 'output-'));
    job = { workspace: join(folder, 'work'), temp: join(folder, 'temp') };
  });
  afterEach(() => rmSync(join(job.temp, '..'), { recursive: true, force: true }));
  const of = (action: string, step?: string): string =>
    makeOutputFolder(job, action, step).slice(job.workspace.length + 1);

  it('is one for each step of a job, and the same for all phases of a step', () => {
    expect(of('evaluate-gate', 'gate-a')).toBe('mlops-out/evaluate-gate');
    expect(of('evaluate-gate', 'gate-b')).toBe('mlops-out/evaluate-gate-2');
    expect(of('validate-data', '__run')).toBe('mlops-out/validate-data');
    expect(of('evaluate-gate', 'gate-a')).toBe('mlops-out/evaluate-gate');
    expect(of('evaluate-gate', 'gate-c')).toBe('mlops-out/evaluate-gate-3');
    expect(existsSync(join(job.workspace, 'mlops-out/evaluate-gate-2'))).toBe(true);
  });

  it('is the plain one outside of a workflow, and after what cannot be read', () => {
    expect([of('drift-check'), of('drift-check', ''), of('drift-check')]).toEqual(
      Array(3).fill('mlops-out/drift-check'),
    );
    of('drift-check', 'a');
    writeFileSync(join(job.temp, 'mlops-steps', 'drift-check.json'), 'no JSON');
    expect(of('drift-check', 'b')).toBe('mlops-out/drift-check');
  });
});
