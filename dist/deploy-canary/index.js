import { start } from '../runtime/index.js';
await start('deploy-canary');
