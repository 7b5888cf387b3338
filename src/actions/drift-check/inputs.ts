import { defineAction } from '../definition.js';
import { boolean, list, path, text, token } from '../inputs.js';

export const definition = defineAction({
  name: 'drift-check',
  description:
    'Compares current data with the training data of the live model. Reports which columns drifted and by how much, maintains one issue, and can start retraining.',
  icon: 'activity',
  color: 'purple',
  permissions: { contents: 'write', deployments: 'read', issues: 'write', actions: 'write' },
  inputs: {
    model: path({ description: 'Path of the model spec.', default: 'model.yml' }),
    current: list({
      description:
        'Files of current data (paths or globs, CSV, JSONL or Parquet). Default: `drift.current` of the spec.',
    }),
    reference: list({
      description:
        'The reference data: one profile (a `.json` file that validate-data wrote), or data files. Default: `drift.reference` of the spec, otherwise the profile in the release of the version that is live in `environment`.',
    }),
    environment: text({
      description: 'The environment whose live version provides the reference.',
      default: 'production',
    }),
    scope: text({
      description:
        'A short name for what is compared, such as `inputs`, `predictions` or a region. Each combination of model and scope has its own issue.',
      default: 'inputs',
    }),
    issue: boolean({
      description:
        'Whether to maintain an issue: the action opens, updates and reopens it, and closes it on recovery.',
      default: 'true',
    }),
    history: boolean({
      description:
        'Whether to save the result of this check in a git ref (`refs/mlops/history/…`). Charts, alarms over several windows and drift-heartbeat need it. Requires `contents: write`; with `false`, `contents: read` is sufficient.',
      default: 'true',
    }),
    retrain: boolean({
      description:
        'Whether to start the workflow in `drift.retrain` of the spec when `drift.policy` requires it, at most once per cool-down. The issue records the last start, so this requires `issue: true`.',
      default: 'true',
    }),
    'fail-on-drift': boolean({
      description:
        'Whether the step fails when an alarm is raised. By default it does not: detecting drift is not a failure, and the issue reports it.',
      default: 'false',
    }),
    'otlp-endpoint': text({
      description:
        'Endpoint to send the metrics to by OTLP over HTTP, such as `https://collector:4318`. Default: the environment variable OTEL_EXPORTER_OTLP_ENDPOINT, with the headers in OTEL_EXPORTER_OTLP_HEADERS. Without an endpoint, the metrics are only written to a file.',
    }),
    'ping-url': {
      ...text({
        description:
          'URL to request when the check has completed, as provided by healthchecks.io and similar services, which notify you when the requests stop. Store it as a secret.',
      }),
      secret: true,
    },
    token: token(),
  },
  outputs: {
    verdict:
      '`pass` (no relevant change), `fail` (drift in this window), or `inconclusive` (too few rows to decide).',
    alarm:
      '`true` when the drift is an alarm according to `drift.policy`: it was found in enough of the last windows.',
    'drifted-columns': 'Names of the columns that drifted, as a JSON list.',
    incident: 'Number of the issue; empty when there is none.',
    'retrain-requested': '`true` when this run started retraining.',
    metrics: 'Path of the metrics in the Prometheus text format.',
    result: 'Path of the result as JSON.',
    report: 'Path of the report as HTML.',
  },
});
