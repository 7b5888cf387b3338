import type { Builtin } from './builtin.js';

/** Attestations need GitHub's identity provider and Sigstore: no local server can honestly stand for them. */
export const attest: Builtin = {
  inputs: {
    'subject-path': '',
    'subject-digest': '',
    'subject-name': '',
    'subject-checksums': '',
    'predicate-type': '',
    predicate: '',
    'predicate-path': '',
    'push-to-registry': 'false',
    'show-summary': 'true',
    'sbom-path': '',
    'github-token': '',
  },
  run({ notice }) {
    notice('nothing was attested: a rehearsal has neither an identity provider nor Sigstore');
    return Promise.resolve({});
  },
};
