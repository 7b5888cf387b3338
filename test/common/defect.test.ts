import { readFileSync } from 'node:fs';
import { defectReport, suiteVersion } from '../../src/common/defect.js';

describe('the report of a defect', () => {
  it('names the version of package.json', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(suiteVersion).toBe(version);
  });

  it('shows the places in our code, relative to the suite, and no others', () => {
    const error = new TypeError("Cannot read properties of undefined (reading 'x')");
    error.stack = [
      `TypeError: ${error.message}`,
      '    at run (file:///home/me/suite/src/dataset/x.ts:1:2)',
      '    at async /home/me/suite/dist/runtime/1.index.js:3:4',
      '    at z (/home/me/suite/node_modules/valibot/index.js:5:6)',
      '    at node:internal/process/task_queues:95:5',
      '    at user (/home/me/own/script.js:7:8)',
    ].join('\n');
    const lines = defectReport(error, 'validate-data', '/home/me/suite').split('\n');
    expect(lines.slice(2)).toEqual([
      "  TypeError: Cannot read properties of undefined (reading 'x')",
      '    at run (src/dataset/x.ts:1:2)',
      '    at async dist/runtime/1.index.js:3:4',
    ]);
  });

  it('takes whatever was thrown', () => {
    expect(defectReport('no "error" at all', 'mlops infer', '/suite')).toContain('string: no … at all');
  });
});
