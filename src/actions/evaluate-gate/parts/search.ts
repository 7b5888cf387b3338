import type { EvaluateSpec } from '../../../evaluation/labels.js';
import { searchSentences } from '../../../evaluation/search/sentences.js';
import type { GateContext } from '../context.js';
import { searchReport } from '../report/search.js';
import type { GatePart, PartOutcome } from '../sections.js';

/** Slices where the model is worse, though nobody named them. */
export const searchPart: GatePart<'search'> = {
  key: 'search',
  // It reads its columns by itself, a few at a time.
  columns: ({ search }) => search && [],
  decide,
  report: searchReport,
};

async function decide(context: GateContext): Promise<PartOutcome<'search'> | undefined> {
  const { spec, inputs, engine, holdout, challenger, champion, search } = context;
  if (search === undefined) return undefined;
  const { readSearchColumns } = await import('../../../evaluation/search/read.js');
  const { searchSlices } = await import('../../../evaluation/search/search.js');
  const { evaluate } = spec.value;
  const minRows = evaluate['min-slice-rows'];
  const columns = await readSearchColumns(engine, holdout, {
    names: search.spec.columns,
    except: usedOtherwise(evaluate),
    minRows,
  });
  const { metric, by } =
    search.searched.find((one) => one.by.missing(challenger.rows) === undefined) ?? search.searched[0]!;
  const record = searchSlices(columns, challenger.rows, champion?.rows, {
    metric,
    by,
    minRows,
    thresholds: {
      rest: search.spec['worse-than-rest'] ?? null,
      champion: search.spec['worse-than-champion'] ?? search.marginOf(metric),
    },
    fail: search.spec.fail,
    confidence: evaluate.confidence,
    seed: inputs.seed,
  });
  return {
    verdict: !record.fail ? null : record.findings.length > 0 ? 'fail' : 'pass',
    reasons: searchSentences(record, champion?.name ?? '', evaluate.confidence),
    record,
  };
}

/** What is no property of a row that a slice could be made of. */
function usedOtherwise(evaluate: EvaluateSpec): string[] {
  const { label, labels, id, group, query } = evaluate;
  return [label, ...Object.values(labels ?? {}), id, group, query, evaluate['sample-weight']].filter(
    (name) => name !== undefined,
  );
}
