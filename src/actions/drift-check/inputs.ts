import { defineAction } from '../definition.js';
import { boolean, list, path, text, token } from '../inputs.js';

export const definition = defineAction({
  name: 'drift-check',
  description:
    'Compares current data with the data that the live model was trained on: says what moved and by how much, keeps one issue of it, and asks for retraining.',
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
        'What to compare with: one profile (a `.json` that validate-data wrote), or files of data. Default: `drift.reference` of the spec, else the profile in the release of the version that is live in `environment`.',
    }),
    environment: text({
      description: 'The environment whose live version brings the reference.',
      default: 'production',
    }),
    scope: text({
      description:
        'What is compared, in a word: `inputs`, `predictions`, a region. Each (model, scope) has an incident of its own.',
      default: 'inputs',
    }),
    issue: boolean({
      description: 'Keep an issue of the drift: opened, updated, reopened, and closed on recovery.',
      default: 'true',
    }),
    history: boolean({
      description:
        'Keep what this check found for the next ones, in a git ref of its own (`refs/mlops/history/…`): for charts, for alarms over several windows, and for drift-heartbeat. Needs `contents: write`; with `false`, `contents: read` is enough.',
      default: 'true',
    }),
    retrain: boolean({
      description:
        'Start the workflow that `drift.retrain` of the spec names when `drift.policy` says so, at most once in its cool-down. The issue remembers when that was last done, so this needs `issue: true`.',
      default: 'true',
    }),
    'fail-on-drift': boolean({
      description:
        'Let the step fail when an alarm is raised. By default it does not: a scheduled check that finds drift did its work, and the issue tells.',
      default: 'false',
    }),
    'otlp-endpoint': text({
      description:
        'Send the metrics there by OTLP over HTTP, as `https://collector:4318`. Default: the variable OTEL_EXPORTER_OTLP_ENDPOINT, with its headers in OTEL_EXPORTER_OTLP_HEADERS; without it they are only written to a file.',
    }),
    'ping-url': {
      ...text({
        description:
          'An address to call when the check came to its end, as healthchecks.io and others give it: they tell you when the calls stop. Best kept as a secret.',
      }),
      secret: true,
    },
    token: token(),
  },
  outputs: {
    verdict:
      '`pass` (nothing that matters changed), `fail` (drift, in this window), or `inconclusive` (too few rows to tell).',
    alarm:
      '`true` when what was found is an alarm by `drift.policy`: it was there in enough of the last windows.',
    'drifted-columns': 'Names of the columns that drifted, as a JSON list.',
    incident: 'Number of the issue; empty when there is none.',
    'retrain-requested': '`true` when this run asked for retraining.',
    metrics: 'Path of the metrics in Prometheus’ text format.',
    result: 'Path of the result as JSON.',
    report: 'Path of the report as HTML.',
  },
});
