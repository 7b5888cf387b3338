import type { Problem } from '../common/errors.js';
import { listNames, nearest } from '../common/text.js';
import { groupsOf } from '../spec/sections/evaluate-fairness.js';
import type { SliceDefinition } from '../spec/sections/evaluate-slices.js';
import type { LoadedSpec } from '../spec/load.js';
import { sliceColumns } from '../evaluation/slices/define.js';

/** A column of the hold-out data that model.yml names, and where. */
export interface NamedColumn {
  readonly name: string;
  /** Keys of model.yml that lead to it. */
  readonly path: readonly (string | number)[];
}

/** Every column of the hold-out data that `evaluate` names. */
export function namedColumns({ value: { evaluate } }: LoadedSpec): NamedColumn[] {
  const at = (path: readonly (string | number)[], names: string | readonly string[] = []): NamedColumn[] =>
    [names].flat().map((name) => ({ name, path: ['evaluate', ...path] }));
  const cut = (key: string, definitions: readonly SliceDefinition[]): NamedColumn[] =>
    definitions.flatMap((definition, i) => at([key, i], sliceColumns([definition])));
  const { behaviour, importance, search, fairness = [] } = evaluate;
  return [
    ...(['label', 'id', 'query', 'sample-weight', 'group'] as const).flatMap((key) =>
      at([key], evaluate[key]),
    ),
    ...Object.entries(evaluate.labels ?? {}).flatMap(([name, column]) => at(['labels', name], column)),
    ...cut('slices', evaluate.slices),
    ...cut('fairness', fairness.map(groupsOf)),
    ...at(['search', 'columns'], typeof search === 'object' ? search.columns : []),
    ...(['invariance', 'robustness'] as const).flatMap((kind) =>
      (behaviour?.[kind] ?? []).flatMap(({ columns }, i) => at(['behaviour', kind, i, 'columns'], columns)),
    ),
    ...(behaviour?.direction ?? []).flatMap(({ column }, i) =>
      at(['behaviour', 'direction', i, 'column'], column),
    ),
    ...at(['importance', 'columns'], importance?.columns),
    ...Object.entries(importance?.together ?? {}).flatMap(([name, columns]) =>
      at(['importance', 'together', name], columns),
    ),
  ];
}

/** Columns that are named and not among those that are known, each at its place. @param who such as "the hold-out data have" */
export function unknownColumns(
  spec: LoadedSpec,
  named: readonly NamedColumn[],
  known: readonly string[],
  who: string,
): Problem[] {
  const there = new Set(known);
  return named
    .filter(({ name }) => !there.has(name))
    .map(({ name, path }) => {
      const near = nearest(name, known);
      return {
        message: `${path.join('.')}: ${who} no column "${name}"`,
        where: spec.at(path),
        remedy: near === undefined ? `the columns are ${listNames(known)}` : `did you mean "${near}"?`,
      };
    });
}
