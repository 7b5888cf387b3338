import { randomBytes } from 'node:crypto';
import type { Dispatch, HubRepository, Permissions } from '../types.js';
import { openPull } from './areas/pulls.js';
import { type CommitOptions, commitFiles } from './commit-files.js';
import type { IssueData, PullData } from './data.js';
import { LocalRuns } from './local-runs.js';
import { mergeTrees } from './merge.js';
import { type Identity, actionsBot } from './permissions.js';
import type { Repo } from './store.js';
import { syncPulls } from './sync-pulls.js';

/** What people and the runner do to a repository, without a token. */
export class LocalRepository implements HubRepository {
  readonly runs: LocalRuns;
  /** Never written to a file. */
  readonly secrets: Record<string, string> = {};

  private readonly repo: Repo;
  private readonly tokens: Map<string, Identity>;

  constructor(repo: Repo, tokens: Map<string, Identity>, secret: string) {
    this.repo = repo;
    this.tokens = tokens;
    this.runs = new LocalRuns(repo, secret);
  }

  get owner(): string {
    return this.repo.data.owner;
  }
  get name(): string {
    return this.repo.data.name;
  }
  get gitFolder(): string {
    return this.repo.git.folder;
  }
  get defaultBranch(): string {
    return this.repo.data.defaultBranch;
  }
  get variables(): Record<string, string> {
    return this.repo.data.variables;
  }

  async commit(options: CommitOptions): Promise<string> {
    return this.repo.exclusively(async () => {
      const sha = await commitFiles(this.repo, options);
      await syncPulls(this.repo);
      return sha;
    });
  }

  async resolve(commitish: string): Promise<string> {
    const sha = await this.repo.git.commit(commitish);
    if (sha === undefined) throw new Error(`${this.repo.fullName} has no commit "${commitish}"`);
    return sha;
  }

  async openPull(options: Parameters<HubRepository['openPull']>[0]): Promise<{ number: number }> {
    return this.repo.exclusively(async () => {
      const { body = null, base = this.defaultBranch } = options;
      const { number } = await openPull(this.repo, { ...options, body, base, draft: false });
      return { number };
    });
  }

  async review(number: number, { user, state }: Parameters<HubRepository['review']>[1]): Promise<void> {
    await this.repo.exclusively(() => {
      const { pull, author } = this.pull(number);
      if (user === author && state !== 'COMMENTED') {
        throw new Error(`${user} opened pull request ${number} and may only comment on it`);
      }
      const { headSha: commitSha } = pull;
      pull.reviews.push({
        id: this.repo.id(),
        user,
        state,
        body: '',
        commitSha,
        submittedAt: this.repo.now(),
      });
    });
  }

  async merge(number: number, { user }: { user: string }): Promise<string> {
    return this.repo.exclusively(async () => {
      await syncPulls(this.repo);
      const issue = this.pull(number);
      const { pull } = issue;
      if (issue.state !== 'open') throw new Error(`pull request ${number} is not open`);
      const message = `Merge pull request #${number} from ${pull.fork ?? this.owner}/${pull.head}\n\n${issue.title}`;
      const sha = await mergeTrees(this.repo, pull.baseSha, pull.headSha, message, user);
      if (sha === undefined) throw new Error(`pull request ${number} has conflicts`);
      await this.repo.git.updateRef(`refs/heads/${pull.base}`, sha, pull.baseSha);
      const now = this.repo.now();
      Object.assign(pull, { mergeSha: sha, mergedAt: now, mergedBy: user });
      Object.assign(issue, { state: 'closed', closedAt: now, closedBy: user, updatedAt: now });
      await syncPulls(this.repo);
      return sha;
    });
  }

  async setEnvironment(environment: Parameters<HubRepository['setEnvironment']>[0]): Promise<void> {
    const { name, reviewers = [], preventSelfReview = false, waitMinutes = 0 } = environment;
    if (reviewers.length > 6) throw new Error('an environment has at most 6 reviewers');
    if (waitMinutes < 0 || waitMinutes > 43_200) throw new Error('a wait timer is 0 to 43,200 minutes');
    await this.repo.exclusively(() => {
      const { environments } = this.repo.data;
      const now = this.repo.now();
      const rules = { reviewers: [...reviewers], preventSelfReview, waitMinutes, updatedAt: now };
      const found = environments.find((other) => other.name === name);
      if (found !== undefined) Object.assign(found, rules);
      else environments.push({ id: this.repo.id(), name, createdAt: now, ...rules });
    });
  }

  environment(name: string): { reviewers: readonly string[]; waitMinutes: number } | undefined {
    return this.repo.data.environments.find((environment) => environment.name === name);
  }

  token(options: { permissions: Permissions; runId?: number; login?: string }): string {
    const { permissions, runId, login = actionsBot } = options;
    const token = `ghs_${randomBytes(18).toString('hex')}`;
    this.tokens.set(token, {
      login,
      repository: this.repo.fullName,
      permissions,
      ...(runId !== undefined && { runId }),
    });
    return token;
  }

  onDispatch(listener: (dispatch: Dispatch) => void): void {
    this.repo.listeners.push(listener);
  }

  /** From then on what is published can no longer be changed. */
  async setImmutableReleases(enabled: boolean): Promise<void> {
    await this.repo.exclusively(() => {
      this.repo.data.immutableReleases = enabled;
    });
  }

  private pull(number: number): IssueData & { pull: PullData } {
    const issue = this.repo.data.issues.find((one) => one.number === number);
    if (issue?.pull === undefined) throw new Error(`there is no pull request ${number}`);
    return issue as IssueData & { pull: PullData };
  }
}
