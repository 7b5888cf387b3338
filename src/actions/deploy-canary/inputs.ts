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
        'Where to, such as `staging` or `production`. `rollout.environments` of the spec may have settings for it.',
      required: true,
    }),
    folder: path({
      description:
        'Folder with the version’s files, as fetch-model leaves it; they are compared with the manifest. Default: downloaded from the release.',
    }),
    'manifest-digest': text({
      description:
        'Digest (`sha256:…`) that the manifest of the release must have, as register-model printed it. A release that was changed since is refused.',
    }),
    steps: list({
      description:
        'Shares of the requests, such as `5%, 25%, 50%, 100%`. Default: `rollout.steps` of the spec, otherwise these four. A first deployment and a rollback switch all requests at once.',
    }),
    bake: duration({
      description:
        'Longest time for a step to earn the next; after it the rollout is inconclusive and rolled back. Default: `rollout.bake` of the spec, else `1h`.',
    }),
    interval: duration({
      description:
        'Time between two reads of the signals. Default: `rollout.interval` of the spec, else `30s`.',
    }),
    'signals-url': text({
      description:
        'URL of the counters of both arms; may hold `${NAME}` of the environment. Default: `rollout.signals.url` of the spec.',
    }),
    cause: choice({
      description:
        '`rollout` of a version that has to earn its place, or `rollback` to one that had it: all requests at once, without a comparison. A rollback takes over from a rollout that is under way.',
      choices: ['rollout', 'rollback'],
      default: 'rollout',
    }),
    'first-deployment': boolean({
      description:
        'Allows a rollout without a version to compare with: all requests switch at once. Needed only where versions have been live and the record shows none now, or where the target cannot show that it serves nothing.',
      default: 'false',
    }),
    reconcile: choice({
      description:
        'How to settle a difference between the record and what the target serves, before the rollout: `adopt-record` (the live version on record gets all requests) or `adopt-target` (the record follows the target). Default: a difference is an error, and nothing moves.',
      choices: ['adopt-record', 'adopt-target'],
    }),
    restore: boolean({
      description:
        'Allows a version to serve again that a rollback withdrew from the environment. Only a person should set it.',
      default: 'false',
    }),
    wait: duration({
      description:
        'How long a rollout waits for another run that changes the environment. A rollback does not wait.',
      default: '10m',
    }),
    'require-approval': choice({
      description:
        'Who must have approved before anything moves: `environment` (a required reviewer of the environment, for this run), `review` (approving reviews of the pull request that brought the commit), `both`, or `none`. Default: that of the spec, else `none`.',
      choices: ['environment', 'review', 'both', 'none'],
    }),
    approvals: integer({
      description: 'Approving reviews wanted, for `review` and `both`. Default: that of the spec, else 1.',
      min: 1,
    }),
    production: boolean({
      description:
        'Whether the deployment is marked as one to production. Default: that of the spec, else whether the environment is called `production`.',
    }),
    token: token(),
  },
  outputs: {
    verdict: '`pass`, `fail` or `inconclusive`; the step fails unless it is `pass`.',
    fault:
      'What was at fault: `none`, `model`, `telemetry`, `routing` or `target`. Only `model` speaks against the version.',
    version: 'The version, such as `1.2.0`.',
    'previous-version': 'The version that was live before; empty when none was.',
    'manifest-digest': 'Digest (`sha256:…`) of the manifest, which names the digest of every file.',
    'deployment-id': 'Id of the deployment on GitHub.',
    'steps-done': 'Steps that the version has earned.',
    result: 'Path of the result as JSON.',
    report: 'Path of the report as HTML.',
  },
});
