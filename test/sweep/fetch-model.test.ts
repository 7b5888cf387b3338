import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { definition } from '../../src/actions/fetch-model/inputs.js';
import { main } from '../../src/actions/fetch-model/main.js';
import { readInputs } from '../../src/actions/inputs.js';
import { prepareProduction } from './deploying.js';
import { endOnGitHub } from './ends.js';
import { describeSweep } from './harness.js';
import type { Site } from './site.js';

const filesOf = (site: Site): object => {
  const folder = join(site.folder, 'checkout/model');
  if (!existsSync(folder)) return {};
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
};

describe.each<Record<string, string>>([{ version: '1.0.0' }, { environment: 'production' }])('%j', (raw) => {
  describeSweep({
    action: `fetch-model of ${Object.keys(raw)[0]}`,
    prepare: async (site) => {
      await prepareProduction(site);
      await site.startRun();
    },
    run: (site) => {
      const given: Readonly<Record<string, string>> = { token: 'x', folder: 'model', ...raw };
      return main(
        readInputs(definition.inputs, (name) => given[name]),
        site.dependencies(),
      );
    },
    end: async (site, { outputs: { found, version, tag, 'manifest-digest': digest } }) => ({
      ...(await endOnGitHub(site)),
      outputs: { found, version, tag, digest },
      files: filesOf(site),
    }),
    danger: (site) => {
      const files = JSON.stringify(filesOf(site));
      const wrong = files !== '{}' && files !== '{"model.bin":"a"}';
      return Promise.resolve(wrong ? `the folder holds ${files}` : undefined);
    },
  });
});
