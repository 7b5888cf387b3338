import { UserError, messageOf } from '../../common/errors.js';
import type { Metric } from './metrics.js';

/** Where metrics go, by OpenTelemetry's own variables; undefined when none is named. */
export interface OtlpTarget {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

type Environment = Readonly<Record<string, string | undefined>>;
const set = (value: string | undefined): string | undefined => (value === '' ? undefined : value);

/**
 * Reads the target from an input or from the environment (opentelemetry.io/docs/specs/otel/protocol/exporter).
 * @param endpoint base address, to which `/v1/metrics` is added; instead of OTEL_EXPORTER_OTLP_ENDPOINT
 * @throws UserError when the address is not http(s), or when a header is not `name=value`
 */
export function otlpTarget(endpoint: string | undefined, environment: Environment): OtlpTarget | undefined {
  if (environment.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return undefined;
  const whole = endpoint === undefined ? set(environment.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT) : undefined;
  const base = endpoint ?? set(environment.OTEL_EXPORTER_OTLP_ENDPOINT);
  const address = whole ?? (base === undefined ? undefined : `${base.replace(/\/+$/, '')}/v1/metrics`);
  if (address === undefined) return undefined;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new UserError({
      message: 'the address for OpenTelemetry is not an http or https URL',
      remedy: 'write it as https://host:4318; gRPC (port 4317) is not spoken',
    });
  }
  const headers =
    set(environment.OTEL_EXPORTER_OTLP_METRICS_HEADERS) ?? environment.OTEL_EXPORTER_OTLP_HEADERS;
  const timeout = Number(environment.OTEL_EXPORTER_OTLP_TIMEOUT);
  return { url, headers: headersOf(headers ?? ''), timeoutMs: timeout > 0 ? timeout : 10_000 };
}

/** `name=value,name=value`, each percent-encoded. The value is never part of an error: it is a secret. */
function headersOf(text: string): Record<string, string> {
  const parts = text.split(',').filter((part) => part.trim() !== '');
  return Object.fromEntries(
    parts.map((part, i) => {
      const at = part.indexOf('=');
      const [name, value] = [part.slice(0, at).trim(), part.slice(at + 1).trim()];
      try {
        const decoded = decodeURIComponent(value);
        if (at > 0 && /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && !/[\r\n\0]/.test(decoded)) {
          return [name.toLowerCase(), decoded];
        }
      } catch {
        // Said below: a lone % is no percent-encoding.
      }
      throw new UserError({
        message: `header ${i + 1} of OTEL_EXPORTER_OTLP_HEADERS is not name=value`,
        remedy: 'write name=value,name=value, with values percent-encoded',
      });
    }),
  );
}

/**
 * The metrics as the JSON of an ExportMetricsServiceRequest. Units are left out: receivers for Prometheus would add
 * them to the names, and the names are the same everywhere.
 */
export function otlpJson(metrics: readonly Metric[], at: Date): object {
  const attribute = ([key, value]: [string, string]): object => ({ key, value: { stringValue: value } });
  const timeUnixNano = `${at.getTime()}000000`;
  return {
    resourceMetrics: [
      {
        resource: { attributes: [attribute(['service.name', 'mlops-actions'])] },
        scopeMetrics: [
          {
            scope: { name: 'mlops-actions/drift-check' },
            metrics: metrics.map(({ name, help, points }) => ({
              name,
              description: help,
              gauge: {
                dataPoints: points.map(({ labels, value }) => ({
                  attributes: Object.entries(labels).map(attribute),
                  timeUnixNano,
                  asDouble: value,
                })),
              },
            })),
          },
        ],
      },
    ],
  };
}

const passing = new Set([429, 502, 503, 504]);
const largestAnswer = 65_536;

/**
 * Sends metrics once, and once more where the receiver says that it may be busy. No redirect is followed: the
 * headers are for the address that was configured, and for no other.
 * @returns what went wrong, in a sentence; undefined when all was taken
 */
export async function sendOtlp(
  { url, headers, timeoutMs }: OtlpTarget,
  body: object,
  { pause, signal }: { pause(ms: number): Promise<void>; readonly signal: AbortSignal },
): Promise<string | undefined> {
  // Only the host is named: the path and the query of an address can hold a key.
  const where = url.host;
  for (let left = 1; ; left--) {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      if (response.ok) return rejected(await textOf(response), where);
      await response.body?.cancel();
      if (left === 0 || !passing.has(response.status)) return `${where} answers ${response.status}`;
    } catch (error) {
      signal.throwIfAborted();
      const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
      if (left === 0) return `${where} cannot be reached (${messageOf(cause)})`;
    }
    await pause(1000);
  }
}

/** A receiver that takes only some of the points says so in a success. */
function rejected(text: string, where: string): string | undefined {
  try {
    const answer = JSON.parse(text) as { partialSuccess?: { rejectedDataPoints?: string | number } } | null;
    const count = Number(answer?.partialSuccess?.rejectedDataPoints ?? 0);
    return count > 0 ? `${where} refused ${count} points` : undefined;
  } catch {
    return undefined;
  }
}

async function textOf(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.byteLength;
    if (size > largestAnswer) break;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
