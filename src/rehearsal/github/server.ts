import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Hub, HubState, RecordedRequest } from '../types.js';
import { checkSignature, serveBlob } from './areas/blobs.js';
import { Dropped, type Exchange, drain, send, withFaults } from './exchange.js';
import { FaultList } from './faults.js';
import { type Answer, ApiError, type Urls, notFound } from './http.js';
import { folderMark, markInUse, refuseWhenInUse, unmarkInUse } from './in-use.js';
import type { Identity } from './permissions.js';
import { LocalRepository } from './repository.js';
import { rest } from './rest.js';
import { readState } from './state.js';
import { type Limits, type Repo, createRepository, githubLimits, readRepository } from './store.js';
import { twirp } from './twirp.js';

export interface LocalGitHubOptions {
  /** Holds everything; a later start over the same folder goes on from there. */
  readonly folder: string;
  /** Default: any that is free. */
  readonly port?: number;
  readonly clock?: () => Date;
  /** GitHub's own by default. */
  readonly limits?: Partial<Limits>;
  /** Downloads of assets answer 302, as GitHub's own do, rather than 200. */
  readonly redirectDownloads?: boolean;
  readonly observe?: (exchange: Exchange) => void;
  /** Told of defects of the local GitHub itself, which it answers with 500. */
  readonly log?: (message: string) => void;
}

/** GitHub on this machine: REST, artifacts and caches over HTTP, git repositories and files below one folder. */
export class LocalGitHub implements Hub {
  readonly faults = new FaultList();
  readonly #requests: RecordedRequest[] = [];
  readonly #repos = new Map<string, { repo: Repo; repository: LocalRepository }>();
  readonly #tokens = new Map<string, Identity>();
  readonly #secret = randomBytes(16).toString('hex');
  readonly #server: Server;
  #port = 0;

  private readonly options: LocalGitHubOptions;

  private constructor(options: LocalGitHubOptions) {
    this.options = options;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        this.options.log?.(String(error));
        response.destroy();
      });
    });
    // Answers may take as long as an ordered delay.
    this.#server.requestTimeout = 0;
  }

  /** @throws UserError when another one runs over that folder */
  static async start(options: LocalGitHubOptions): Promise<LocalGitHub> {
    await refuseWhenInUse(options.folder);
    const hub = new LocalGitHub(options);
    hub.#load();
    await new Promise<void>((resolve, reject) => {
      hub.#server.once('error', reject);
      hub.#server.listen(options.port ?? 0, '127.0.0.1', resolve);
    });
    hub.#port = (hub.#server.address() as AddressInfo).port;
    markInUse(options.folder, hub.resultsUrl);
    return hub;
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${this.#port}/api/v3`;
  }
  get serverUrl(): string {
    return `http://github.localhost:${this.#port}`;
  }
  get resultsUrl(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }
  get requests(): readonly RecordedRequest[] {
    return this.#requests;
  }

  async repository(options: {
    owner: string;
    name: string;
    defaultBranch?: string;
    private?: boolean;
  }): Promise<LocalRepository> {
    const { owner, name, defaultBranch = 'main', private: hidden = false } = options;
    const found = this.#repos.get(`${owner}/${name}`);
    if (found !== undefined) return found.repository;
    if (![owner, name].every((part) => /^[\w.-]+$/.test(part) && !part.startsWith('.'))) {
      throw new Error(`"${owner}/${name}" is no name for a repository`);
    }
    const folder = join(this.options.folder, owner, name);
    const about = { id: this.#repos.size + 1, owner, name, defaultBranch, private: hidden };
    return this.#add(await createRepository(folder, this.#clock, this.#limits, about));
  }

  async state(): Promise<HubState> {
    return readState(
      [...this.#repos.values()].map(({ repo }) => repo),
      this.#urls,
    );
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    // Changes that are under way are ended, so that nothing is written later.
    await Promise.all([...this.#repos.values()].map(({ repo }) => repo.exclusively(() => undefined)));
    for (const { repo } of this.#repos.values()) repo.git.close();
    unmarkInUse(this.options.folder);
  }

  get #clock(): () => Date {
    return this.options.clock ?? (() => new Date());
  }
  get #limits(): Limits {
    return { ...githubLimits, ...this.options.limits };
  }
  get #urls(): Urls {
    const host = `http://127.0.0.1:${this.#port}`;
    return { api: this.apiUrl, uploads: `${host}/api/uploads`, html: this.serverUrl, blobs: `${host}/blobs` };
  }

  #add(repo: Repo): LocalRepository {
    repo.redirectDownloads = this.options.redirectDownloads ?? false;
    const repository = new LocalRepository(repo, this.#tokens, this.#secret);
    this.#repos.set(repo.fullName, { repo, repository });
    return repository;
  }

  #load(): void {
    const { folder } = this.options;
    mkdirSync(folder, { recursive: true });
    const folders = (at: string): string[] =>
      readdirSync(at, { withFileTypes: true }).flatMap((entry) =>
        entry.isDirectory() ? [join(at, entry.name)] : [],
      );
    const repos = folders(folder)
      .flatMap(folders)
      .flatMap((at) => readRepository(at, this.#clock, this.#limits) ?? []);
    for (const repo of repos.sort((a, b) => a.data.id - b.data.id)) this.#add(repo);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://localhost');
    const method = request.method ?? 'GET';
    let operation = `${method} ${pathname}`;
    let params: Readonly<Record<string, string>> = {};
    const record = (status: number): RecordedRequest => {
      const entry = { operation, method, path: pathname, status };
      this.#requests.push(entry);
      return entry;
    };
    const seen = (name: string, given: Readonly<Record<string, string>> = {}): void => {
      operation = name;
      params = given;
    };
    let requestBody: unknown = {};
    let answer: Answer;
    try {
      const [, area, ...parts] = pathname.split('/');
      if (area === 'folder') {
        response.end(folderMark(this.options.folder));
        return;
      }
      if (area === 'blobs') {
        const status = await this.#blob(parts, query, request, response, seen);
        record(status);
        return;
      }
      const done =
        area === 'twirp'
          ? await twirp(this.#world, parts.join('/'), request, seen)
          : await this.#rest(pathname, query, request, seen);
      ({ answer } = done);
      requestBody = done.body;
    } catch (error) {
      if (error instanceof Dropped || request.socket.destroyed) {
        record(0);
        request.socket.destroy();
        return;
      }
      answer = this.#failure(error);
    }
    if (response.headersSent) return;
    const entry = record(answer.status);
    try {
      const responseHeaders = await send(answer, response);
      this.options.observe?.({
        ...entry,
        params,
        query,
        requestBody,
        responseHeaders,
        responseBody: answer.body,
      });
    } catch {
      // The other side went away while it was read to.
      request.socket.destroy();
    }
    answer.later?.();
  }

  get #world() {
    return {
      urls: this.#urls,
      faults: this.faults,
      tokens: this.#tokens,
      secret: this.#secret,
      repo: (owner: string, name: string): Repo | undefined => this.#repos.get(`${owner}/${name}`)?.repo,
      ofRun: (run: number): Repo | undefined =>
        [...this.#repos.values()].find(({ repo }) => repo.data.runs.some(({ id }) => id === run))?.repo,
    };
  }

  async #rest(
    pathname: string,
    query: URLSearchParams,
    request: IncomingMessage,
    seen: (operation: string, params: Readonly<Record<string, string>>) => void,
  ) {
    const bases = pathname === '/api/graphql' ? ['/api/'] : ['/api/v3/', '/api/uploads/'];
    const base = bases.find((prefix) => pathname.startsWith(prefix));
    if (base === undefined) throw notFound();
    return rest(this.#world, request, pathname.slice(base.length - 1), query, seen);
  }

  async #blob(
    [owner = '', name = '', blob = '']: string[],
    query: URLSearchParams,
    request: IncomingMessage,
    response: ServerResponse,
    seen: (operation: string) => void,
  ): Promise<number> {
    seen(`blob/${(request.method ?? 'GET').toLowerCase()}`);
    const repo = this.#repos.get(`${owner}/${name}`)?.repo;
    if (repo === undefined) throw notFound();
    checkSignature(repo, blob, query);
    let status = 0;
    const answer = await withFaults(
      this.faults,
      `blob/${(request.method ?? 'GET').toLowerCase()}`,
      async () => {
        // A fault after the work still decides what is answered: what GET sends cannot be called back.
        status = await serveBlob(repo, blob, query, request, response);
        return { status };
      },
      () => drain(request),
    );
    if (!response.headersSent) await send(answer, response);
    return status === 0 ? answer.status : status;
  }

  #failure(error: unknown): Answer {
    if (error instanceof ApiError) return { status: error.status, body: error.body, headers: error.headers };
    this.options.log?.(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return { status: 500, body: { message: 'Server Error' } };
  }
}
