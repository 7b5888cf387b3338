import type { Metric } from './metrics.js';

/**
 * The Prometheus text format, for the textfile collector of node_exporter, a Pushgateway or any scraper of files:
 * no timestamps, which the collector refuses, and one family after the other.
 * Source: prometheus.io/docs/instrumenting/exposition_formats, version 0.0.4.
 */
export function prometheusText(metrics: readonly Metric[]): string {
  return metrics
    .map(({ name, help, points }) =>
      [
        `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`,
        `# TYPE ${name} gauge`,
        ...points.map(({ labels, value }) => `${name}{${labelText(labels)}} ${numberText(value)}`),
        '',
      ].join('\n'),
    )
    .join('');
}

/** Names of columns are labels: whatever they hold stays on its line. */
function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escape(value)}"`)
    .join(',');
}

function escape(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? String(value) : value > 0 ? '+Inf' : '-Inf';
}
