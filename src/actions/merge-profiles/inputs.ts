import { defineAction } from '../definition.js';
import { choice, integer, list, path } from '../inputs.js';

export const definition = defineAction({
  name: 'merge-profiles',
  description:
    'Merges the results of validate-data for the shards of a data set (profiles, counts of findings, digests) into one profile and one verdict.',
  icon: 'layers',
  color: 'blue',
  permissions: { contents: 'read' },
  inputs: {
    model: path({
      description: 'Path of the model spec. It names the data contract that the shards together must meet.',
      default: 'model.yml',
    }),
    contract: path({
      description:
        'Data contract to use instead of the one in the model spec: the one that validate-data was given.',
    }),
    from: list({
      description:
        'The results of validate-data for each shard: paths or globs of `shard.json`, with the files next to it, separated by commas or newlines.',
      default: 'shards/*/shard.json',
    }),
    shards: integer({
      description:
        'The expected number of shards. Default: the number that the shards themselves state. A missing or duplicate shard is always an error.',
      min: 1,
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
  },
  outputs: {
    verdict: '`pass` or `fail`.',
    rows: 'Rows of the training data, of all shards together.',
    'holdout-rows': 'Rows of the hold-out data.',
    digest:
      'Digest of the training data, `sha256:…`, over the names and contents of its files: the same as without shards.',
    'holdout-digest': 'Digest of the hold-out data.',
    'logical-digest':
      'Digest of the content of the training data, `logical1:…`: the same as without shards, where every shard was identified.',
    'holdout-logical-digest': 'Logical digest of the hold-out data.',
    errors: 'Number of findings of severity error.',
    warnings: 'Number of findings of severity warning.',
    profile: 'Path of the profile of the training data (JSON).',
    'holdout-profile': 'Path of the profile of the hold-out data (JSON).',
    croissant: 'Path of the description of both data sets as Croissant JSON-LD.',
    shards: 'Number of merged shards.',
    result: 'Path of the result as JSON.',
    report: 'Path of the report as HTML.',
  },
});
