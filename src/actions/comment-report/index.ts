import { definition } from './inputs.js';
import { main } from './main.js';

export default { definition, main };
