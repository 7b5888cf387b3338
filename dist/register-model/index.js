import { start } from '../runtime/index.js';
await start('register-model');
