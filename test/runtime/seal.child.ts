import { readFileSync } from 'node:fs';
import { sealEnvironment } from '../../src/runtime/sealed-environment.js';

/* Seals its environment, then shows what it and others can see. */
sealEnvironment(process);
const initial = readFileSync('/proc/self/environ', 'utf8').split('\0');
const names = ['INPUT_TOKEN', 'ACTIONS_RUNTIME_TOKEN', 'GITHUB_OUTPUT', 'OWN', 'MLOPS_SEALED_ENVIRONMENT'];
console.log(
  JSON.stringify({
    seen: Object.fromEntries(names.map((name) => [name, process.env[name]])),
    initial: names.filter((name) => initial.some((entry) => entry.startsWith(`${name}=`))),
    argv: process.argv.slice(2),
    pid: process.pid,
  }),
);
