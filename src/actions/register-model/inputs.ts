import { defineAction } from '../definition.js';
import { boolean, choice, integer, list, path, text, token } from '../inputs.js';

export const definition = defineAction({
  name: 'register-model',
  description:
    'Registers a trained model as a GitHub release: its files with their digests, where it came from, and the evidence for it.',
  icon: 'package',
  color: 'blue',
  permissions: { contents: 'write', actions: 'read', 'pull-requests': 'read' },
  inputs: {
    model: path({ description: 'Path of the model spec.', default: 'model.yml' }),
    folder: path({
      description:
        'Folder of the trained model’s files. Default: `train.output` of the spec. `release.files` says which of them belong to the model.',
    }),
    'run-record': path({
      description:
        'The result of train-on-gpu-runner. Commit, data, parameters, seed and metrics go from it into the manifest, and the files are checked against it.',
    }),
    evidence: list({
      description:
        'Results of the chain (paths or globs of their JSON files) that are kept with the version, such as those of validate-data and evaluate-gate.',
    }),
    'allow-failed-evidence': boolean({
      description: 'Register even though a result among the evidence says `fail`.',
      default: 'false',
    }),
    profile: path({
      description: 'Profile of the training data, by validate-data. drift-check compares later data with it.',
    }),
    bump: choice({
      description:
        'Which number of the version grows. Default: `release.bump` of the spec, else `minor`. The first version is 1.0.0.',
      choices: ['major', 'minor', 'patch'],
    }),
    'require-approval': choice({
      description:
        'Who must have approved: `environment` (a required reviewer of the environment, for this run), `review` (approving reviews of the pull request that brought the commit), `both`, or `none`. Default: `release.require-approval` of the spec, else `none`.',
      choices: ['environment', 'review', 'both', 'none'],
    }),
    approvals: integer({
      description:
        'Approving reviews wanted, for `review` and `both`. Default: `release.approvals` of the spec, else 1.',
      min: 1,
    }),
    environment: text({
      description: 'The environment whose approval is asked for, for `environment` and `both`.',
    }),
    'part-size': integer({
      description:
        'Files above this many bytes are split; fetch-model joins them. GitHub takes less than 2 GiB.',
      default: '1900000000',
      min: 1,
      max: 2_000_000_000,
    }),
    token: token(),
  },
  outputs: {
    version: 'The version, such as `1.2.0`.',
    tag: 'Its tag, such as `flight-delay@v1.2.0`.',
    'release-id': 'Id of the release.',
    'release-url': 'Address of the release.',
    'manifest-digest': 'Digest (`sha256:…`) of the manifest, which names the digest of every file.',
    created: '`false` when the same content was registered before: then all outputs are that version’s.',
    result: 'Path of the result as JSON.',
    report: 'Path of the report as HTML.',
  },
});
