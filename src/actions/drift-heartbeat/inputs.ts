import { defineAction } from '../definition.js';
import { boolean, list, text, token } from '../inputs.js';

export const definition = defineAction({
  name: 'drift-heartbeat',
  description:
    'Opens an issue when drift checks are overdue. GitHub can drop scheduled runs under load, and disables them in inactive repositories.',
  icon: 'heart',
  color: 'purple',
  permissions: { contents: 'read', deployments: 'read', issues: 'write' },
  inputs: {
    models: list({
      description: 'Paths or globs of the model specs to watch. Specs without `drift` are ignored.',
      default: 'model.yml',
    }),
    scopes: list({
      description: 'The scopes that drift-check runs with. Each scope is watched separately.',
      default: 'inputs',
    }),
    environment: text({
      description: 'A model with a live version in this environment is watched, even before its first check.',
      default: 'production',
    }),
    issue: boolean({ description: 'Whether to maintain an issue for each overdue check.', default: 'true' }),
    'fail-when-overdue': boolean({
      description:
        'Whether the step fails when a check is overdue, so that GitHub notifies the people who follow the workflow.',
      default: 'false',
    }),
    'ping-url': {
      ...text({
        description:
          'URL to request when this check has completed and nothing is overdue, as provided by healthchecks.io and similar services, which notify you when the requests stop, even when GitHub is down. Store it as a secret.',
      }),
      secret: true,
    },
    token: token(),
  },
  outputs: {
    verdict: '`pass` when no check is overdue, otherwise `fail`.',
    overdue: 'The overdue models, as a JSON list of `model (scope)`.',
    result: 'Path of the result as JSON.',
    report: 'Path of the report as HTML.',
  },
});
