import type { Cut } from '../types.js';
import type { Identity } from './permissions.js';
import type { Repo } from './store.js';

export type Body = Readonly<Record<string, unknown>>;

/** One request, checked: the token is known, the repository exists, the permission is there. */
export interface Call {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The JSON of the request; {} when it has none. */
  readonly body: Body;
  readonly accept: string;
  readonly contentType: string;
  readonly identity: Identity;
  readonly repo: Repo;
  /** Any repository, for what has none in its path; undefined when it does not exist. */
  readonly repoNamed: (owner: string, name: string) => Repo | undefined;
  readonly urls: Urls;
  /** The raw body of an upload, in a temporary file. */
  readonly upload?: { readonly file: string; readonly size: number; readonly digest: string };
}

/** `http://host:port` of this server under its names. */
export interface Urls {
  /** Base of the REST API, without a slash at its end. */
  readonly api: string;
  readonly uploads: string;
  readonly html: string;
  readonly blobs: string;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent instead of a JSON body. */
  readonly file?: string;
  readonly bytes?: Uint8Array;
  /** The second half is not sent. */
  readonly cut?: Cut;
  /** Called after the answer was sent. */
  readonly later?: () => void;
}

export const ok = (body: unknown, headers?: Record<string, string>): Answer => ({
  status: 200,
  body,
  ...(headers && { headers }),
});
export const created = (body: unknown): Answer => ({ status: 201, body });
export const noContent: Answer = { status: 204 };

/** A refusal in GitHub's words. */
export class ApiError extends Error {
  readonly status: number;
  readonly errors?: readonly (object | string)[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    errors?: readonly (object | string)[],
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.errors = errors;
    this.headers = headers;
  }

  get body(): object {
    return {
      message: this.message,
      ...(this.errors && { errors: this.errors }),
      documentation_url: 'https://docs.github.com/rest',
      status: String(this.status),
    };
  }
}

export const notFound = (): ApiError => new ApiError(404, 'Not Found');

/** 422 as GitHub says it of one field of a resource. */
export function invalid(resource: string, field: string, code: string, message?: string): ApiError {
  return new ApiError(422, 'Validation Failed', [{ resource, code, field, ...(message && { message }) }]);
}

export function required(body: Body, key: string): string {
  const value = text(body, key);
  if (value === undefined) throw new ApiError(422, `Invalid request.\n\n"${key}" wasn't supplied.`);
  return value;
}

export function text(body: Body, key: string): string | undefined {
  const value = body[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw wrongType(key, 'string', value);
}

export function flag(body: Body, key: string): boolean | undefined {
  const value = body[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'boolean') return value;
  throw wrongType(key, 'boolean', value);
}

export function list(body: Body, key: string): readonly unknown[] | undefined {
  const value = body[key];
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) return value;
  throw wrongType(key, 'array', value);
}

/** Names of an array whose items are texts or objects with that key, as labels and assignees may be given. */
export function names(items: readonly unknown[], key: string): string[] {
  return items.map((item) => {
    if (typeof item === 'string') return item;
    const name = isRecord(item) ? item[key] : undefined;
    if (typeof name === 'string') return name;
    throw wrongType(key, 'string', item);
  });
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function wrongType(key: string, type: string, value: unknown): ApiError {
  return new ApiError(
    422,
    `Invalid request.\n\nFor '${key}', ${JSON.stringify(value).slice(0, 80)} is not of type ${type}.`,
  );
}

/** Numbers in paths: anything else is an address that does not exist. */
export function numberOf(value: string | undefined): number {
  if (value === undefined || !/^\d{1,15}$/.test(value)) throw notFound();
  return Number(value);
}
