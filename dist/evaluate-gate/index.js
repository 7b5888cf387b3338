import { start } from '../runtime/index.js';
await start('evaluate-gate');
