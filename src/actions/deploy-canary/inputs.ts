import { defineAction } from '../definition.js';
import { boolean, choice, duration, integer, list, path, text, token } from '../inputs.js';

export const definition = defineAction({
  name: 'deploy-canary',
  description:
    'Rolls a registered version out step by step under real traffic: it earns each step by evidence, or is rolled back.',
  icon: 'git-branch',
  color: 'green',
  // The progress of a rollout is kept in a git ref.
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
      description: 'The registered version: `1.2.0`, a range such as `^1`, or `newest`.',
      required: true,
    }),
    environment: text({
      description:
        'Where to, such as `staging` or `production`. `rollout.environments` of the spec may have settings for it.',
      required: true,
    }),
    folder: path({
      description:
        'Folder with the version’s files, as fetch-model leaves it; they are checked against the manifest. Default: they are fetched.',
    }),
    steps: list({
      description:
        'Shares of the requests, such as `5%, 25%, 50%, 100%`. Default: those of the spec, else just these. Without a champion, and for a rollback, all requests go over at once.',
    }),
    bake: duration({
      description:
        'Longest time for a step to earn the next; then the rollout is inconclusive and rolled back. Default: `rollout.bake` of the spec, else `1h`.',
    }),
    interval: duration({
      description:
        'Time between two looks at the signals. Default: `rollout.interval` of the spec, else `30s`.',
    }),
    'signals-url': text({
      description:
        'Where the counters of both arms are read; may hold `${NAME}` of the environment. Default: `rollout.signals.url` of the spec.',
    }),
    cause: choice({
      description:
        '`rollout` of a version that has to earn its place, or `rollback` to one that had it: all requests at once, nothing is compared.',
      choices: ['rollout', 'rollback'],
      default: 'rollout',
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
      'What was at fault: `none`, `model`, `telemetry` or `routing`. Only `model` speaks against the version.',
    version: 'The version, such as `1.2.0`.',
    'previous-version': 'The version that was live before; empty when none was.',
    'deployment-id': 'Id of the deployment on GitHub.',
    'steps-done': 'Steps that the version has earned.',
    result: 'Path of the result as JSON.',
    report: 'Path of the report as HTML.',
  },
});
