import tseslint from 'typescript-eslint';
import noRecordLookup from './scripts/lint/no-record-lookup.mjs';
import noPastedValues from './scripts/lint/no-pasted-values.mjs';

const capabilities = ['dataset', 'training', 'evaluation', 'registry', 'approval', 'rollout', 'drift'];
const message = (text) => `${text} (docs/decisions/001-layers.md)`;
const forbid = (files, patterns, text) => ({
  files: files.map((f) => `src/${f}/**/*.ts`),
  rules: {
    'no-restricted-imports': ['error', { patterns: [{ regex: patterns, message: message(text) }] }],
  },
});
const above = 'runtime|cli|rehearsal|actions';
const toolkit = '^(@actions/|@octokit/)';

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'node_modules/',
      '.rehearsal/',
      '.tools/',
      'mlops-out/',
      'coverage/',
      'fuzz-failures/',
    ],
  },
  ...tseslint.configs.recommended,
  {
    files: ['src/**/*.ts', 'test/**/*.ts'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
  { files: ['src/**/*.ts'], rules: { 'max-lines': ['error', 400], eqeqeq: 'error' } },
  {
    files: ['src/{actions,dataset,drift,engine,evaluation}/**/*.ts'],
    ignores: ['src/engine/sql.ts'],
    plugins: { own: { rules: { 'no-pasted-values': noPastedValues } } },
    rules: { 'own/no-pasted-values': 'error' },
  },
  {
    files: ['src/**/*.ts'],
    // What a rehearsal keys by is named by workflows, whose names GitHub limits.
    ignores: [
      'src/rehearsal/**',
      'src/cli/{tour/**,rehearse.ts}',
      'src/common/{own,record-schema}.ts',
      'src/runtime/sealed-environment.ts',
    ],
    plugins: { keys: { rules: { 'no-record-lookup': noRecordLookup } } },
    rules: { 'keys/no-record-lookup': 'error' },
  },
  ...capabilities.map((own) =>
    forbid(
      [own],
      `${toolkit}|/(${above}|${capabilities.filter((c) => c !== own).join('|')})/`,
      'a capability imports no other capability, nothing above it, and no toolkit',
    ),
  ),
  forbid(
    ['ledger'],
    `${toolkit}|^\\.\\./(?!common/|formats/|github/)`,
    'the ledger lies below the capabilities: it imports only common, formats and github',
  ),
  forbid(['statistics'], '^\\.\\./', 'statistics imports nothing from elsewhere in src'),
  forbid(['common'], `${toolkit}|^\\.\\./`, 'common imports nothing from elsewhere in src'),
  forbid(['formats'], `${toolkit}|^\\.\\./(?!common/)`, 'formats import only common'),
  forbid(
    ['actions', 'report', 'engine', 'spec'],
    `${toolkit}|/(runtime|cli|rehearsal)/`,
    'only runtime and github use the toolkit',
  ),
  {
    files: ['src/**/*.ts'],
    ignores: ['src/runtime/**', 'src/cli/**', 'src/rehearsal/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: message('only runtime and cli read the environment') },
        {
          object: 'process',
          property: 'exitCode',
          message: message('only runtime and cli set the exit code'),
        },
        { object: 'process', property: 'exit', message: message('only runtime and cli set the exit code') },
      ],
    },
  },
);
