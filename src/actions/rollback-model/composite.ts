import { definition as deploy } from '../deploy-canary/inputs.js';
import { definition } from './inputs.js';

/** A step of a composite action, as action.yml has it. */
export interface CompositeStep {
  readonly id: string;
  readonly uses: string;
  readonly with: Readonly<Record<string, string>>;
}

const expression = (text: string): string => `\${{ ${text} }}`;

/* `$/` is this repository at the running commit: `./` would be the caller's workspace. */
const steps: readonly CompositeStep[] = [
  {
    id: 'deploy',
    uses: '$/actions/deploy-canary',
    with: {
      ...Object.fromEntries(
        Object.keys(definition.inputs)
          .filter((name) => Object.hasOwn(deploy.inputs, name))
          .map((name) => [name, expression(`inputs.${name}`)]),
      ),
      // A workflow that passes an empty input on gives none.
      version: expression("inputs.version || 'previous'"),
      cause: 'rollback',
    },
  },
];

/** What action.yml holds besides the definition. */
export const composite = {
  steps,
  outputs: Object.fromEntries(
    Object.keys(definition.outputs).map((name) => [name, expression(`steps.deploy.outputs.${name}`)]),
  ),
};
