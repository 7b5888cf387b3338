import { defineAction } from '../definition.js';
import { definition as deploy } from '../deploy-canary/inputs.js';
import { text } from '../inputs.js';

const { model, environment, production, approvals, restore, token } = deploy.inputs;

/* A composite: what it shares with deploy-canary comes from there, so that the two cannot drift apart. */
export const definition = defineAction({
  name: 'rollback-model',
  description:
    'Returns an environment to its last good version, or to one that you name. It acts immediately, even during a rollout or an outage.',
  icon: 'rotate-ccw',
  color: 'orange',
  permissions: deploy.permissions,
  inputs: {
    model,
    environment,
    version: text({
      description:
        'The version to return to, or a range such as `^1`. The version must have been live in the environment. Empty or `previous` selects the last good version before the live one; during a rollout, the version that was live before it.',
      default: 'previous',
    }),
    restore,
    'require-approval': deploy.inputs['require-approval'],
    approvals,
    production,
    token,
  },
  outputs: {
    version: deploy.outputs.version,
    'previous-version': 'The version that was live before and is now withdrawn.',
    'manifest-digest': deploy.outputs['manifest-digest'],
    verdict: deploy.outputs.verdict,
    'deployment-id': deploy.outputs['deployment-id'],
    result: deploy.outputs.result,
    report: deploy.outputs.report,
  },
});
