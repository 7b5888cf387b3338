import {
  formatBytes,
  formatDuration,
  formatInteger,
  formatNumber,
  formatPercent,
  plural,
} from '../../common/text.js';
import type { RunRecord } from '../../formats/run-record.js';
import { withoutDriver } from '../../training/gpus.js';
import type { Block, Report, Section, Table, Text } from '../../report/model.js';

/** How the training ended, when not well. */
export interface Ending {
  readonly failure: string | undefined;
  readonly tail: string;
  readonly saved: boolean;
}

export function trainingReport(record: RunRecord, { failure, tail, saved }: Ending): Report {
  const { model, durationMs, environment, data, resumedFrom, run } = record;
  const machine =
    environment.gpus.length > 0 ? environment.gpus[0]!.name : `${environment.cpu.cores} CPU cores`;
  const duration = formatDuration(durationMs);
  const size = data.reduce((sum, { bytes }) => sum + bytes, 0);
  const reasons: Text[] = [
    `Trained on ${plural(data.length, 'file')} (${formatBytes(size)}), seed ${record.seed}.`,
    ...(resumedFrom === undefined ? [] : [['Went on from the checkpoint ', { code: resumedFrom }, '.']]),
    ...(saved ? ['The checkpoint is saved: the next run of this training goes on from it.'] : []),
    ...(environment.withoutGpu === undefined || environment.withoutGpu === withoutDriver
      ? []
      : [`No GPU: ${environment.withoutGpu}.`]),
  ];
  return {
    key: `train-on-gpu-runner:${model}`,
    title: `Train ${model}`,
    headline:
      failure === undefined
        ? `Trained in ${duration} on ${machine}`
        : `Not trained: ${failure.split('\n')[0]!}`,
    reasons,
    sections: [
      ...(failure === undefined || tail === ''
        ? []
        : [section('Last lines of the program', { kind: 'code', language: '', text: tail })]),
      ...numbers('Metrics of the training', 'Metric', record.metrics),
      ...numbers('Parameters', 'Parameter', record.parameters),
      resources(record),
      ...files(record),
    ],
    footer: [
      { name: 'Commit', value: [{ code: record.commit }] },
      { name: 'Data', value: [{ code: record.dataDigest }] },
      { name: 'Run', value: [{ link: run.url, text: `${run.id}, attempt ${run.attempt}` }] },
    ],
  };
}

function section(title: string, ...blocks: Block[]): Section {
  return { title, blocks };
}

function numbers(
  title: string,
  what: string,
  values: Readonly<Record<string, string | number | boolean>>,
): Section[] {
  const rows = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'number' ? formatNumber(value, 6) : String(value),
  ]);
  return rows.length === 0 ? [] : [section(title, table([what, 'Value'], rows))];
}

/** Of a shorter training, the means and maxima say all. */
const shortestCharted = 60_000;

function resources({ resources: use, environment, durationMs }: RunRecord): Section {
  const { seconds, cpu, memory, gpu } = use.series;
  const rows: string[][] = [
    [
      'CPU, cores busy',
      formatNumber(use.cpu.mean, 3),
      formatNumber(use.cpu.max, 3),
      String(environment.cpu.cores),
    ],
    ['Memory', formatBytes(use.memory.mean), formatBytes(use.memory.max), formatBytes(environment.memory)],
    ...use.gpus.flatMap(({ index, utilisation, memory: used }) => {
      const total = environment.gpus.find((g) => g.index === index)?.memory;
      return [
        ...(utilisation === undefined
          ? []
          : [[`GPU ${index}, busy`, formatPercent(utilisation.mean), formatPercent(utilisation.max), '']]),
        ...(used === undefined
          ? []
          : [
              [
                `GPU ${index}, memory`,
                formatBytes(used.mean),
                formatBytes(used.max),
                total === undefined ? '' : formatBytes(total),
              ],
            ]),
      ];
    }),
  ];
  const x = { label: 'seconds', values: seconds };
  const charts: Block[] =
    seconds.length < 3 || durationMs < shortestCharted
      ? []
      : [
          {
            kind: 'line-chart',
            title: 'Busy CPU cores',
            x,
            y: { label: 'cores', min: 0 },
            series: [{ name: 'CPU', values: cpu }],
          },
          {
            kind: 'line-chart',
            title: 'Memory',
            x,
            y: { label: 'GB', min: 0 },
            series: [{ name: 'memory', values: memory.map((bytes) => bytes / 1e9) }],
          },
          ...(gpu === undefined
            ? []
            : [
                {
                  kind: 'line-chart' as const,
                  title: 'GPU, mean of all',
                  x,
                  y: { label: 'share of time busy', min: 0, max: 1 },
                  series: [{ name: 'GPU', values: gpu }],
                },
              ]),
        ];
  const note = `${plural(use.samples, 'sample')} in ${formatDuration(durationMs)}, of the program and its children.`;
  return {
    title: 'Resources',
    folded: true,
    blocks: [table(['', 'Mean', 'Most', 'Machine'], rows), ...charts, { kind: 'paragraph', text: note }],
  };
}

function files({ files: made }: RunRecord): Section[] {
  if (made.length === 0) return [];
  const rows = made.map(({ path, bytes, sha256 }): Text[] => [
    path,
    formatInteger(bytes),
    [{ code: sha256.replace('sha256:', '') }],
  ]);
  return [{ ...section(`Files (${made.length})`, table(['File', 'Bytes', 'SHA-256'], rows)), folded: true }];
}

function table([first, ...rest]: readonly string[], rows: readonly (readonly Text[])[]): Table {
  return {
    kind: 'table',
    columns: [{ title: first! }, ...rest.map((title) => ({ title, align: 'right' as const }))],
    rows,
  };
}
