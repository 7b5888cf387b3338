import { nearest } from '../../common/text.js';
import type { Verdict } from '../../common/verdict.js';
import type { WaiversRecord } from '../../formats/decision-policy.js';
import type { WaiverSpec } from '../../spec/sections/evaluate-policy.js';

/** Something that is decided, and that a waiver can name. */
export interface Claim {
  /** What a waiver may call it; the first is how reports do. */
  readonly names: readonly string[];
  readonly verdict: Verdict | null;
  /** Why, as a sentence without a full stop. */
  readonly reason: string;
}

export interface WaiversOutcome {
  /** Undefined where the spec waives nothing. */
  readonly record?: WaiversRecord;
  /** Sentences: what waivers do wrong, what they cover, and which are not needed. */
  readonly fail: readonly string[];
  readonly waived: readonly string[];
  readonly notes: readonly string[];
  /** How reports call what does not count. */
  readonly covered: readonly string[];
}

/**
 * Waivers of one decision. Each claim is shown to them once; at the end, those that named nothing are known.
 * A waiver holds through its last day; after that the gate fails until somebody takes it out or renews it.
 */
export class Waivers {
  private readonly specs: readonly WaiverSpec[];
  private readonly day: string;
  private readonly names = new Set<string>();
  private readonly met = new Set<WaiverSpec>();
  private readonly covers = new Map<WaiverSpec, Claim[]>();

  /** @param day in UTC, as `2026-12-31` */
  constructor(specs: readonly WaiverSpec[] = [], day = '') {
    this.specs = specs;
    this.day = day;
  }

  /** Whether a claim does not count, though it does not pass. */
  cover(claim: Claim): boolean {
    for (const name of claim.names) this.names.add(name);
    const named = this.specs.filter(({ gate }) => claim.names.includes(gate));
    for (const spec of named) this.met.add(spec);
    if (claim.verdict === null || claim.verdict === 'pass') return false;
    const holding = named.find((spec) => this.day <= spec.until);
    if (holding === undefined) return false;
    this.covers.set(holding, [...(this.covers.get(holding) ?? []), claim]);
    return true;
  }

  /** What came of them, after the last claim. */
  settle(): WaiversOutcome {
    const [fail, waived, notes]: [string[], string[], string[]] = [[], [], []];
    const list: WaiversRecord['list'] = [];
    for (const spec of this.specs) {
      const covered = this.covers.get(spec) ?? [];
      const state = this.stateOf(spec, covered.length);
      const { gate, by, until, reason } = spec;
      list.push({ gate, reason, by, until, state, covers: covered.map(({ names }) => names[0]!) });
      if (state === 'expired') {
        fail.push(
          `The waiver of "${gate}" by ${by} ended on ${until}: fix what it covered and remove it, or renew it in a reviewed change`,
        );
      } else if (state === 'unknown') {
        const near = nearest(gate, this.names);
        fail.push(
          `The waiver of "${gate}" by ${by} names nothing that this gate decides${near === undefined ? '' : `: did you mean "${near}"?`}`,
        );
      } else if (state === 'unneeded') {
        notes.push(
          `The waiver of "${gate}" by ${by} is not needed, since nothing that it names fails: remove it`,
        );
      }
      for (const claim of covered) {
        waived.push(`Waived by ${by} until ${until} (${reason}): ${claim.reason}`);
      }
    }
    return {
      ...(list.length > 0 && { record: { day: this.day, list } }),
      fail,
      waived,
      notes,
      covered: list.flatMap(({ covers }) => covers),
    };
  }

  private stateOf(spec: WaiverSpec, covered: number): WaiversRecord['list'][number]['state'] {
    if (!this.met.has(spec)) return 'unknown';
    if (this.day > spec.until) return 'expired';
    return covered > 0 ? 'holds' : 'unneeded';
  }
}

/** The day of a time, in UTC. */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}
