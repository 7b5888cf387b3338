import { UserError } from '../../../../src/common/errors.js';
import { RecordingLogger } from '../../../../src/common/logger.js';
import { runSection } from '../../../../src/actions/drift-check/sections/section.js';

const run = async (error: Error, signal = new AbortController().signal) => {
  const logger = new RecordingLogger();
  const environment = { API_TOKEN: 'hunter2hunter2' };
  const body = () => Promise.reject(error);
  return { logger, found: await runSection('skew', 'skew', body, { logger, signal, environment }) };
};

describe('a section that breaks', () => {
  it('that fails by a mistake of the user names the mistake, and does not count as a pass', async () => {
    const { found, logger } = await run(new UserError({ message: 'no file', remedy: 'bring it' }));
    expect(found.sections).toEqual([
      { name: 'skew', kind: 'skew', state: 'broken', verdict: null, reasons: ['no file → bring it'] },
    ]);
    expect(logger.text()).not.toContain('defect');
  });

  it('by a defect prints a report that can be pasted into an issue, without secrets', async () => {
    const { found, logger } = await run(new TypeError('hunter2hunter2 is no function'));
    expect(found.sections[0]).toMatchObject({ state: 'broken', verdict: null });
    expect(logger.text()).toContain('This is a defect of mlops-actions');
    expect(logger.text()).toMatch(/mlops-actions [\d.]+, drift-check, Node/);
    expect(logger.text()).toMatch(/at .*test\/actions\/drift-check\/sections\/section\.test\.ts:\d+/);
    expect(logger.text()).not.toContain('hunter2');
  });

  it('is ended with the job that is cancelled', async () => {
    const signal = AbortSignal.abort(new Error('cancelled'));
    await expect(run(new Error('x'), signal)).rejects.toThrow('cancelled');
  });
});
