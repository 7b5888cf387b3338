import { copyFile, mkdir, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { RunEvent } from '../../rehearsal/runner/setup.js';
import type { Hub, HubRepository } from '../../rehearsal/types.js';
import { type Files, readTree, workflowFiles } from './project.js';

export const people = { author: 'ada', reviewer: 'grace', approver: 'lin' } as const;

/** The repository of the story, and the people who work in it. */
export class Stage {
  readonly hub: Hub;
  readonly repository: HubRepository;
  readonly #root: string;
  readonly #source: string;

  constructor(options: { hub: Hub; repository: HubRepository; root: string; source: string }) {
    this.hub = options.hub;
    this.repository = options.repository;
    this.#root = options.root;
    this.#source = options.source;
  }

  /** Settings that a team makes once: environments, who approves, variables; and a first commit without a model. */
  async open(variables: Readonly<Record<string, string>>): Promise<void> {
    const { repository } = this;
    Object.assign(repository.variables, variables);
    await repository.setEnvironment({ name: 'staging' });
    await repository.setEnvironment({ name: 'production', reviewers: [people.approver] });
    await repository.commit({
      branch: repository.defaultBranch,
      files: { 'README.md': '# Delays of flights\n', '.gitignore': 'data/\nmodel/\nmlops-out/\n' },
      message: 'Start the repository',
      author: people.author,
    });
  }

  /** The example with its workflows. */
  async project(): Promise<Files> {
    const example = await readTree(join(this.#root, 'examples/flight-delays'), [
      'changes',
      'serving/traffic.mjs',
    ]);
    return { ...example, ...(await workflowFiles(this.#root)) };
  }

  /** Files of the example that a later pull request replaces. */
  change(name: string): Promise<Files> {
    return readTree(join(this.#root, 'examples/flight-delays/changes', name));
  }

  /** Opens a pull request, and says what that tells the workflows. */
  async propose(title: string, branch: string, files: Files): Promise<{ number: number; event: RunEvent }> {
    const { repository } = this;
    const { author } = people;
    const sha = await repository.commit({
      branch,
      files,
      message: title,
      author,
      from: repository.defaultBranch,
    });
    const { number } = await repository.openPull({ title, head: branch, author });
    const payload = {
      action: 'opened',
      number,
      pull_request: {
        number,
        title,
        user: { login: author },
        head: { ref: branch, sha, repo: { full_name: this.#fullName, fork: false } },
        base: { ref: repository.defaultBranch, repo: { full_name: this.#fullName } },
      },
    };
    return {
      number,
      event: { name: 'pull_request', payload, ref: `refs/pull/${number}/merge`, sha, actor: author },
    };
  }

  /** A colleague approves a pull request, and it is merged. */
  async merge(number: number): Promise<RunEvent> {
    const { repository } = this;
    await repository.review(number, { user: people.reviewer, state: 'APPROVED' });
    const sha = await repository.merge(number, { user: people.author });
    const ref = `refs/heads/${repository.defaultBranch}`;
    return {
      name: 'push',
      payload: { ref, after: sha, head_commit: { id: sha } },
      ref,
      sha,
      actor: people.author,
    };
  }

  /** The clock comes round to a workflow. */
  async scheduled(): Promise<RunEvent> {
    const branch = this.repository.defaultBranch;
    const sha = await this.repository.resolve(branch);
    return {
      name: 'schedule',
      payload: { schedule: '17 5 * * *' },
      ref: `refs/heads/${branch}`,
      sha,
      actor: people.author,
    };
  }

  /** A month of flights appears in the folder that data is fetched from, all at once as a bucket would show it. */
  async deliver(month: string, name = basename(month)): Promise<void> {
    await mkdir(this.#source, { recursive: true });
    const file = join(this.#source, name);
    await copyFile(month, `${file}.part`);
    await rename(`${file}.part`, file);
  }

  /** Takes a merged change back, by a pull request that starts no workflow. */
  async revert(number: number, files: Files): Promise<number> {
    const { repository } = this;
    const { number: revert } = await this.propose(`Revert #${number} [skip ci]`, `revert-${number}`, files);
    await repository.merge(revert, { user: people.author });
    return revert;
  }

  get #fullName(): string {
    return `${this.repository.owner}/${this.repository.name}`;
  }
}
