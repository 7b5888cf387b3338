import { definition as deploy } from '../../../src/actions/deploy-canary/inputs.js';
import { composite } from '../../../src/actions/rollback-model/composite.js';
import { definition } from '../../../src/actions/rollback-model/inputs.js';

describe('rollback-model', () => {
  const used = { '$/actions/deploy-canary': deploy };

  it('gives the actions it uses only inputs that they have, and all that they require', () => {
    for (const { uses, with: given } of composite.steps) {
      const { inputs } = used[uses as keyof typeof used];
      for (const name of Object.keys(given)) expect(Object.keys(inputs)).toContain(name);
      for (const [name, { required }] of Object.entries(inputs))
        if (required) expect(given).toHaveProperty(name);
    }
  });

  it('hands on every input of its own, and every output that it promises', () => {
    const text = JSON.stringify(composite.steps);
    for (const name of Object.keys(definition.inputs)) expect(text).toContain(`inputs.${name} `);
    for (const [name, value] of Object.entries(composite.outputs)) {
      const step = composite.steps.find(({ id }) => value.includes(`steps.${id}.`))!;
      expect(Object.keys(used[step.uses as keyof typeof used].outputs)).toContain(name);
    }
  });

  it('never makes a canary of it', () => {
    expect(composite.steps[0]!.with).toMatchObject({ cause: 'rollback' });
  });
});
