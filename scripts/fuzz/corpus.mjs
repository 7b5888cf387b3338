// Documents that are in order, for the fuzz to break.

/** As `mlops infer` would draft it, with rules of each kind. */
export const odcs = `apiVersion: v3.1.0
kind: DataContract
id: rows
version: 1.0.0
status: active
description:
  purpose: Rows to break.
schema:
  - name: rows
    logicalType: object
    quality:
      - type: library
        metric: rowCount
        mustBeGreaterThan: 0
      - type: library
        metric: duplicateValues
        arguments:
          properties: [id, text]
        mustBeLessThan: 100
        unit: percent
      - type: sql
        query: SELECT count(*) FROM {object} WHERE num > 100000
        mustBe: 0
    properties:
      - name: id
        logicalType: string
        required: true
        unique: true
        logicalTypeOptions:
          pattern: '^r[0-9]+$'
          minLength: 1
          maxLength: 20
        customProperties:
          - { property: role, value: id }
      - name: num
        logicalType: number
        logicalTypeOptions:
          minimum: -100000
          maximum: 100000
        quality:
          - type: library
            metric: nullValues
            mustBeLessOrEqualTo: 50
            unit: percent
      - name: text
        logicalType: string
      - name: flag
        logicalType: boolean
        required: true
      - name: day
        logicalType: date
        logicalTypeOptions:
          format: yyyy-MM-dd
      - name: place
        logicalType: string
        quality:
          - type: library
            metric: invalidValues
            arguments:
              validValues: [east, west, north]
            mustBe: 0
      - name: y
        logicalType: integer
        customProperties:
          - { property: role, value: label }
        logicalTypeOptions:
          minimum: 0
          maximum: 1
`;

export const frictionless = `$schema: https://datapackage.org/profiles/2.0/tableschema.json
fields:
  - name: id
    type: string
    constraints: { required: true, unique: true, pattern: 'r[0-9]+' }
  - name: num
    type: number
    constraints: { minimum: -100000, maximum: 100000 }
  - name: text
    type: string
    missingValues: ['', NA]
  - name: flag
    type: boolean
    trueValues: ['true', 'yes']
    falseValues: ['false', 'no']
  - name: day
    type: date
    format: '%Y-%m-%d'
  - name: place
    type: string
    constraints: { enum: [east, west, north] }
  - name: y
    type: integer
fieldsMatch: subset
missingValues: ['']
primaryKey: id
`;

export const dataPackage = `name: rows
resources:
  - name: rows
    path: t.csv
    schema:
      fields:
        - { name: id, type: string }
        - { name: num, type: number }
        - { name: y, type: integer, constraints: { required: true } }
      foreignKeys:
        - fields: id
          reference: { resource: '', fields: id }
`;

/** A spec that runs in the folder of a case. */
export const spec = `name: rows
task: binary-classification
data:
  contract: contract.yaml
  train: t.*
  holdout: h.*
  outliers: { budget: 20% }
train: { run: 'true' }
evaluate:
  run: 'true'
  label: y
  id: id
  score: p
  threshold: 0.5
  min-slice-rows: 5
  slices: [place, { column: num, ranges: [0] }]
  gates:
    - { metric: roc_auc, min: 0.5 }
    - { metric: log_loss, max: 9 }
drift:
  current: h.*
  reference: t.*
  multivariate: { rows: 60 }
`;

/** A spec that says as much as can be said, for the planner alone. */
export const wholeSpec = `name: rows
task: binary-classification
description: All that a spec can say.
license: Apache-2.0
data:
  contract: contract.yaml
  fetch: make data
  train: [t.csv, more/*.csv]
  holdout: h.csv
  leakage:
    giveaway: { columns: [num] }
  outliers:
    budget: 1%
    columns:
      num: { budget: 3% }
train:
  run: make model
  params: { rounds: 30, rate: 0.2, name: x, flag: true }
  seed: 7
  time-limit: 10m
evaluate:
  run: make predictions
  label: y
  positive: 1
  id: id
  score: p
  threshold: { maximise: f1 }
  group: place
  confidence: 0.95
  gates:
    - { metric: roc_auc, min: 0.62 }
    - { metric: log_loss, max-increase: 2%, versus: champion }
    - { metric: f1, max-drop: 0.1, baseline: base.csv, confidence: 0.9 }
    - { mean-of: cost, max: 5 }
  slices:
    - place
    - { column: num, ranges: [0, 100] }
    - [place, { column: num, quantiles: 3 }]
  slice-gates:
    - { metric: roc_auc, max-drop: 0.02, versus: champion }
  min-slice-rows: 50
  fairness:
    - { column: place, metric: selection_rate, max-difference: 0.1 }
  search: { columns: [place, text] }
  waivers:
    - { gate: roc_auc, reason: not yet, owner: me, until: 2030-01-01 }
  behaviour:
    invariance:
      - { columns: text, permute: true, max-share: 1% }
    minimum-functionality:
      - { file: cases.csv }
  importance: { together: { where: [place, text] } }
  serving:
    start: make serve
    ready: /healthz
    request: { path: /predict, columns: [num, place] }
    answer: p
    budgets: { start: 20s, p95: 500ms, memory: 500MB, size: 5MB }
release:
  files: [model.json, '*.mjs']
  bump: minor
rollout:
  target: { kind: command, start: a, set-weight: b, stop: c, status: d }
  guardrails:
    - { signal: error_rate, max-ratio: 1.5, negligible: 1% }
  environments:
    staging:
      steps: [100%]
    production:
      steps: [20%, 50%, 100%]
      interval: 1s
      bake: 60s
      production: true
      require-approval: environment
      signals: { kind: http, url: 'https://example.org/signals' }
drift:
  current: h.csv
  columns:
    day: { ignore: true }
  retrain: { workflow: model.yml }
`;

export const metrics = {
  roc_auc: 0.8,
  log_loss: { value: 0.4, 'standard-error': 0.01 },
  accuracy: { value: 0.8, lower: 0.7, upper: 0.9, confidence: 0.95 },
};
