import { defineAction } from '../definition.js';
import { boolean, list, text, token } from '../inputs.js';

export const definition = defineAction({
  name: 'drift-heartbeat',
  description:
    'Looks whether drift checks still happen, and keeps an issue while one is overdue: schedules are dropped under load, and end in idle repositories.',
  icon: 'heart',
  color: 'purple',
  permissions: { contents: 'read', deployments: 'read', issues: 'write' },
  inputs: {
    models: list({
      description: 'Paths or globs of the model specs that are watched; those without `drift` are left out.',
      default: 'model.yml',
    }),
    scopes: list({
      description: 'The scopes that drift-check is run with, each watched by itself.',
      default: 'inputs',
    }),
    environment: text({
      description:
        'The environment in which a live version makes a model one to watch, also before its first check.',
      default: 'production',
    }),
    issue: boolean({ description: 'Keep an issue for each check that is overdue.', default: 'true' }),
    'fail-when-overdue': boolean({
      description:
        'Let the step fail when a check is overdue, so that GitHub mails whoever follows the workflow.',
      default: 'false',
    }),
    'ping-url': {
      ...text({
        description:
          'An address to call when this came to its end and nothing is overdue, as healthchecks.io and others give it: it tells you when the calls stop, also when GitHub itself is silent. Best kept as a secret.',
      }),
      secret: true,
    },
    token: token(),
  },
  outputs: {
    verdict: '`pass` when no check is overdue, else `fail`.',
    overdue: 'The models that are overdue, as a JSON list of `model (scope)`.',
    result: 'Path of the result as JSON.',
    report: 'Path of the report as HTML.',
  },
});
