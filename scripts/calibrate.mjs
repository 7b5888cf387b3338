// Simulates how often checks alarm when nothing has changed, and how often they find what has; the tables go into
// docs/calibration.md, those of the gate into docs/calibration-gate.md. `npm run calibrate` does all parts,
// `npm run calibrate -- drift` one.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import './typescript.mjs';

const pages = {
  drift: 'calibration',
  unseen: 'calibration',
  estimate: 'calibration',
  multivariate: 'calibration',
  gate: 'calibration-gate',
  edges: 'calibration-gate',
  folds: 'calibration-gate',
};
const parts = Object.keys(pages);
const pageOf = (part) => fileURLToPath(new URL(`../docs/${pages[part]}.md`, import.meta.url));

const wanted = process.argv.slice(2);
const unknown = wanted.find((part) => !parts.includes(part));
const absent = parts.map(pageOf).find((page) => !existsSync(page));
if (unknown !== undefined || absent !== undefined) {
  console.error(
    unknown === undefined ? `${absent} is not there` : `no part "${unknown}"; there are ${parts.join(', ')}`,
  );
  process.exit(1);
}
for (const part of wanted.length > 0 ? wanted : parts) {
  const { default: calibrate } = await import(`./calibrate/${part}.mjs`);
  const made = await calibrate();
  const page = pageOf(part);
  const [from, to] = [`<!-- ${part}: start -->`, `<!-- ${part}: end -->`];
  const text = readFileSync(page, 'utf8');
  const [start, end] = [text.indexOf(from), text.indexOf(to)];
  if (start < 0 || end < start) throw new Error(`${page} has no place for ${part}`);
  const changed = `${text.slice(0, start)}${from}\n\n${made.trim()}\n\n${text.slice(end)}`;
  writeFileSync(page, await format(changed, { ...(await resolveConfig(page)), filepath: page }));
}
