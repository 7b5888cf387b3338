import { measuring } from './measuring.js';
import { reading } from './reading.js';

/** The whole script, as it is written beside its job. */
export const sparkScript = `${reading.trimStart()}\n${measuring}`;
