import { definition as deploy } from '../deploy-canary/inputs.js';
import { definition as fetch } from '../fetch-model/inputs.js';
import { definition } from './inputs.js';

/** A step of a composite action, as action.yml has it. */
export interface CompositeStep {
  readonly id: string;
  readonly uses: string;
  readonly with: Readonly<Record<string, string>>;
}

const expression = (text: string): string => `\${{ ${text} }}`;

/** Hands every input on that the used action has too, under the same name. */
function handedOn(inputs: Readonly<Record<string, unknown>>): Record<string, string> {
  const shared = Object.keys(definition.inputs).filter((name) => name in inputs);
  return Object.fromEntries(shared.map((name) => [name, expression(`inputs.${name}`)]));
}

/* `$/` is this repository at the running commit: `./` would be the caller's workspace. */
const steps: readonly CompositeStep[] = [
  {
    id: 'fetch',
    uses: '$/actions/fetch-model',
    // A workflow that hands an empty input on gives none.
    with: { ...handedOn(fetch.inputs), version: expression("inputs.version || 'previous'") },
  },
  {
    id: 'deploy',
    uses: '$/actions/deploy-canary',
    with: {
      ...handedOn(deploy.inputs),
      version: expression('steps.fetch.outputs.version'),
      folder: expression('steps.fetch.outputs.folder'),
      cause: 'rollback',
      steps: '100%',
    },
  },
];

const fromFetch: readonly string[] = ['version', 'manifest-digest'];

/** What action.yml holds besides the definition. */
export const composite = {
  steps,
  outputs: Object.fromEntries(
    Object.keys(definition.outputs).map((name) => [
      name,
      expression(`steps.${fromFetch.includes(name) ? 'fetch' : 'deploy'}.outputs.${name}`),
    ]),
  ),
};
