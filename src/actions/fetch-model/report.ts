import { formatBytes } from '../../common/text.js';
import type { Manifest } from '../../formats/manifest.js';
import type { FetchedModel } from '../../formats/fetched-model.js';
import type { Report } from '../../report/model.js';

export function fetchReport(result: FetchedModel, manifest: Manifest | undefined): Report {
  const { model, selector, environment, tag, reason, manifestDigest } = result;
  const asked = `${selector}${environment === undefined ? '' : ` in ${environment}`}`;
  return {
    key: `fetch-model:${model}`,
    title: `Fetch ${model}`,
    headline:
      tag === undefined
        ? `Nothing to fetch: ${reason ?? asked}`
        : `${tag} is what “${asked}” means; every digest is right`,
    reasons: [],
    sections:
      manifest === undefined
        ? []
        : [
            {
              title: 'Files',
              folded: true,
              blocks: [
                {
                  kind: 'table',
                  columns: [{ title: 'File' }, { title: 'Size', align: 'right' }, { title: 'SHA-256' }],
                  rows: manifest.files.map(({ path, size, sha256 }) => [
                    path,
                    formatBytes(size),
                    [{ code: sha256.replace('sha256:', '') }],
                  ]),
                },
              ],
            },
          ],
    footer: manifestDigest === undefined ? [] : [{ name: 'Manifest', value: [{ code: manifestDigest }] }],
  };
}
