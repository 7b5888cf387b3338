// Simulates how often checks alarm when nothing has changed, and how often they find what has; the tables go into
// docs/calibration.md. `npm run calibrate` does all parts, `npm run calibrate -- drift` one.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import './typescript.mjs';

const parts = ['drift', 'multivariate'];
const page = fileURLToPath(new URL('../docs/calibration.md', import.meta.url));

const wanted = process.argv.slice(2);
const unknown = wanted.find((part) => !parts.includes(part));
if (unknown !== undefined || !existsSync(page)) {
  console.error(
    unknown === undefined ? `${page} is not there` : `no part "${unknown}"; there are ${parts.join(', ')}`,
  );
  process.exit(1);
}
for (const part of wanted.length > 0 ? wanted : parts) {
  const { default: calibrate } = await import(`./calibrate/${part}.mjs`);
  const made = await calibrate();
  const [from, to] = [`<!-- ${part}: start -->`, `<!-- ${part}: end -->`];
  const text = readFileSync(page, 'utf8');
  const [start, end] = [text.indexOf(from), text.indexOf(to)];
  if (start < 0 || end < start) throw new Error(`${page} has no place for ${part}`);
  const changed = `${text.slice(0, start)}${from}\n\n${made.trim()}\n\n${text.slice(end)}`;
  writeFileSync(page, await format(changed, { ...(await resolveConfig(page)), filepath: page }));
}
