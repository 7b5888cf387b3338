import * as v from 'valibot';

/** What an incident remembers from one run to the next: it stands in the issue itself, for all to see. */
const stateSchema = v.strictObject({
  /** What is in the incident: `column:<name>` or `section:<name>`. */
  subjects: v.array(v.string()),
  /** How large the change of a column was when it alarmed, in multiples of what matters: what a recovery must rule out. */
  sizes: v.optional(
    v.array(v.strictObject({ subject: v.string(), of: v.string(), size: v.pipe(v.number(), v.minValue(0)) })),
  ),
  /** Runs in a row that found all of them in order. */
  okRuns: v.number(),
  /** The run that wrote this. */
  run: v.number(),
  /** Comments so far: they end at a limit, the text above goes on being current. */
  comments: v.number(),
  /** `asking` until the request is known to have been taken. */
  retrain: v.optional(
    v.strictObject({ at: v.string(), status: v.picklist(['asking', 'asked']), run: v.optional(v.number()) }),
  ),
});

export type IncidentState = v.InferOutput<typeof stateSchema>;

const mark = /<!-- mlops-actions-state:(\{.*\}) -->/;

/** As a hidden line; names of columns cannot end it. */
export function writeState(state: IncidentState): string {
  const json = JSON.stringify(state).replace(
    /[<>-]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `<!-- mlops-actions-state:${json} -->`;
}

/** Undefined where there is none, or where someone edited it into something else. */
export function readState(body: string): IncidentState | undefined {
  const found = mark.exec(body);
  if (found === null) return undefined;
  try {
    const parsed = v.safeParse(stateSchema, JSON.parse(found[1]!));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
