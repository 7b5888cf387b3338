import { createHmac } from 'node:crypto';

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const sign = (secret: string, text: string): string =>
  createHmac('sha256', secret).update(text).digest('base64url');

/** ACTIONS_RUNTIME_TOKEN: a JWT whose scope names the run and the job. */
export function runtimeToken(secret: string, run: number, job: string): string {
  const text = `${part({ typ: 'JWT', alg: 'HS256' })}.${part({
    // The toolkit takes the scope apart at colons and spaces.
    scp: `Actions.Results:${run}:${job.replace(/[^\w-]/g, '-')}`,
    sub: 'rehearsal',
    exp: 4_102_444_800,
  })}`;
  return `${text}.${sign(secret, text)}`;
}

/** The run and job of a runtime token; undefined when it is not one of ours. */
export function readRuntimeToken(
  secret: string,
  authorization: string | undefined,
): { run: number; job: string } | undefined {
  const token = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1] ?? '';
  const [head, payload, signature] = token.split('.');
  if (payload === undefined || signature !== sign(secret, `${head}.${payload}`)) return undefined;
  const { scp } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { scp?: string };
  const [, run, job] = /^Actions\.Results:(\d+):(.*)$/.exec(scp ?? '') ?? [];
  return run === undefined || job === undefined ? undefined : { run: Number(run), job };
}
