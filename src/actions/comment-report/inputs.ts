import { defineAction } from '../definition.js';
import { list, token } from '../inputs.js';

export const definition = defineAction({
  name: 'comment-report',
  description:
    'Comments a gate decision on the pull request of a fork, whose own run has a read-only token. It treats everything that the run left as untrusted.',
  icon: 'message-square',
  color: 'blue',
  permissions: { actions: 'read', 'pull-requests': 'write' },
  inputs: {
    artifacts: list({
      description:
        'Artifacts of the run that hold a decision of evaluate-gate, one for each model. Each artifact holds only the file `result.json`, of at most 1 MiB.',
      default: 'decision',
    }),
    token: token(),
  },
  outputs: {
    commented: '`true` when the comment on the pull request shows the decision of the run.',
    'pull-request': 'Number of the pull request; empty when none is open for the commit that ran.',
    url: 'Address of the comment.',
    verdict:
      'The worst verdict that the run reported. It is untrusted: do not let another step depend on it.',
    result: 'Path of the result as JSON.',
    report: 'Path of the report as HTML.',
  },
});
