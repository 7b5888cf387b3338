import { defineAction } from '../definition.js';
import { boolean, choice, duration, integer, list, path, text } from '../inputs.js';

export const definition = defineAction({
  name: 'validate-data',
  description:
    'Checks the training and hold-out data of a model against its data contract, against each other and for outliers, names the offending rows by file and line, and writes digests and a profile of the data.',
  icon: 'check-square',
  color: 'blue',
  permissions: { contents: 'read' },
  inputs: {
    model: path({
      description: 'The model spec. It names the data contract and the data.',
      default: 'model.yml',
    }),
    contract: path({
      description:
        'Data contract to use instead of the one in the model spec: an ODCS 3.0 or 3.1 file, relative to the workspace. `file.yaml#table` picks a table where it describes several.',
    }),
    train: list({
      description:
        'Files of the training data to use instead of those in the model spec: globs relative to the workspace, separated by commas or lines. CSV, TSV, JSONL (also .gz and .zst) and Parquet.',
    }),
    holdout: list({
      description: 'Files of the hold-out data to use instead of those in the model spec, as for `train`.',
    }),
    engine: choice({
      description:
        'Who reads the data: `duckdb` (on this machine) or `spark` (the cluster that `data.spark.submit` of the model spec reaches; paths are then Spark’s). Default: `data.engine` of the spec, else `duckdb`.',
      choices: ['duckdb', 'spark'],
    }),
    shard: text({
      description:
        'Look at one part of the training data, as `3/8`: the third of eight. Its files are dealt out by size; the hold-out data is read whole. A shard passes no verdict: merge-profiles joins all of them.',
    }),
    'shard-by': choice({
      description:
        'Who cuts the training data into shards: `files` (this action, from the files that are there) or `fetch` (`data.fetch` of the model spec, which is told the shard in `MLOPS_SHARD` and brings that part alone).',
      choices: ['files', 'fetch'],
      default: 'files',
    }),
    'fail-on': choice({
      description:
        'What makes the step fail: `error` (a finding of severity error), `warning` (any finding) or `never`. The verdict is `fail` whenever there is an error.',
      choices: ['error', 'warning', 'never'],
      default: 'error',
    }),
    'max-findings': integer({
      description:
        'How many findings are shown as annotations in the log. The report and the result hold all of them.',
      default: '10',
      min: 0,
      max: 50,
    }),
    profile: boolean({
      description:
        'Whether to write a profile of each data set: the reference that drift-check compares later data with.',
      default: 'true',
    }),
    leakage: boolean({
      description:
        'Whether to look for what leaks from train into holdout, or out of the label into the features. `data.leakage` in the model spec switches single checks off, with a reason.',
      default: 'true',
    }),
    outliers: boolean({
      description:
        'Whether to look for outliers; `data.outliers` in the model spec says how many there may be.',
      default: 'true',
    }),
    'sql-time-limit': duration({
      description:
        'How long one rule of the contract with SQL of its own may take, as 90s, 10m or 2h: then the step fails and names the rule.',
      default: '5m',
    }),
    identity: boolean({
      description:
        'Whether to name each data set by its content (logical digest) and as DVC does, and to describe both as Croissant JSON-LD.',
      default: 'true',
    }),
  },
  outputs: {
    verdict: '`pass` or `fail`; of a shard `inconclusive`.',
    rows: 'Rows of the training data.',
    'holdout-rows': 'Rows of the hold-out data.',
    digest: 'Digest of the training data, `sha256:…`, over the names and contents of its files.',
    'holdout-digest': 'Digest of the hold-out data.',
    'logical-digest':
      'Digest of the content of the training data, `logical1:…`: the same whatever the order of the rows, the number of the files or their format.',
    'holdout-logical-digest': 'Logical digest of the hold-out data.',
    errors: 'How many findings of severity error there are.',
    warnings: 'How many findings of severity warning there are.',
    profile: 'Path of the profile of the training data (JSON).',
    'holdout-profile': 'Path of the profile of the hold-out data (JSON).',
    croissant: 'Path of the description of both data sets as Croissant JSON-LD.',
    result: 'Path of the result as JSON.',
    report: 'Path of the report as HTML.',
  },
});
