#!/usr/bin/env node
import { startCommand } from '../runtime/index.js';
await startCommand();
