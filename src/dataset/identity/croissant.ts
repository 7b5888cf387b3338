import { ownValue } from '../../common/own.js';
import { plural } from '../../common/text.js';
import type { ColumnType } from '../../formats/profile.js';
import type { ValidatedFile, ValidatedSet, Validation } from '../../formats/validation.js';
import { type Contract, columnsOf } from '../contract/contract.js';

const dataTypes: Readonly<Record<ColumnType, string>> = {
  integer: 'sc:Integer',
  number: 'sc:Float',
  string: 'sc:Text',
  boolean: 'sc:Boolean',
  date: 'sc:Date',
  timestamp: 'sc:DateTime',
};
const encodings: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  tsv: 'text/tsv',
  jsonl: 'application/jsonlines',
  ndjson: 'application/jsonlines',
  parquet: 'application/x-parquet',
  gz: 'application/gzip',
  zst: 'application/zstd',
};

/** The context that Croissant 1.1 recommends (its appendix 1), and PROV-O for lineage. */
const context = {
  '@language': 'en',
  '@vocab': 'https://schema.org/',
  arrayShape: 'cr:arrayShape',
  citeAs: 'cr:citeAs',
  column: 'cr:column',
  conformsTo: 'dct:conformsTo',
  containedIn: 'cr:containedIn',
  cr: 'http://mlcommons.org/croissant/',
  rai: 'http://mlcommons.org/croissant/RAI/',
  data: { '@id': 'cr:data', '@type': '@json' },
  dataType: { '@id': 'cr:dataType', '@type': '@vocab' },
  dct: 'http://purl.org/dc/terms/',
  description: { '@container': '@language' },
  equivalentProperty: 'cr:equivalentProperty',
  examples: { '@id': 'cr:examples', '@type': '@json' },
  extract: 'cr:extract',
  field: 'cr:field',
  fileProperty: 'cr:fileProperty',
  fileObject: 'cr:fileObject',
  fileSet: 'cr:fileSet',
  format: 'cr:format',
  includes: 'cr:includes',
  isArray: 'cr:isArray',
  isLiveDataset: 'cr:isLiveDataset',
  jsonPath: 'cr:jsonPath',
  key: 'cr:key',
  md5: 'cr:md5',
  name: { '@container': '@language' },
  parentField: 'cr:parentField',
  path: 'cr:path',
  prov: 'http://www.w3.org/ns/prov#',
  recordSet: 'cr:recordSet',
  references: 'cr:references',
  regex: 'cr:regex',
  repeated: 'cr:repeated',
  replace: 'cr:replace',
  samplingRate: 'cr:samplingRate',
  sc: 'https://schema.org/',
  separator: 'cr:separator',
  source: 'cr:source',
  subField: 'cr:subField',
  transform: 'cr:transform',
};

export interface CroissantOptions {
  readonly validation: Validation;
  readonly contract: Contract;
  readonly description?: string;
  /** An SPDX name or a URL. */
  readonly license?: string;
  /** Page of the repository, and of who owns it. */
  readonly url: string;
  readonly owner: { readonly name: string; readonly url: string };
}

/**
 * The data as a Croissant 1.1 description (JSON-LD; mlcommons.org/croissant/1.1): its files with their digests, its
 * columns with their types, a record set for each of train and holdout, and, in PROV-O, which run held it against
 * which contract. Paths are relative to the repository: there the description can be loaded from.
 */
export function croissantOf(options: CroissantOptions): Record<string, unknown> {
  const { validation, contract, url, owner } = options;
  const { model, datasets, lineage } = validation;
  const sets = datasets.filter((set) => set.files.some((file) => file.sha256 !== undefined));
  return {
    '@context': context,
    '@type': 'sc:Dataset',
    conformsTo: 'http://mlcommons.org/croissant/1.1',
    name: `${model}-data`,
    description: options.description ?? `Training and hold-out data of the model ${model}.`,
    ...(options.license !== undefined && { license: licenseUrl(options.license) }),
    url,
    creator: { '@type': 'sc:Organization', name: owner.name, url: owner.url },
    ...(lineage && { datePublished: lineage.at }),
    ...(/^\d+\.\d+\.\d+$/.test(contract.version ?? '') && { version: contract.version }),
    distribution: sets.flatMap((set) => [
      ...set.files.flatMap(fileObject),
      ...(set.files.length > 1 ? [fileSet(set)] : []),
    ]),
    recordSet: sets.map((set) => recordSet(set, contract)),
    ...(lineage && { subjectOf: validated(options) }),
  };
}

function fileObject({ path, bytes, sha256, md5 }: ValidatedFile): Record<string, unknown>[] {
  if (sha256 === undefined) return [];
  return [
    {
      '@type': 'cr:FileObject',
      '@id': path,
      name: path.split('/').at(-1),
      contentUrl: path,
      contentSize: `${bytes} B`,
      encodingFormat: encodingOf(path),
      sha256,
      ...(md5 !== undefined && { md5 }),
    },
  ];
}

const encodingOf = (path: string): string =>
  ownValue(encodings, path.split('.').at(-1)!.toLowerCase()) ?? 'application/octet-stream';

const fileSetId = ({ name }: ValidatedSet): string => `${name}-files`;

function fileSet(set: ValidatedSet): Record<string, unknown> {
  const [first] = set.files;
  return {
    '@type': 'cr:FileSet',
    '@id': fileSetId(set),
    name: fileSetId(set),
    encodingFormat: encodingOf(first!.path),
    includes: set.files.filter(({ sha256 }) => sha256 !== undefined).map(({ path }) => path),
  };
}

function recordSet(set: ValidatedSet, contract: Contract): Record<string, unknown> {
  const [first] = set.files;
  const from =
    set.files.length > 1 ? { fileSet: { '@id': fileSetId(set) } } : { fileObject: { '@id': first!.path } };
  const ids = columnsOf(contract, 'id');
  const logical = set.identity?.logical;
  return {
    '@type': 'cr:RecordSet',
    '@id': set.name,
    name: set.name,
    description: `${plural(set.rows, 'row')}${logical === undefined ? '' : `, ${logical.digest}`}`,
    ...(ids.length > 0 && { key: ids.map((name) => ({ '@id': `${set.name}/${name}` })) }),
    ...(logical && { identifier: logical.digest }),
    field: contract.columns.map(({ name, type, description }) => ({
      '@type': 'cr:Field',
      '@id': `${set.name}/${name}`,
      name,
      ...(description !== undefined && { description }),
      dataType: dataTypes[type],
      source: { ...from, extract: { column: name } },
    })),
  };
}

/** What is known of the data, by whom: the run did not make the data, it looked at it. */
function validated({ validation, url }: CroissantOptions): Record<string, unknown> {
  const { lineage, contract, verdict, datasets } = validation;
  return {
    '@type': ['sc:CreativeWork', 'prov:Entity'],
    name: `validation: ${verdict}`,
    'prov:generatedAtTime': lineage!.at,
    'prov:wasGeneratedBy': {
      '@type': 'prov:Activity',
      '@id': lineage!.url,
      name: `${lineage!.workflow}, ${lineage!.job}`,
      // The sets by their digests: a node that leads back to the data set itself is more than readers take.
      'prov:used': [
        ...datasets.map(({ name, digest }) => ({ '@type': 'prov:Entity', name, identifier: digest })),
        {
          '@type': 'prov:Entity',
          '@id': `${url}/blob/${lineage!.commit}/${contract.path}`,
          identifier: contract.digest,
        },
      ],
    },
  };
}

function licenseUrl(license: string): string {
  return /^https?:/.test(license) ? license : `https://spdx.org/licenses/${license}`;
}
