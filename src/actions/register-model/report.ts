import { formatBytes, formatNumber, plural } from '../../common/text.js';
import type { Manifest } from '../../formats/manifest.js';
import type { RegistrationResult } from '../../formats/registration.js';
import type { Fact, Report, Section, Table, Text } from '../../report/model.js';
import type { Spec } from '../../spec/schema.js';

/** The model card: what the model is, where it came from, what speaks for it. */
export function modelCard(spec: Spec, manifest: Manifest, manifestDigest: string): Report {
  const { model, version, evidence } = manifest;
  const reasons: Text[] = [
    ...(spec.description === undefined ? [] : [spec.description]),
    ...(spec.license === undefined ? [] : [`Licence: ${spec.license}`]),
  ];
  return {
    key: `model-card:${model}`,
    title: `${model} ${version}`,
    headline: `${taskWords[spec.task]}; ${plural(evidence.length, 'piece')} of evidence`,
    reasons,
    sections: [...lineage(manifest), ...evidenceTable(manifest), gates(spec), files(manifest)],
    footer: [{ name: 'Manifest', value: [{ code: manifestDigest }] }],
  };
}

const taskWords: Readonly<Record<Spec['task'], string>> = {
  'binary-classification': 'A binary classifier',
  'multiclass-classification': 'A classifier of several classes',
  'multilabel-classification': 'A classifier that gives a row any number of classes',
  regression: 'A regression model',
  ranking: 'A ranking model',
  'example-scores': 'A model that is scored example by example',
};

export function registrationReport(spec: Spec, manifest: Manifest, result: RegistrationResult): Report {
  const { tag, created, release, manifestDigest, approval } = result;
  const approvers = (approval?.approvers ?? []).map(({ user, how, scope }): Text => [
    { bold: user },
    ` approved (${how}: ${scope})`,
  ]);
  return {
    key: `register-model:${manifest.model}`,
    title: `Register ${manifest.model}`,
    headline: created
      ? `${tag} is registered`
      : `${tag} was registered before, with the same content: nothing was changed`,
    reasons: [[{ link: release.url, text: `Release ${tag}` }], ...approvers],
    sections: [...lineage(manifest), ...evidenceTable(manifest), files(manifest)],
    footer: [
      ...(spec.license === undefined ? [] : [{ name: 'Licence', value: spec.license }]),
      { name: 'Manifest', value: [{ code: manifestDigest }] },
    ],
  };
}

function lineage({ lineage: from, specDigest }: Manifest): Section[] {
  const facts: Fact[] = [
    { name: 'Commit', value: [{ code: from.commit }] },
    { name: 'Run', value: [{ link: from.run.url, text: `${from.run.id}, attempt ${from.run.attempt}` }] },
    { name: 'Data', value: from.dataDigest === undefined ? 'not recorded' : [{ code: from.dataDigest }] },
    { name: 'Model spec', value: [{ code: specDigest }] },
    ...(from.seed === undefined ? [] : [{ name: 'Seed', value: String(from.seed) }]),
  ];
  const sections: Section[] = [
    {
      title: 'Where it came from',
      blocks: [
        pairs(
          'Fact',
          'Value',
          facts.map(({ name, value }) => [name, value]),
        ),
      ],
    },
  ];
  const parameters = Object.entries(from.parameters ?? {});
  if (parameters.length > 0) {
    sections.push({
      title: 'Parameters',
      blocks: [
        pairs(
          'Parameter',
          'Value',
          parameters.map(([name, value]) => [name, String(value)]),
        ),
      ],
    });
  }
  const metrics = Object.entries(from.metrics ?? {});
  if (metrics.length > 0) {
    sections.push({
      title: 'Metrics of the training',
      blocks: [
        pairs(
          'Metric',
          'Value',
          metrics.map(([name, value]) => [name, formatNumber(value)]),
          'right',
        ),
      ],
    });
  }
  return sections;
}

function evidenceTable({ evidence }: Manifest): Section[] {
  if (evidence.length === 0) return [];
  return [
    {
      title: 'Evidence',
      blocks: [
        {
          kind: 'table',
          columns: [{ title: 'Kind' }, { title: 'Verdict' }, { title: 'File' }],
          rows: evidence.map(({ kind, verdict, waived = [], asset }) => [
            kind,
            verdict === undefined
              ? ''
              : [{ verdict }, ...(waived.length === 0 ? [] : [`, with a waiver of ${waived.join(', ')}`])],
            [{ code: asset }],
          ]),
        },
      ],
    },
  ];
}

function gates({ evaluate }: Spec): Section {
  return {
    title: 'What it had to meet',
    folded: true,
    blocks: [
      {
        kind: 'bullets',
        items: evaluate.gates.map((gate) =>
          Object.entries(gate)
            .map(([key, value]) => `${key}: ${String(value)}`)
            .join(', '),
        ),
      },
    ],
  };
}

function files({ files: all }: Manifest): Section {
  return {
    title: `Files (${plural(all.length, 'file')})`,
    folded: true,
    blocks: [
      {
        kind: 'table',
        columns: [{ title: 'File' }, { title: 'Size', align: 'right' }, { title: 'SHA-256' }],
        rows: all.map(({ path, size, sha256, parts }) => [
          path,
          formatBytes(size) + (parts.length > 1 ? ` in ${parts.length} parts` : ''),
          [{ code: sha256.replace('sha256:', '') }],
        ]),
      },
    ],
  };
}

function pairs(
  left: string,
  right: string,
  rows: readonly (readonly [Text, Text])[],
  align: 'left' | 'right' = 'left',
): Table {
  return { kind: 'table', columns: [{ title: left }, { title: right, align }], rows };
}
