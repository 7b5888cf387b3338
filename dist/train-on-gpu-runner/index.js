import { start } from '../runtime/index.js';
await start('train-on-gpu-runner');
