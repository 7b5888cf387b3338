import { defineAction } from '../definition.js';
import { definition as deploy } from '../deploy-canary/inputs.js';
import { definition as fetch } from '../fetch-model/inputs.js';
import { text } from '../inputs.js';

const { model, environment, production, approvals, token } = deploy.inputs;

/* A composite: what it shares with the actions it uses is theirs, so that the two cannot drift. */
export const definition = defineAction({
  name: 'rollback-model',
  description:
    'Puts the last good version of an environment back, or one that you name: at once, without a new tag or release.',
  icon: 'rotate-ccw',
  color: 'orange',
  permissions: deploy.permissions,
  inputs: {
    model,
    environment,
    version: text({
      description:
        'The version to go back to, or a range such as `^1`: one that has been live in the environment. Empty or `previous` is the last good version before the live one.',
      default: 'previous',
    }),
    'require-approval': deploy.inputs['require-approval'],
    approvals,
    'signals-url': deploy.inputs['signals-url'],
    bake: deploy.inputs.bake,
    interval: deploy.inputs.interval,
    production,
    token,
  },
  outputs: {
    version: fetch.outputs.version,
    'previous-version': 'The version that was live before, and is not any more.',
    'manifest-digest': fetch.outputs['manifest-digest'],
    verdict: deploy.outputs.verdict,
    'deployment-id': deploy.outputs['deployment-id'],
    result: deploy.outputs.result,
    report: deploy.outputs.report,
  },
});
