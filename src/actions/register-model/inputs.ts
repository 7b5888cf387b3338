import { defineAction } from '../definition.js';
import { boolean, choice, integer, list, path, text, token } from '../inputs.js';

export const definition = defineAction({
  name: 'register-model',
  description:
    'Registers a trained model as a GitHub release, with the digests of its files, its lineage, and its evidence.',
  icon: 'package',
  color: 'blue',
  permissions: { contents: 'write', actions: 'read', 'pull-requests': 'read' },
  inputs: {
    model: path({ description: 'Path of the model spec.', default: 'model.yml' }),
    folder: path({
      description:
        'Folder with the files of the trained model. Default: `train.output` of the spec. `release.files` of the spec selects the files that belong to the model.',
    }),
    'run-record': path({
      description:
        'The run record, which is the result of train-on-gpu-runner. The manifest takes commit, data, parameters, seed and metrics from it, and the files are verified against it.',
    }),
    evidence: list({
      description:
        'Results to store with the version, such as those of validate-data and evaluate-gate: paths or globs of their JSON files.',
    }),
    'allow-failed-evidence': boolean({
      description: 'Whether to register the model even if a result in `evidence` has the verdict `fail`.',
      default: 'false',
    }),
    profile: path({
      description:
        'Profile of the training data, as validate-data writes it. drift-check compares later data with it.',
    }),
    bump: choice({
      description:
        'The part of the version to increase: `major`, `minor` or `patch`. Default: `release.bump` of the spec, otherwise `minor`. The first version is 1.0.0.',
      choices: ['major', 'minor', 'patch'],
    }),
    'require-approval': choice({
      description:
        'Who must have approved: `environment` (a required reviewer of the environment, for this run), `review` (approving reviews of the pull request that brought the commit), `both`, or `none`. Default: `release.require-approval` of the spec, otherwise `none`.',
      choices: ['environment', 'review', 'both', 'none'],
    }),
    approvals: integer({
      description:
        'The number of approving reviews required by `review` and `both`. Default: `release.approvals` of the spec, otherwise 1.',
      min: 1,
    }),
    environment: text({
      description: 'The environment whose reviewers must approve, for `environment` and `both`.',
    }),
    'part-size': integer({
      description:
        'Files larger than this many bytes are split, and fetch-model joins them. GitHub accepts files smaller than 2 GiB.',
      default: '1900000000',
      min: 1,
      max: 2_000_000_000,
    }),
    token: token(),
  },
  outputs: {
    version: 'The version, such as `1.2.0`.',
    tag: 'Its tag, such as `flight-delay@v1.2.0`.',
    'release-id': 'ID of the release.',
    'release-url': 'Address of the release.',
    'manifest-digest': 'Digest (`sha256:…`) of the manifest, which names the digest of every file.',
    created: '`false` if the same content was already registered. All outputs then describe that version.',
    result: 'Path of the result as JSON.',
    report: 'Path of the report as HTML.',
  },
});
