import { defineAction } from '../definition.js';
import { type Input, choice, path, text, token } from '../inputs.js';

/** It becomes part of tags, of refs and of a folder's name. */
const modelName: Input<string | undefined> = {
  description: 'Name of the model, if there is no spec. Takes precedence over `model`.',
  required: false,
  parse: (value) =>
    /^[a-z][a-z0-9-]*$/.test(value)
      ? { value }
      : { wrong: `"${value}" is no name of a model`, remedy: 'write it as `name` in model.yml' },
};

export const definition = defineAction({
  name: 'fetch-model',
  description:
    'Downloads a registered model: a version, a range, or the live version of an environment. Verifies every file against its digest.',
  icon: 'download',
  color: 'blue',
  permissions: { contents: 'read', deployments: 'read' },
  inputs: {
    model: path({
      description: 'Path of the model spec, which contains the name of the model.',
      default: 'model.yml',
    }),
    name: modelName,
    version: text({
      description:
        'A version (`1.2.0`), a range (`^1`, `~1.2`, `1.x`) or `newest`. With `environment`: `live`, `previous` (the last good version before the live one), or the highest of a range that has been live there. Default: `newest`; with `environment`, `live`.',
    }),
    environment: text({ description: 'Select only versions that are or were live in this environment.' }),
    folder: path({
      description:
        'Destination folder. It must not exist, be empty, or already hold this version. Default: `mlops-out/fetch-model/<name>-<version>`.',
    }),
    'if-missing': choice({
      description:
        'What to do if there is no such version: `fail`, or `ignore` (`found` is `false` and the other outputs are empty). A damaged release always fails.',
      choices: ['fail', 'ignore'],
      default: 'fail',
    }),
    token: token(),
  },
  outputs: {
    found: '`true` when there is such a version.',
    version: 'The version, such as `1.2.0`.',
    tag: 'Its tag, such as `flight-delay@v1.2.0`.',
    folder: 'Absolute path of the folder with the model’s files.',
    'manifest-digest': 'Digest (`sha256:…`) of the manifest, which names the digest of every file.',
    result: 'Path of the result as JSON.',
    report: 'Path of the report as HTML.',
  },
});
