import { start } from '../runtime/index.js';
await start('merge-profiles');
