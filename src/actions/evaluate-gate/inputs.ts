import { defineAction } from '../definition.js';
import { boolean, integer, keyValues, list, path, text, token } from '../inputs.js';

export const definition = defineAction({
  name: 'evaluate-gate',
  description:
    'Judges a model on the hold-out data by the rules in model.yml, by itself and against the champion on the same rows: pass, fail or inconclusive, with reasons.',
  icon: 'check-circle',
  color: 'green',
  // The champion is found in deployments and releases; the comment goes to the pull request.
  permissions: { contents: 'read', deployments: 'read', 'pull-requests': 'write' },
  inputs: {
    model: path({ description: 'Path of the model spec.', default: 'model.yml' }),
    candidate: path({
      description:
        'Folder of the model that is judged, the challenger. Default: `train.output` of the spec, where train-on-gpu-runner left it.',
    }),
    predictions: path({
      description:
        'File of the challenger’s predictions of the hold-out rows (CSV, JSONL or Parquet), where an earlier step made them. Default: `evaluate.run` of the spec makes them.',
    }),
    repeats: list({
      description:
        'Models that were trained as the candidate was, with other seeds: folders, or files of their predictions (paths or globs). The gate decides on all of them together; the candidate is the one that is released.',
    }),
    parameters: keyValues({
      description:
        'Parameters of the trainings that `evaluate.folds` asks for, where train-on-gpu-runner was given others than those of `train.params`, a line each: `rounds=200`.',
    }),
    champion: path({
      description:
        'Folder of the model that comparison rules compare with. Default: the version that is live in `champion-environment`, fetched from its release.',
    }),
    'champion-predictions': path({
      description:
        'File of the champion’s predictions of the same rows, where an earlier step made them. Default: `evaluate.run` of the spec makes them.',
    }),
    'champion-environment': text({
      description: 'Environment whose live version is the champion.',
      default: 'production',
    }),
    seed: integer({
      description:
        'Seed of the resampling: the same seed, data and models give the same decision, digit by digit.',
      default: '1',
      min: 0,
    }),
    comment: boolean({
      description:
        'Whether the report goes to the pull request that the run is for, as one comment that later runs bring up to date.',
      default: 'true',
    }),
    token: token(),
  },
  outputs: {
    verdict:
      '`pass`, `fail` or `inconclusive`. The step fails on `fail`, and on `inconclusive` unless the spec says `when-inconclusive: needs-review`.',
    reasons: 'The reasons, a line each, the most important first.',
    waived: 'What does not pass and is covered by a waiver of the spec, a line each; empty where nothing is.',
    'champion-version': 'The version that was compared with, such as `1.2.0`; empty when there was none.',
    result: 'Path of the decision record as JSON.',
    report: 'Path of the report as HTML.',
  },
});
