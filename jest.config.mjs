import { availableParallelism } from 'node:os';
import { createDefaultEsmPreset } from 'ts-jest';

export default {
  ...createDefaultEsmPreset({ tsconfig: 'tsconfig.json', diagnostics: false }),
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testTimeout: 240_000,
  // Jest leaves one core out; most tests wait for processes and disks.
  maxWorkers: Math.max(2, availableParallelism() - 1),
};
