// How jest reads TypeScript in a mutation test: types are stripped, which takes a millisecond a file.
import { createHash } from 'node:crypto';
import { transformSync } from 'esbuild';

const process = (text, file) =>
  transformSync(text, {
    loader: 'ts',
    format: 'esm',
    target: 'node20',
    sourcefile: file,
    sourcemap: 'inline',
    // As the compiler does with verbatimModuleSyntax.
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  });

export default {
  canInstrument: false,
  getCacheKey: (text, file) => createHash('sha256').update(text).update(file).digest('hex'),
  process,
  processAsync: (text, file) => Promise.resolve(process(text, file)),
};
