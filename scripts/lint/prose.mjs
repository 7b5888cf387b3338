// Finds phrases that docs/style.md and docs/glossary.md reject, in Markdown, YAML and the sources (messages, comments and
// test titles), and names the phrase to use: a line for each, and exit code 1. Runs with `npm run lint`.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Each phrase with what to write instead. A phrase is added here when the last use of it is gone. */
export const phrases = [
  [/\b(is|are|was|were|be) said\b/i, '"is reported", or name who says it: "the report says"'],
  [/\bmend(s|ed|ing)?\b/i, '"fix"'],
  [/\b(told|tells?) nothing\b/i, '"returned no data", "is not informative"'],
  [/\bin silence\b/i, '"silently"'],
  [/\bwhoever\b/i, 'the person, program or run that acts'],
  [/, else\b/i, '"otherwise"'],
  [/\bgives? up\b/i, '"stops", "fails after"'],
  [/\ba line each\b/i, '"one per line"'],
  [/\bat hand\b/i, '"available"'],
  [/\bspeaks? against\b/i, '"is evidence against"'],
  [/\b(worn out|wears? out)\b/i, '"exhausted"'],
  [/\b(stood|stands) still\b/i, '"was paused"'],
  [/\btaken for\b/i, '"read as", "mistaken for", "assumed to be"'],
  [/\bearn(s|ed|ing)?\b/i, '"is promoted", "passes"'],
  [/\bno (duration|pass)\b/i, '"not a valid duration", "does not count as a pass"'],
  [/\bas time does\b/i, '"as expected"'],
];

/**
 * @param text of a file
 * @returns line, the phrase found, and what to write instead
 */
export function findPhrases(text) {
  return text.split('\n').flatMap((line, i) =>
    phrases.flatMap(([pattern, instead]) => {
      const [found] = pattern.exec(line) ?? [];
      return found === undefined ? [] : [{ line: i + 1, phrase: found, instead }];
    }),
  );
}

/** Files that people read; the two pages that list what not to write are left out. */
function proseFiles(root) {
  const args = ['ls-files', '-co', '--exclude-standard', '*.md', '*.yml', '*.yaml', 'src/*.ts', 'test/*.ts'];
  const unread =
    /^(dist|test\/.*\.snap$|examples\/.*\/data|docs\/(style|glossary)\.md$|test\/scripts\/prose)/;
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter((file) => file !== '' && !unread.test(file));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const problems = proseFiles(root).flatMap((file) =>
    findPhrases(readFileSync(`${root}/${file}`, 'utf8')).map((found) => ({ file, ...found })),
  );
  for (const { file, line, phrase, instead } of problems) {
    console.error(`${file}:${line}: "${phrase}" → ${instead} (docs/style.md)`);
  }
  process.exitCode = problems.length > 0 ? 1 : 0;
}
