import { attest } from './attest.js';
import { downloadArtifact, uploadArtifact } from './artifacts.js';
import type { Builtin } from './builtin.js';
import { checkout } from './checkout.js';
import { setupNode, setupPython } from './setup-tools.js';

/** GitHub's own actions that the runner answers itself, by name. */
export const builtins: Readonly<Record<string, Builtin>> = {
  'actions/checkout': checkout,
  'actions/upload-artifact': uploadArtifact,
  'actions/download-artifact': downloadArtifact,
  'actions/setup-node': setupNode,
  'actions/setup-python': setupPython,
  'actions/attest': attest,
  'actions/attest-build-provenance': attest,
};
