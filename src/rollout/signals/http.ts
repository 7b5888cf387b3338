import * as v from 'valibot';
import { UserError, messageOf } from '../../common/errors.js';
import { ownValue } from '../../common/own.js';
import { record } from '../../common/record-schema.js';
import { nearest } from '../../common/text.js';
import type { Trouble } from '../engine.js';
import type { Arm } from '../state.js';

/** One answer of a signal source. */
export type Reading =
  | {
      readonly kind: 'counts';
      readonly arms: readonly { readonly name: string; readonly version: string; readonly counts: Arm }[];
      readonly weight: number | undefined;
    }
  | { readonly kind: 'trouble'; readonly trouble: Trouble };

export interface Signals {
  read(signal?: AbortSignal): Promise<Reading>;
}

const counter = v.pipe(v.number(), v.integer(), v.minValue(0));
/** Beside the two that every arm has, whatever counts the source keeps. */
const armSchema = v.pipe(
  record(v.string(), v.union([counter, v.string()])),
  v.transform((arm) => ({
    version: ownValue(arm, 'version'),
    requests: ownValue(arm, 'requests'),
    events: Object.fromEntries(
      Object.entries(arm).filter(([name, n]) => name !== 'requests' && typeof n === 'number'),
    ),
  })),
  v.object({ version: v.string(), requests: counter, events: record(v.string(), counter) }),
);
const answerSchema = v.object({
  schemaVersion: v.literal(1),
  arms: v.object({
    champion: v.nullish(armSchema),
    challenger: v.nullish(armSchema),
  }),
  /** The challenger's share of the traffic, where the source knows it. */
  weight: v.nullish(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
});

const largestAnswer = 1 << 20;

/**
 * A URL that answers cumulative counters as JSON:
 * `{"schemaVersion": 1, "arms": {"champion": {"version", "requests", "<event>": n}, "challenger": {…}}, "weight": 0.1}`.
 * @param url may hold `${NAME}`, taken from `environment`
 * @throws UserError when the URL names a variable that is not set, or is no http(s) URL
 */
export function httpSignals(options: {
  readonly url: string;
  readonly timeoutMs?: number;
  readonly environment: Readonly<Record<string, string>>;
}): Signals {
  const { timeoutMs = 10_000 } = options;
  const url = expandUrl(options.url, options.environment);
  return { read: (signal) => read(url, timeoutMs, signal) };
}

function expandUrl(template: string, environment: Readonly<Record<string, string>>): URL {
  const expanded = template.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => {
    const value = ownValue(environment, name);
    if (value !== undefined && value !== '') return value;
    const near = nearest(name, Object.keys(environment));
    throw new UserError({
      message: `the signals' URL ${template} needs the variable ${name}, which is not set`,
      remedy: near === undefined ? `set it under \`env:\` of the step or job` : `did you mean ${near}?`,
    });
  });
  const url = URL.canParse(expanded) ? new URL(expanded) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new UserError({
      message: `the signals' URL ${template} is not an http or https URL`,
      remedy: 'write it as https://host/path',
    });
  }
  return url;
}

async function read(url: URL, timeoutMs: number, cancelled?: AbortSignal): Promise<Reading> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = cancelled === undefined ? timeout : AbortSignal.any([timeout, cancelled]);
  let text: string;
  try {
    const response = await fetch(url, {
      signal,
      redirect: 'follow',
      headers: { accept: 'application/json' },
    });
    if (!response.ok) {
      await response.body?.cancel();
      return trouble('status', `the signal source answers ${response.status}`);
    }
    const body = await bodyOf(response);
    if (body === undefined) return trouble('malformed', 'the signal source answers more than 1 MiB');
    text = body;
  } catch (error) {
    cancelled?.throwIfAborted();
    if (timeout.aborted) {
      return trouble('timeout', `the signal source did not answer within ${timeoutMs} ms`);
    }
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    return trouble('unreachable', `the signal source cannot be reached (${messageOf(cause)})`);
  }
  return parseAnswer(text);
}

async function bodyOf(response: Response): Promise<string | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.byteLength;
    if (size > largestAnswer) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Checks one answer: whatever is wrong with it is trouble with the telemetry, never a rate. */
export function parseAnswer(text: string): Reading {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return trouble('not-json', 'the signal source does not answer JSON');
  }
  const parsed = v.safeParse(answerSchema, value);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const path = issue.path?.map((item) => String(item.key)).join('.') ?? '';
    return trouble(
      'malformed',
      `the signal source's answer is wrong at ${path || 'its root'}: ${issue.message}`,
    );
  }
  const arms = [];
  for (const name of ['champion', 'challenger'] as const) {
    const arm = parsed.output.arms[name];
    if (arm === null || arm === undefined) continue;
    const { version, requests, events } = arm;
    for (const [event, n] of Object.entries(events)) {
      if (n > requests) {
        return trouble(
          'malformed',
          `the signal source counts ${n} ${event} of ${requests} requests on the ${name}`,
        );
      }
    }
    arms.push({ name, version: version.replace(/^v/, ''), counts: { requests, events } });
  }
  return { kind: 'counts', arms, weight: parsed.output.weight ?? undefined };
}

const trouble = (kind: Trouble['kind'], message: string): Reading => ({
  kind: 'trouble',
  trouble: { kind, message },
});
