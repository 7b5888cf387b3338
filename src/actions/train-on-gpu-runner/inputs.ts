import { defineAction } from '../definition.js';
import { boolean, duration, integer, keyValues, path, text } from '../inputs.js';

export const definition = defineAction({
  name: 'train-on-gpu-runner',
  description:
    'Runs the training program of a model: checks the GPUs, passes parameters and seed, monitors resources, resumes from checkpoints, and records inputs and results.',
  icon: 'cpu',
  color: 'green',
  permissions: { contents: 'read' },
  post: true,
  inputs: {
    model: path({ description: 'Path of the model spec.', default: 'model.yml' }),
    parameters: keyValues({
      description:
        'Parameters that override `train.params`, one per line: `rounds=200`. Only parameters in the spec are accepted, and they keep their types.',
    }),
    seed: integer({
      description: 'Random seed of the training. Default: `train.seed` of the spec, otherwise 0.',
      min: 0,
    }),
    'time-limit': duration({
      description:
        'The longest time that the training can take (`90s`, `10m`, `2h`). It is then stopped, and its checkpoint is saved. Default: `train.time-limit` of the spec, otherwise none.',
    }),
    gpus: integer({
      description:
        'The number of GPUs that the runner must have. Default: `train.gpus` of the spec. Select a runner that has them with `runs-on`.',
      min: 0,
    }),
    resume: boolean({
      description:
        'Whether to resume from the checkpoint of a cancelled or failed training that had the same commit, command, parameters, seed and data.',
      default: 'true',
    }),
    upload: boolean({
      description: 'Whether to upload the model folder and the run record as one artifact.',
      default: 'true',
    }),
    'artifact-name': text({ description: 'Name of the artifact. Default: `<model>-training`.' }),
  },
  outputs: {
    'model-folder': 'Folder of the trained model, relative to the workspace.',
    'artifact-name': 'Name of the artifact. If you download it into the workspace, all paths are correct.',
    'artifact-id': 'ID of the artifact.',
    duration: 'Duration of the training program in seconds.',
    metrics: 'What the program wrote to `MLOPS_METRICS`, as JSON.',
    resumed: '`true` when the training resumed from a checkpoint.',
    result: 'Path of the run record: parameters, seed, commit, data, machine, resources, metrics, files.',
    report: 'Path of the report as HTML.',
  },
});
