import type { Report } from '../report/model.js';
import type { Dependencies } from './dependencies.js';
import type { Inputs, ValuesOf } from './inputs.js';

/** What action.yml says of an action. action.yml and the README's tables are generated from it. */
export interface ActionDefinition<I extends Inputs = Inputs, O extends string = string> {
  readonly name: string;
  /** One sentence, for the marketplace and the README. */
  readonly description: string;
  readonly icon: string;
  readonly color: 'blue' | 'green' | 'orange' | 'red' | 'purple' | 'yellow' | 'gray-dark';
  /** What GITHUB_TOKEN must be allowed, as under `permissions:`. */
  readonly permissions: Readonly<Record<string, 'read' | 'write'>>;
  readonly inputs: I;
  readonly outputs: Readonly<Record<O, string>>;
  /** Whether it has a part that runs after the job. */
  readonly post?: boolean;
}

/** Keeps the literal types of inputs and outputs. */
export function defineAction<const I extends Inputs, const O extends string>(
  definition: ActionDefinition<I, O>,
): ActionDefinition<I, O> {
  return definition;
}

/** What an action did. Outputs, report and result are written even when `failure` is set. */
export interface Outcome<O extends string = string> {
  readonly outputs: Readonly<Partial<Record<O, string | number | boolean>>>;
  readonly report?: Report;
  /** Written as JSON; its path is the output `result`. Its schema is one of src/formats. */
  readonly result?: object;
  /** The step fails with this sentence. A failing verdict is a failure, not an error. */
  readonly failure?: string;
}

export interface Action<I extends Inputs = Inputs, O extends string = string> {
  readonly definition: ActionDefinition<I, O>;
  main(inputs: ValuesOf<I>, dependencies: Dependencies): Promise<Outcome<O>>;
  /** Runs after the job, also after a cancelled one. */
  post?(inputs: ValuesOf<I>, dependencies: Dependencies): Promise<void>;
}
