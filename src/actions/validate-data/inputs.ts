import { defineAction } from '../definition.js';
import { boolean, choice, duration, integer, list, path, text } from '../inputs.js';

export const definition = defineAction({
  name: 'validate-data',
  description:
    'Validates the training and hold-out data of a model: checks them against the data contract, for leakage and for outliers, reports the affected rows by file and line, and writes digests and a profile of the data.',
  icon: 'check-square',
  color: 'blue',
  permissions: { contents: 'read' },
  inputs: {
    model: path({
      description: 'Path of the model spec. It names the data contract and the data.',
      default: 'model.yml',
    }),
    contract: path({
      description:
        'Data contract to use instead of the one in the model spec: an ODCS 3.0 or 3.1 file, relative to the workspace. `file.yaml#table` selects one table of a contract that describes several.',
    }),
    train: list({
      description:
        'Files of the training data to use instead of those in the model spec: globs relative to the workspace, separated by commas or newlines. CSV, TSV, JSONL (also .gz and .zst) and Parquet.',
    }),
    holdout: list({
      description: 'Files of the hold-out data to use instead of those in the model spec, as for `train`.',
    }),
    engine: choice({
      description:
        'The engine that reads the data: `duckdb` (on the runner) or `spark` (on the cluster that `data.spark.submit` of the model spec connects to; paths are then resolved by Spark). Default: `data.engine` of the spec, otherwise `duckdb`.',
      choices: ['duckdb', 'spark'],
    }),
    shard: text({
      description:
        'Validate only one shard of the training data: `3/8` is the third of eight. The files are assigned to shards by size. Each shard reads all of the hold-out data. A shard has no verdict of its own: merge-profiles merges all shards.',
    }),
    'shard-by': choice({
      description:
        'How the training data is split into shards: `files` (this action assigns the existing files) or `fetch` (`data.fetch` of the model spec reads `MLOPS_SHARD` and downloads only that part).',
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
        'The maximum number of findings shown as annotations in the log. The report and the result contain all findings.',
      default: '10',
      min: 0,
      max: 50,
    }),
    profile: boolean({
      description:
        'Whether to write a profile of each data set. drift-check compares later data with this profile.',
      default: 'true',
    }),
    leakage: boolean({
      description:
        'Whether to check for leakage from the training data into the hold-out data, or from the label into the features. `data.leakage` in the model spec disables single checks, with a reason.',
      default: 'true',
    }),
    outliers: boolean({
      description:
        'Whether to check for outliers. `data.outliers` in the model spec sets how many are allowed.',
      default: 'true',
    }),
    'sql-time-limit': duration({
      description:
        'The longest time that one SQL rule of the contract can take, such as 90s, 10m or 2h. The step then fails and names the rule.',
      default: '5m',
    }),
    identity: boolean({
      description:
        'Whether to compute the logical digest and the DVC digest of each data set, and to describe both data sets as Croissant JSON-LD.',
      default: 'true',
    }),
  },
  outputs: {
    verdict: '`pass` or `fail`; for a shard, `inconclusive`.',
    rows: 'Rows of the training data.',
    'holdout-rows': 'Rows of the hold-out data.',
    digest: 'Digest of the training data, `sha256:…`, over the names and contents of its files.',
    'holdout-digest': 'Digest of the hold-out data.',
    'logical-digest':
      'Digest of the content of the training data, `logical1:…`: the same whatever the order of the rows, the number of the files or their format.',
    'holdout-logical-digest': 'Logical digest of the hold-out data.',
    errors: 'Number of findings of severity error.',
    warnings: 'Number of findings of severity warning.',
    profile: 'Path of the profile of the training data (JSON).',
    'holdout-profile': 'Path of the profile of the hold-out data (JSON).',
    croissant: 'Path of the description of both data sets as Croissant JSON-LD.',
    result: 'Path of the result as JSON.',
    report: 'Path of the report as HTML.',
  },
});
