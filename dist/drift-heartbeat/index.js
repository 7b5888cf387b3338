import { start } from '../runtime/index.js';
await start('drift-heartbeat');
