import { start } from '../runtime/index.js';
await start('validate-data');
