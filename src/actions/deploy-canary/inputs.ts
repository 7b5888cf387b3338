import { defineAction } from '../definition.js';
import { boolean, choice, duration, integer, list, path, text, token } from '../inputs.js';

export const definition = defineAction({
  name: 'deploy-canary',
  description:
    'Rolls a registered version out under real traffic: promotes each step on statistical evidence, otherwise rolls back.',
  icon: 'git-branch',
  color: 'green',
  // A git ref holds who is in charge of the environment, and the progress of the rollout.
  permissions: {
    contents: 'write',
    deployments: 'write',
    issues: 'write',
    actions: 'read',
    'pull-requests': 'read',
  },
  inputs: {
    model: path({ description: 'Path of the model spec.', default: 'model.yml' }),
    version: text({
      description:
        'The registered version: `1.2.0`, a range such as `^1`, or `newest`. With `cause: rollback`: `previous` (the last good version before the live one), or a version that has been live in the environment.',
      required: true,
    }),
    environment: text({
      description:
        'The environment to deploy to, such as `staging` or `production`. `rollout.environments` of the spec can hold settings for it.',
      required: true,
    }),
    folder: path({
      description:
        'Folder with the files of the version, as fetch-model writes it. The files are compared with the manifest. Default: downloaded from the release.',
    }),
    'manifest-digest': text({
      description:
        'Digest (`sha256:…`) that the manifest of the release must have, as the output of register-model. A release that was changed afterwards is rejected.',
    }),
    steps: list({
      description:
        'Traffic weights of the steps, such as `5%, 25%, 50%, 100%`. Default: `rollout.steps` of the spec, otherwise these four. A first deployment and a rollback switch all traffic immediately.',
    }),
    bake: duration({
      description:
        'The longest time that a step can take. If the evidence is still insufficient then, the rollout is inconclusive and is rolled back. Default: `rollout.bake` of the spec, otherwise `1h`.',
    }),
    interval: duration({
      description:
        'Time between two reads of the signals. Default: `rollout.interval` of the spec, otherwise `30s`.',
    }),
    'signals-url': text({
      description:
        'URL of the counters of both versions. It can contain environment variables, as `${NAME}`. Default: `rollout.signals.url` of the spec.',
    }),
    cause: choice({
      description:
        '`rollout` compares a new version with the live one step by step. `rollback` returns to an earlier version: it switches all traffic immediately, without a comparison, and takes over from a rollout that is in progress.',
      choices: ['rollout', 'rollback'],
      default: 'rollout',
    }),
    'first-deployment': boolean({
      description:
        'Allows a rollout without a version to compare with: all traffic switches immediately. This is needed only if versions have been live and the record shows none now, or if the target cannot show that it serves no version.',
      default: 'false',
    }),
    reconcile: choice({
      description:
        'How to resolve a difference between the record and what the target serves, before the rollout: `adopt-record` (the target is set to the live version of the record) or `adopt-target` (the record is set to what the target serves). Default: a difference is an error, and no traffic is changed.',
      choices: ['adopt-record', 'adopt-target'],
    }),
    restore: boolean({
      description:
        'Allows the deployment of a version that a rollback withdrew from the environment. Only a person should set this.',
      default: 'false',
    }),
    wait: duration({
      description:
        'How long a rollout waits for another run that is changing the environment. A rollback does not wait.',
      default: '10m',
    }),
    'require-approval': choice({
      description:
        'Who must have approved before any traffic is changed: `environment` (a required reviewer of the environment, for this run), `review` (approving reviews of the pull request that brought the commit), `both`, or `none`. Default: the setting of the spec, otherwise `none`.',
      choices: ['environment', 'review', 'both', 'none'],
    }),
    approvals: integer({
      description:
        'The number of approving reviews required by `review` and `both`. Default: the setting of the spec, otherwise 1.',
      min: 1,
    }),
    production: boolean({
      description:
        'Whether GitHub marks the deployment as a production deployment. Default: the setting of the spec; otherwise `true` if the environment is named `production`.',
    }),
    token: token(),
  },
  outputs: {
    verdict: '`pass`, `fail` or `inconclusive`; the step fails unless it is `pass`.',
    fault:
      'The cause of a failure: `none`, `model`, `telemetry`, `routing` or `target`. Only `model` is evidence against the version.',
    version: 'The version, such as `1.2.0`.',
    'previous-version': 'The version that was live before; empty when none was.',
    'manifest-digest': 'Digest (`sha256:…`) of the manifest, which names the digest of every file.',
    'deployment-id': 'ID of the deployment on GitHub.',
    'steps-done': 'The number of steps that the version passed.',
    result: 'Path of the result as JSON.',
    report: 'Path of the report as HTML.',
  },
});
