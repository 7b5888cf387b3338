import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LocalGitHub } from '../../../src/rehearsal/github/server.js';
import { type RehearsalResult, type RehearseOptions, rehearse } from '../../../src/rehearsal/rehearse.js';
import type { RehearsalEvent } from '../../../src/rehearsal/runner/events.js';
import type { HubRepository } from '../../../src/rehearsal/types.js';

export const projectFolder = fileURLToPath(new URL('../../..', import.meta.url));
export const node24 = join(projectFolder, 'node_modules/node/bin/node');

/** A local GitHub with one repository, and everything that the rehearsals in it told. */
export class Bench {
  readonly events: RehearsalEvent[] = [];
  readonly folder: string;
  readonly hub: LocalGitHub;
  readonly repository: HubRepository;

  private constructor(folder: string, hub: LocalGitHub, repository: HubRepository) {
    this.folder = folder;
    this.hub = hub;
    this.repository = repository;
  }

  static async open(): Promise<Bench> {
    const folder = await mkdtemp(join(tmpdir(), 'runner-'));
    const hub = await LocalGitHub.start({ folder: join(folder, 'hub') });
    const repository = await hub.repository({ owner: 'octo', name: 'models' });
    return new Bench(folder, hub, repository);
  }

  /** Commits workflows (and other files) to main and rehearses the push. */
  async push(
    workflow: string,
    options: Partial<Omit<RehearseOptions, 'event'>> & {
      files?: Record<string, string>;
      event?: Partial<RehearseOptions['event']>;
    } = {},
  ): Promise<RehearsalResult> {
    const { files = {}, event, ...rest } = options;
    const sha = await this.repository.commit({
      branch: 'main',
      files: { '.github/workflows/w.yml': workflow, ...files },
      message: 'change',
    });
    return rehearse({
      hub: this.hub,
      repository: this.repository,
      event: { name: 'push', payload: {}, ref: 'refs/heads/main', sha, actor: 'ada', ...event },
      approve: () => ({ user: 'grace', state: 'approved', comment: '' }),
      suite: { folder: projectFolder, name: 'mlops-actions/suite' },
      node24,
      workFolder: join(this.folder, 'work'),
      reporter: { report: (e) => this.events.push(e) },
      ...rest,
    });
  }

  /** Every line that was shown. */
  lines(): string[] {
    return this.of('log').map((event) => event.line);
  }

  of<K extends RehearsalEvent['kind']>(kind: K): Extract<RehearsalEvent, { kind: K }>[] {
    return this.events.filter((e): e is Extract<RehearsalEvent, { kind: K }> => e.kind === kind);
  }

  /** Conclusion of each step, by name. */
  steps(): Record<string, string> {
    return Object.fromEntries(this.of('step-finished').map((e) => [e.step, e.conclusion]));
  }

  logOf(result: RehearsalResult, job: string, run = 0): Promise<string> {
    return readFile(join(result.runs[run]!.logFolder, `${job}.log`), 'utf8');
  }

  async close(): Promise<void> {
    await this.hub.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A workflow with one job of these steps. */
export function workflowOf(steps: string, more = ''): string {
  const indented = steps
    .trim()
    .split('\n')
    .map((line) => `      ${line}`)
    .join('\n');
  return `name: W\non: [push, workflow_dispatch]\n${more}jobs:\n  job:\n    runs-on: ubuntu-latest\n    steps:\n${indented}\n`;
}
