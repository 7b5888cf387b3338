import { defineAction } from '../definition.js';
import { boolean, integer, keyValues, list, path, text, token } from '../inputs.js';

export const definition = defineAction({
  name: 'evaluate-gate',
  description:
    'Evaluates a model on the hold-out data against the gates in model.yml, both absolute limits and comparisons with the champion on the same rows. The verdict is pass, fail or inconclusive, with reasons.',
  icon: 'check-circle',
  color: 'green',
  // The champion is found in deployments and releases; the comment goes to the pull request.
  permissions: { contents: 'read', deployments: 'read', 'pull-requests': 'write' },
  inputs: {
    model: path({ description: 'Path of the model spec.', default: 'model.yml' }),
    candidate: path({
      description:
        'Folder of the model to evaluate (the challenger). Default: `train.output` of the spec, where train-on-gpu-runner writes it.',
    }),
    predictions: path({
      description:
        'File with the challenger’s predictions for the hold-out rows (CSV, JSONL or Parquet), if an earlier step made them. Default: `evaluate.run` of the spec makes them.',
    }),
    repeats: list({
      description:
        'Models trained in the same way as the candidate, with other seeds: folders, or files with their predictions (paths or globs). The gate decides on all of them together. Only the candidate is released.',
    }),
    parameters: keyValues({
      description:
        'Parameters for the trainings of `evaluate.folds`, if train-on-gpu-runner ran with values other than `train.params`. One per line: `rounds=200`.',
    }),
    champion: path({
      description:
        'Folder of the model to compare with (the champion). Default: the version that is live in `champion-environment`, downloaded from its release.',
    }),
    'champion-predictions': path({
      description:
        'File with the champion’s predictions for the same rows, if an earlier step made them. Default: `evaluate.run` of the spec makes them.',
    }),
    'champion-environment': text({
      description: 'Environment whose live version is the champion.',
      default: 'production',
    }),
    seed: integer({
      description:
        'Random seed of the resampling. The same seed, data and models give exactly the same decision.',
      default: '1',
      min: 0,
    }),
    comment: boolean({
      description:
        'Whether to comment the report on the pull request of the run. Later runs update the same comment.',
      default: 'true',
    }),
    token: token(),
  },
  outputs: {
    verdict:
      '`pass`, `fail` or `inconclusive`. The step fails on `fail`, and on `inconclusive` unless the spec says `when-inconclusive: needs-review`.',
    reasons: 'The reasons, one per line, the most important first.',
    waived: 'The failures that a waiver of the spec covers, one per line. Empty if there are none.',
    'champion-version':
      'The version that the challenger was compared with, such as `1.2.0`. Empty if there was none.',
    result: 'Path of the decision record as JSON.',
    report: 'Path of the report as HTML.',
  },
});
