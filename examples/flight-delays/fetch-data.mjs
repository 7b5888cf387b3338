// Brings the months that a job needs into data/. DATA_SOURCE names where they are: here a folder; in a
// company a mounted bucket, or this is `dvc pull` or `aws s3 sync` instead.
import { copyFileSync, existsSync, linkSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const months = {
  train: ['2001-01.csv', '2001-02.csv', '2001-03.csv'],
  holdout: ['2001-04.csv'],
  current: ['latest.csv'],
  reference: [], // the profile in the release of the live version is the reference
};

const source = process.env.DATA_SOURCE;
const purposes = (process.env.MLOPS_PURPOSE ?? 'train').split(',');
const unknown = purposes.filter((purpose) => !(purpose in months));
if (!source) fail('DATA_SOURCE is not set: set it to the folder that holds the months (2001-01.csv, …)');
if (unknown.length > 0) {
  fail(`MLOPS_PURPOSE names ${unknown}; there is data for ${Object.keys(months).join(', ')}`);
}

const folder = fileURLToPath(new URL('data', import.meta.url));
mkdirSync(folder, { recursive: true });
for (const month of purposes.flatMap((purpose) => months[purpose])) {
  const from = join(source, month);
  if (!existsSync(from)) fail(`${from} does not exist: check DATA_SOURCE and that ${month} was delivered`);
  const to = join(folder, month);
  rmSync(to, { force: true });
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to); // another file system
  }
  console.log(`${month} is in data/`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
