import { start } from '../runtime/index.js';
await start('fetch-model');
