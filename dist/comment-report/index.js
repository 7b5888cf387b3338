import { start } from '../runtime/index.js';
await start('comment-report');
