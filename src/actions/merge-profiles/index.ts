import type { Action } from '../definition.js';
import { definition } from './inputs.js';
import { main } from './main.js';

export default { definition, main } satisfies Action<
  (typeof definition)['inputs'],
  keyof (typeof definition)['outputs']
>;
