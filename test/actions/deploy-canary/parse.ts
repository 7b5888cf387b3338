import { parse } from 'valibot';
import { type DeploymentPayload, deploymentPayloadSchema } from '../../../src/formats/deployment.js';
import type { GitHub } from '../../../src/github/types.js';

/** Payloads of all deployments, newest first. */
export async function parseDeployment(github: GitHub): Promise<DeploymentPayload[]> {
  const payloads: DeploymentPayload[] = [];
  for await (const { payload } of github.deployments.list({})) {
    payloads.push(parse(deploymentPayloadSchema, payload));
  }
  return payloads;
}
