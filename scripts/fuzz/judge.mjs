// What must hold whatever the input: sentences about what does not.
import { UserError } from '../../src/common/errors.ts';

const instructs = /\b(must|needs?|write|add|at most|at least|not both|one of|use|name|choose|give)\b/;

/** What is said of a document as a whole. */
const ofWhole = /is empty|does not exist|alias/;

/** What is wrong with how an error tells of a mistake of the user; nothing is wrong with a good one. */
export function wrongError(error, files) {
  if (!(error instanceof UserError)) {
    return [`an error that is no UserError: ${error?.stack ?? String(error)}`];
  }
  return error.problems.flatMap(({ message, where, remedy }) => {
    const all = `"${String(message).slice(0, 300)}"`;
    const place = where?.file ?? '';
    return [
      ...(typeof message !== 'string' || message.trim() === '' ? ['an error says nothing'] : []),
      ...(place === '' && !files.some((file) => message.includes(file))
        ? [`an error names no file: ${all}`]
        : []),
      ...(/\.ya?ml$/.test(place) && where.line === undefined && !ofWhole.test(message)
        ? [`an error names no line: ${all}`]
        : []),
      ...((remedy === undefined || remedy.trim() === '') && !instructs.test(message)
        ? [`an error does not say what to do: ${all}`]
        : []),
      ...(/\[object |undefined(?!")|\bNaN\b.*expected/.test(message.replace(/"[^"]*"/g, ''))
        ? [`an error shows a value of our code: ${all}`]
        : []),
    ];
  });
}

/** What is wrong with how validate-data counts a set. */
export function wrongCount({ name, rows, files }, expected) {
  const read = files.reduce((sum, file) => sum + file.rows, 0);
  const rejected = files.reduce((sum, file) => sum + file.rejected, 0);
  const told = `${name}: ${read} rows, ${rejected} rejected`;
  return [
    ...(read === rows ? [] : [`${told}, and ${rows} in all`]),
    ...(expected?.rows !== undefined && (read !== expected.rows || rejected !== (expected.rejected ?? 0))
      ? [`${told}, where ${expected.rows} and ${expected.rejected ?? 0} are right`]
      : []),
    ...(expected?.records !== undefined && read + rejected !== expected.records
      ? [`${told}, where the file has ${expected.records} records`]
      : []),
  ];
}

/** Defects that only a defect of our own can make. */
export function ownDefects(findings) {
  return findings
    .filter(({ rule, remedy }) => rule === 'lost-rows' || /defect of the action/.test(remedy ?? ''))
    .map(({ message }) => `a defect of our own: ${message}`);
}

/** Parts of drift-check that ended with an error of ours. */
export function brokenSections(sections) {
  return sections
    .filter(({ state }) => state === 'broken')
    .map((section) => `a section broke: ${JSON.stringify(section)}`);
}

export function polluted() {
  const strange = Object.keys(Object.prototype);
  for (const key of strange) delete Object.prototype[key];
  return strange.map((key) => `every object now has "${key}"`);
}
