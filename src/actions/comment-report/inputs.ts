import { defineAction } from '../definition.js';
import { list, token } from '../inputs.js';

export const definition = defineAction({
  name: 'comment-report',
  description:
    'Comments on a pull request what its own run decided but may not write, since the token of a fork only reads. It trusts nothing that the run left.',
  icon: 'message-square',
  color: 'blue',
  permissions: { actions: 'read', 'pull-requests': 'write' },
  inputs: {
    artifacts: list({
      description:
        'Artifacts of the run that hold a decision of evaluate-gate, one for each model: each just the one file `result.json`, of at most 1 MiB.',
      default: 'decision',
    }),
    token: token(),
  },
  outputs: {
    commented: '`true` when the pull request’s comment tells what the run decided.',
    'pull-request': 'Number of the pull request; empty when none is open for the commit that ran.',
    url: 'Address of the comment.',
    verdict: 'The worst verdict that the run told: its own word, on which nothing may depend.',
    result: 'Path of the result as JSON.',
    report: 'Path of the report as HTML.',
  },
});
