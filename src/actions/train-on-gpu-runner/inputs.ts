import { defineAction } from '../definition.js';
import { boolean, duration, integer, keyValues, path, text } from '../inputs.js';

export const definition = defineAction({
  name: 'train-on-gpu-runner',
  description:
    'Trains a model by its own program: checks the GPUs, passes parameters and seed, watches what it uses, resumes from checkpoints, and records what came out of what.',
  icon: 'cpu',
  color: 'green',
  permissions: { contents: 'read' },
  post: true,
  inputs: {
    model: path({ description: 'Path of the model spec.', default: 'model.yml' }),
    parameters: keyValues({
      description:
        'Parameters other than those of `train.params`, a line each: `rounds=200`. Only parameters that the spec names; they keep its types.',
    }),
    seed: integer({
      description: 'Seed of the training. Default: `train.seed` of the spec, else 0.',
      min: 0,
    }),
    'time-limit': duration({
      description:
        'The training is ended after this time (`90s`, `10m`, `2h`), and its checkpoint is saved. Default: `train.time-limit` of the spec, else none.',
    }),
    gpus: integer({
      description:
        'GPUs that the runner must have. Default: `train.gpus` of the spec. The label of a runner that has them goes into `runs-on`.',
      min: 0,
    }),
    resume: boolean({
      description:
        'Go on from the checkpoint that a cancelled or failed training left, where commit, command, parameters, seed and data are the same.',
      default: 'true',
    }),
    upload: boolean({
      description: 'Upload the model’s folder and the run record as one artifact.',
      default: 'true',
    }),
    'artifact-name': text({ description: 'Name of the artifact. Default: `<model>-training`.' }),
  },
  outputs: {
    'model-folder': 'Folder of the trained model, relative to the workspace.',
    'artifact-name': 'Name of the artifact; download it into the workspace and all paths are right.',
    'artifact-id': 'Id of the artifact.',
    duration: 'Seconds that the program ran.',
    metrics: 'What the program wrote to `MLOPS_METRICS`, as JSON.',
    resumed: '`true` when the training went on from a checkpoint.',
    result: 'Path of the run record: parameters, seed, commit, data, machine, resources, metrics, files.',
    report: 'Path of the report as HTML.',
  },
});
