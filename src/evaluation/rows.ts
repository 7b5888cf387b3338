/** Labels and predictions of the same rows, in the order of the hold-out data. Every number is finite. */
export type EvaluationRows = BinaryRows | MulticlassRows | RegressionRows;

export interface BinaryRows {
  readonly task: 'binary-classification';
  /** 1 for the positive class. */
  readonly labels: Uint8Array;
  /** Probability of the positive class. */
  readonly scores: Float64Array;
  /** 1 where the score is at or above the threshold. */
  readonly predicted: Uint8Array;
}

export interface MulticlassRows {
  readonly task: 'multiclass-classification';
  /** Every class that a label or a prediction names. Labels and predictions are indexes into it. */
  readonly classes: readonly string[];
  readonly labels: Uint16Array;
  readonly predicted: Uint16Array;
  /** Row by row, a probability for each class; absent when the predictions give classes only. */
  readonly probabilities?: Float64Array;
}

export interface RegressionRows {
  readonly task: 'regression';
  readonly targets: Float64Array;
  readonly predicted: Float64Array;
}

export function rowCount(rows: EvaluationRows): number {
  return rows.predicted.length;
}

/** The rows at these places, for a slice. */
export function takeRows(rows: EvaluationRows, places: Uint32Array): EvaluationRows {
  const pick = <A extends Float64Array | Uint8Array | Uint16Array>(from: A): A => {
    const taken = new (from.constructor as new (length: number) => A)(places.length);
    for (let i = 0; i < places.length; i++) taken[i] = from[places[i]!]!;
    return taken;
  };
  switch (rows.task) {
    case 'binary-classification':
      return {
        ...rows,
        labels: pick(rows.labels),
        scores: pick(rows.scores),
        predicted: pick(rows.predicted),
      };
    case 'regression':
      return { ...rows, targets: pick(rows.targets), predicted: pick(rows.predicted) };
    case 'multiclass-classification': {
      const { probabilities, classes } = rows;
      const taken = { ...rows, labels: pick(rows.labels), predicted: pick(rows.predicted) };
      if (probabilities === undefined) return taken;
      const k = classes.length;
      const kept = new Float64Array(places.length * k);
      for (let i = 0; i < places.length; i++) {
        kept.set(probabilities.subarray(places[i]! * k, (places[i]! + 1) * k), i * k);
      }
      return { ...taken, probabilities: kept };
    }
  }
}

/** Classes as a confusion matrix sees them; undefined for a regression. */
export interface Classified {
  readonly classes: number;
  readonly labels: Uint8Array | Uint16Array;
  readonly predicted: Uint8Array | Uint16Array;
}

export function classified(rows: EvaluationRows): Classified | undefined {
  if (rows.task === 'regression') return undefined;
  const classes = rows.task === 'binary-classification' ? 2 : rows.classes.length;
  return { classes, labels: rows.labels, predicted: rows.predicted };
}
