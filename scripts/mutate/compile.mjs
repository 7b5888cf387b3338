import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import ts from 'typescript';

/** Names without use: the compiler minds them, the program does not. */
const unused = new Set([6133, 6138, 6192, 6196, 6198]);

/** Asks the compiler whether a file may have another text; the rest of the program stays. */
export function openCompiler(root) {
  const { config } = ts.readConfigFile(resolve(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: ['src'] }, ts.sys, root);
  const texts = new Map();
  const versions = new Map();
  const files = [];
  const service = ts.createLanguageService(
    {
      getScriptFileNames: () => files,
      getScriptVersion: (name) => String(versions.get(name) ?? 0),
      getScriptSnapshot(name) {
        const text = texts.get(name) ?? ts.sys.readFile(name);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => root,
      getCompilationSettings: () => options,
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      fileExists: ts.sys.fileExists,
      readFile: ts.sys.readFile,
      readDirectory: ts.sys.readDirectory,
    },
    ts.createDocumentRegistry(),
  );
  const put = (name, text) => {
    if (text === undefined) texts.delete(name);
    else texts.set(name, text);
    versions.set(name, (versions.get(name) ?? 0) + 1);
  };
  return {
    /** Whether the file compiles with that text. */
    compiles(file, text) {
      const name = resolve(root, file);
      if (!files.includes(name)) files.push(name);
      put(name, text);
      const errors = [...service.getSyntacticDiagnostics(name), ...service.getSemanticDiagnostics(name)];
      put(name, readFileSync(name, 'utf8'));
      return errors.every(({ code }) => unused.has(code));
    },
  };
}
